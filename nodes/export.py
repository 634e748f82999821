"""AUDIO, a programme or both -> a finished file in the output folder, with tags and subtitles."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import inputs
from .context import labelling
from .host import comfy, folders
from .host.api import CATEGORY, io
from .host.audio import cover as cover_of
from .host.audio import recordings
from .host.failures import refuse
from .values import PROGRAMME

if TYPE_CHECKING:
    from ..production.delivery.programme import Programme
    from ..production.provenance.labelling import Labelling
    from ..scripts.disclosure import Disclosure

SUBTITLES = {"none": (), "srt": ("srt",), "vtt": ("vtt",), "srt + vtt": ("srt", "vtt")}


class Export(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="GLMTTS_Export",
            display_name="Export Audio",
            category=CATEGORY,
            description="Write a finished file: a programme with its chapters, tags and "
            "subtitles, or any sound. A programme is mastered for the format; a sound is "
            "written as it is.",
            search_aliases=["save audio", "mp3", "wav", "m4a", "opus", "podcast", "chapters"],
            is_output_node=True,
            inputs=_inputs(),
            outputs=[
                io.Audio.Output(
                    "audio", display_name="audio", tooltip="The audio connected, as it was."
                ),
                io.String.Output(
                    "file", display_name="file", tooltip="Where the file is, one a line if several."
                ),
            ],
        )

    @classmethod
    def execute(
        cls,
        *,
        format: str,
        filename_prefix: str,
        audio: Any = None,
        programme: Programme | None = None,
        subtitles: str = "none",
        title: str = "",
        author: str = "",
        album: str = "",
        date: str = "",
        description: str = "",
        cover: Any = None,
        disclosure: str = "",
        audioUI: None = None,  # noqa: N803 - the player's own name
    ) -> io.NodeOutput:
        given = {
            "title": title,
            "author": author,
            "album": album,
            "date": date,
            "description": description,
            "cover": cover_of(cover),
        }
        tagged = {name: value for name, value in given.items() if value}
        if SUBTITLES[subtitles] and programme is None:
            refuse("subtitles", "Only a programme has subtitles.", "Connect a Script's programme.")
        told = _disclosure(disclosure, programme)
        house = labelling()
        files = _written(
            audio, programme, format, filename_prefix, disclosure=told, house=house, tags=tagged
        )
        _note(files, programme, told, house)
        texts = [_subtitled(files[0], programme, form) for form in SUBTITLES[subtitles]]
        return io.NodeOutput(
            audio,
            "\n".join(map(str, files)),
            ui=folders.shown(files, texts),
        )


def _tag(name: str, tooltip: str) -> io.Input:
    return io.String.Input(name, default="", optional=True, advanced=True, tooltip=tooltip)


def _disclosure(written: str, programme: Programme | None) -> Disclosure:
    """What the file says of itself: as written here, or else as in the script."""
    from ..documents.findings import UnfitError
    from ..scripts.disclosure import Disclosure
    from ..scripts.yaml_disclosure import read_rules

    usual = programme.script.disclosure if programme else Disclosure()
    if not written.strip():
        return usual
    try:
        rules, reason = read_rules(written)
    except UnfitError as unfit:
        refuse("disclosure", unfit.what, unfit.remedy)
    return replace(usual, rules=rules, reason=reason)


def _note(
    files: list[Path], programme: Programme | None, disclosure: Disclosure, house: Labelling
) -> None:
    """Note the files in the log of what was made."""
    from ..digests import file_digest
    from ..production.delivery.deliverable import produce_id
    from ..production.made import made_file

    assert house.log is not None, "a host keeps one"
    made = [made_file(file, file_digest(file), produce_id(file), house) for file in files]
    speakers = list(programme.script.speakers) if programme else []
    language = programme.script.language if programme else "zh"
    known = house.with_producer(disclosure)
    house.log.record("export", known, made, language=language, speakers=speakers)


def _written(
    audio: Any,
    programme: Programme | None,
    format: str,
    prefix: str,
    *,
    disclosure: Disclosure,
    house: Labelling,
    tags: dict[str, Any],
) -> list[Path]:
    """Write the files, one for each sound of the AUDIO. Raises InputError where there is none."""
    from ..production.delivery.audio_file import export
    from ..production.delivery.recordings import write

    if audio is None and programme is None:
        refuse("audio", "There is nothing to export.", "Connect audio or a programme.")
    if audio is None:
        assert programme is not None, "one of them is there"
        file = folders.output_file(prefix, format)
        export(
            programme,
            format,  # type: ignore[arg-type]
            file,
            comfy.report(),
            disclosure,
            **tags,
        )
        return [file]
    files = []
    for recording in recordings(audio):
        files.append(folders.output_file(prefix, format))
        write(
            recording,
            files[-1],
            format,  # type: ignore[arg-type]
            programme,
            disclosure=disclosure,
            labelling=house,
            **tags,
        )
    return files


def _subtitled(file: Path, programme: Programme | None, form: str) -> Path:
    from ..atomic import write_text
    from .subtitles import text

    assert programme is not None, "it was asked for before"
    path = file.with_suffix(f".{form}")
    write_text(path, text(programme, form))
    return path


_TAGS = {
    "title": "The title. Empty: the script's.",
    "author": "Who made it. Empty: the script's.",
    "album": "The podcast's or album's name. Empty: the script's.",
    "date": "2026, 2026-11 or 2026-11-22. Empty: the script's.",
    "description": "A few words on it. Empty: the script's.",
}


def _inputs() -> list[io.Input]:
    return [
        io.Audio.Input(
            "audio",
            optional=True,
            tooltip="What sounds. With a programme too, in place of its own mix.",
        ),
        PROGRAMME.Input(
            "programme",
            optional=True,
            tooltip="From Script: brings chapters, tags and subtitles.",
        ),
        io.Combo.Input(
            "format",
            options=["mp3", "m4a", "opus", "wav", "flac"],
            default="mp3",
            tooltip="m4a is AAC; wav and flac have 24 bits.",
        ),
        io.String.Input(
            "filename_prefix",
            default="audio/GLM-TTS",
            tooltip="Of the file's name, in ComfyUI's output folder. May hold %year%, "
            "%month%, %day% and subfolders.",
        ),
        io.Combo.Input(
            "subtitles",
            options=list(SUBTITLES),
            default="none",
            optional=True,
            tooltip="Files beside it; only a programme has subtitles.",
        ),
        *(_tag(name, told) for name, told in _TAGS.items()),
        io.Image.Input(
            "cover",
            optional=True,
            tooltip="A picture for players. Not connected: the script's.",
        ),
        io.String.Input(
            "disclosure",
            default="",
            optional=True,
            advanced=True,
            tooltip="Whose rules for synthetic speech: cn, eu, us, or several with commas; "
            '"none: why" for no label in the file. Empty: the script\'s, or the label alone.',
        ),
        inputs.player(),
    ]
