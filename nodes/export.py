"""AUDIO, a programme or both -> a finished file in the output folder, with tags and subtitles."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import inputs
from .host import comfy, folders
from .host.api import CATEGORY, io
from .host.audio import cover as cover_of
from .host.audio import recordings
from .host.failures import refuse
from .values import PROGRAMME

if TYPE_CHECKING:
    from ..production.delivery.programme import Programme

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
        files = _written(audio, programme, format, filename_prefix, tagged)
        texts = [_subtitled(files[0], programme, form) for form in SUBTITLES[subtitles]]
        return io.NodeOutput(
            audio,
            "\n".join(map(str, files)),
            ui=folders.shown(files, texts),
        )


def _tag(name: str, tooltip: str) -> io.Input:
    return io.String.Input(name, default="", optional=True, advanced=True, tooltip=tooltip)


def _written(
    audio: Any, programme: Programme | None, format: str, prefix: str, tags: dict[str, Any]
) -> list[Path]:
    """Write the files, one for each sound of the AUDIO. Raises InputError where there is none."""
    from ..production.delivery.audio_file import export
    from ..production.delivery.recordings import write

    if audio is None and programme is None:
        refuse("audio", "There is nothing to export.", "Connect audio or a programme.")
    if audio is None:
        assert programme is not None, "one of them is there"
        file = folders.output_file(prefix, format)
        export(programme, format, file, comfy.report(), **tags)  # type: ignore[arg-type]
        return [file]
    files = []
    for recording in recordings(audio):
        files.append(folders.output_file(prefix, format))
        write(recording, files[-1], format, programme, **tags)  # type: ignore[arg-type]
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
        inputs.player(),
    ]
