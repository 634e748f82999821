"""A script for several speakers -> a programme: spoken, laid out and heard."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..messages import Message
from . import inputs
from .context import render_context
from .host import comfy, contents, folders
from .host.api import CATEGORY, io
from .host.audio import audio
from .host.failures import called, in_words, refuse
from .values import PROGRAMME, VOICE

if TYPE_CHECKING:
    from ..glmtts_runtime.engine import Engine
    from ..glmtts_runtime.voices.voice import Voice
    from ..pronunciation.lexicon.lexicon import Lexicon
    from ..scripts.script import Script as WrittenScript

_EXAMPLE = "小雨：今天我们聊聊语音合成。\n阿明：Text to speech，好啊！\n小雨：那就开始吧。"
MOST_VOICES = 24


class Script(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="GLMTTS_Script",
            display_name="Script",
            category=CATEGORY,
            description="Speak a script for any number of speakers, with music, pauses and "
            "chapters. Lines are kept once spoken: after an edit only what changed is spoken "
            "again, and cancelling loses nothing that is finished.",
            search_aliases=["podcast", "dialogue", "multi-speaker", "srt", "conversation", "yaml"],
            inputs=_inputs(),
            outputs=[
                io.Audio.Output(
                    "audio", display_name="audio", tooltip="The whole programme, mastered."
                ),
                PROGRAMME.Output(
                    "programme",
                    display_name="programme",
                    tooltip="For Export, Timeline Picture and Subtitles.",
                ),
            ],
        )

    @classmethod
    def fingerprint_inputs(
        cls, script: str | None = None, file: str | None = "", **_: Any
    ) -> str | float:
        if file is None:
            return contents.unknown()
        if script is None and not file.strip():  # another node tells, and the host looks at that
            return contents.library(folders.library())
        return contents.script(read(script or "", file), folders.library())

    @classmethod
    def execute(
        cls,
        *,
        script: str,
        file: str = "",
        voices: Mapping[str, Voice | None] | None = None,
        speakers: str = "",
        engine: Engine | None = None,
        dictionary: Lexicon | None = None,
        **sampling: float,
    ) -> io.NodeOutput:
        from ..production.delivery.audio_file import recording_of
        from ..production.render import prepare, speak
        from ..pronunciation.lexicon.lexicon import EMPTY

        context = render_context(engine, sampling)
        connected = [voice for voice in (voices or {}).values() if voice is not None]
        with called("script", inline()):
            written = read(script, file)
            prepared = prepare(
                written,
                context,
                voices=paired(connected, speakers, written),
                lexicon=dictionary or EMPTY,
            )
            with in_words([line.place for line in written.lines]):
                spoken = speak(prepared, context)
        recording = recording_of(spoken.programme, context.report)
        context.store.trim()
        return io.NodeOutput(audio([recording]), spoken.programme)


def inline() -> Path:
    """Where a script written into the node would lie, so that it may name files beside it."""
    return comfy.input_folder() / "script.txt"


def read(script: str, file: str) -> WrittenScript:
    """The script in the file named, or else the one written. Raises InputError."""
    from ..scripts.parse import parse_script, read_script

    roots = [comfy.input_folder()]
    if file.strip():
        return read_script(folders.input_file(file, "file"), roots=roots)
    return parse_script(inline(), script, roots=roots)


def paired(voices: list[Voice], speakers: str, script: WrittenScript) -> dict[str, Voice]:
    """Which speaker gets which of the connected voices. Raises InputError."""
    from ..mistakes import nearest

    asked = [name.strip() for name in speakers.replace("，", ",").split(",") if name.strip()]
    for name in asked:
        if name not in script.speakers:
            refuse(
                "speakers",
                Message('Nobody in the script is called "{}".', name),
                nearest(name, script.speakers),
            )
    names = asked or list(script.speakers)
    if len(voices) > len(names):
        what = Message("{} voices are connected for {} speakers.", len(voices), len(names))
        refuse("voices", what, "Disconnect some, or name who speaks in `speakers`.")
    return dict(zip(names, voices, strict=False))


def _inputs() -> list[io.Input]:
    return [
        io.String.Input(
            "script",
            multiline=True,
            default=_EXAMPLE,
            dynamic_prompts=False,
            tooltip="Lines of `Name: words`, SRT subtitles, or a YAML script.",
        ),
        inputs.file("file", "A script to use in place of the text: YAML, text or SRT."),
        io.Autogrow.Input(
            "voices",
            template=io.Autogrow.TemplateNames(
                VOICE.Input("voice", optional=True, tooltip="Who speaks."),
                names=[f"voice_{number}" for number in range(1, MOST_VOICES + 1)],
                min=0,
            ),
            optional=True,
            tooltip="Voices in the order of the speakers. Speakers without one get the "
            "library's voice of their name, or else the library's voices in turn.",
        ),
        io.String.Input(
            "speakers",
            default="",
            optional=True,
            tooltip="Who gets the connected voices: names in the order of the voices, "
            "with commas between. Empty: speakers as they appear in the script.",
        ),
        inputs.engine(),
        inputs.lexicon(),
        *inputs.sampling(),
    ]
