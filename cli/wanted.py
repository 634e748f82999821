"""Which files a script becomes: options that go before what it says itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

import typer

from ..messages import Message
from ..mistakes import InputError, Place, nearest
from .options import audio_format

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
            help="mp3, m4a, opus, wav, flac, … in place of the script's. Repeatable.",
            rich_help_panel=_PANEL,
        ),
    ] = None
    stems: Annotated[
        bool, typer.Option("--stems", help="Also a file per speaker.", rich_help_panel=_PANEL)
    ] = False
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
        if self.stems:
            changes["stems"] = True
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
        script = replace(script, output=replace(script.output, **changes))
        return self._with_video(script)

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
