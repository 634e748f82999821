"""Which files a script becomes: options that go before what it says itself."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

import typer

from ..messages import Message
from ..mistakes import InputError, Place, nearest
from .options import audio_format
from .sound import Numbers, numbers_in

if TYPE_CHECKING:
    from ..scripts.script import Script

_PANEL = "What is made"
_DUBBING = "Dubbing: scripts that are subtitles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is made of a script, where it is not what the script says."""

    format: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FORMAT",
            help="mp3, m4a, m4b (an audiobook), opus, wav, flac, … in place of the script's. "
            "Repeatable.",
            rich_help_panel=_PANEL,
        ),
    ] = None
    stems: Annotated[
        bool, typer.Option("--stems", help="Also a file per speaker.", rich_help_panel=_PANEL)
    ] = False
    chapter_files: Annotated[
        bool,
        typer.Option("--chapter-files", help="Also a file per chapter.", rich_help_panel=_PANEL),
    ] = False
    title: Annotated[
        str | None, typer.Option(help="Its title, in the files' tags.", rich_help_panel=_PANEL)
    ] = None
    author: Annotated[str | None, typer.Option(help="Who wrote it.", rich_help_panel=_PANEL)] = None
    cover: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="A JPEG or PNG picture for the files.", rich_help_panel=_PANEL
        ),
    ] = None
    rate: Annotated[
        float,
        typer.Option(
            min=0.5, max=2, help="Times the speaking speed the script has.", rich_help_panel=_PANEL
        ),
    ] = 1.0
    numbers: Numbers = None
    duration: Annotated[
        str | None,
        typer.Option(
            metavar="M:SS",
            help="How long it is to be: of subtitles, the track; else by one speaking rate.",
            rich_help_panel=_PANEL,
        ),
    ] = None
    timing: Annotated[
        str | None,
        typer.Option(
            metavar="start|fit|free",
            help="Lines begin when their subtitles do (the default), also end with them (by pace "
            "and other takes), or follow each other.",
            rich_help_panel=_DUBBING,
        ),
    ] = None
    video: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The track is as long as this video or sound.",
            rich_help_panel=_DUBBING,
        ),
    ] = None
    original: Annotated[
        bool,
        typer.Option(
            "--original",
            help="The video's own sound lies under the words, and goes down for them.",
            rich_help_panel=_DUBBING,
        ),
    ] = False

    def of(self, script: Script) -> Script:
        """The script with these in place of what it says. Raises `InputError`."""
        from ..documents import fields
        from ..documents.findings import UnfitError
        from ..scripts.output import LONGEST
        from ..scripts.script import Timing

        changes: dict[str, Any] = {}
        if self.format:
            formats = [audio_format(name, "--format") for name in self.format]
            changes["formats"] = tuple(dict.fromkeys(formats))
        changes |= {name: True for name in ("stems", "chapter_files") if getattr(self, name)}
        if self.timing is not None:
            if self.timing not in get_args(Timing):
                what = Message('No timing "{}".', self.timing)
                remedy = nearest(self.timing, get_args(Timing))
                raise InputError.at(Place("--timing"), what, remedy)
            changes["timing"] = self.timing
        if self.duration is not None:
            try:
                changes["duration"] = fields.duration(1, LONGEST)(self.duration)
            except UnfitError as unfit:
                raise InputError.at(Place("--duration"), unfit.what, unfit.remedy) from None
        speakers = {
            name: replace(speaker, rate=speaker.rate * self.rate)
            for name, speaker in script.speakers.items()
        }
        output = replace(script.output, **changes)
        script = self._with_tags(replace(script, speakers=speakers, output=output))
        if self.numbers is not None:
            script = replace(script, numbers=numbers_in(self.numbers))
        return self._with_video(script)

    def _with_tags(self, script: Script) -> Script:
        tags: dict[str, Any] = {} if self.author is None else {"author": self.author}
        if self.cover is not None:
            if not self.cover.is_file():
                what = Message("There is no file {}.", self.cover)
                raise InputError.at(Place("--cover"), what, "Check the path.")
            tags |= {"cover": self.cover.resolve(), "place": Place("--cover")}
        elif found := _books_cover(script):
            tags |= {"cover": found}
        metadata = replace(script.metadata, **tags)
        return replace(script, metadata=metadata, title=self.title or script.title)

    def _with_video(self, script: Script) -> Script:
        from ..audio.recording import seconds
        from ..scripts.script import Sound

        if self.video is None:
            if self.original:
                remedy = "Give it with --video."
                raise InputError.at(Place("--original"), "There is no video.", remedy)
            return script
        if self.duration is not None:
            remedy = "Give --duration or --video, not both."
            raise InputError.at(Place("--duration"), "Two lengths for one track.", remedy)
        place = Place("--video")
        if not self.video.is_file():
            what = Message("There is no file {}.", self.video)
            raise InputError.at(place, what, "Check the path.")
        script = replace(
            script, output=replace(script.output, duration=seconds(self.video, place=place))
        )
        if not self.original:
            return script
        under: Literal["end"] = "end"
        sound = Sound(place=place, file=self.video.resolve(), under=under)
        return replace(script, segments=(sound, *script.segments))


def _books_cover(script: Script) -> Path | None:
    """The picture on a book that holds one, in a file of its own: in the user's cache."""
    from ..atomic import write_bytes
    from ..machine import cache_folder
    from ..scripts.text.book import SUFFIXES, read_manuscript

    if script.metadata.cover is not None or script.file.suffix.lower() not in SUFFIXES:
        return None
    picture = read_manuscript(script.file).cover
    if not picture.startswith((b"\xff\xd8", b"\x89PNG")):
        return None
    name = hashlib.sha256(picture).hexdigest()[:32]
    path = cache_folder() / "covers" / f"{name}.{'jpg' if picture[0] == 0xFF else 'png'}"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(path, picture)
    return path
