"""A script for several speakers -> a programme: spoken, laid out and heard."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..messages import Message
from ..mistakes import InputError, Mistake, Place, nearest
from ..scripts.script import LANGUAGES, NUMBERS
from . import inputs
from .context import render_context
from .host import comfy, contents, folders
from .host.api import CATEGORY, io
from .host.audio import audio
from .host.failures import called, in_words
from .values import PROGRAMME, VOICE

if TYPE_CHECKING:
    from ..glmtts_runtime.engine import Emotion, Engine
    from ..glmtts_runtime.voices.voice import Voice
    from ..production.context import RenderContext
    from ..production.delivery.programme import Programme
    from ..pronunciation.lexicon.lexicon import Lexicon
    from ..scripts.script import Script as WrittenScript
    from ..scripts.script import Timing

_EXAMPLE = "小雨：今天我们聊聊语音合成。\n阿明：Text to speech，好啊！\n小雨：那就开始吧。"
MOST_VOICES = 24
TIMINGS = ["start", "fit", "free"]
ITS_OWN = "script"
_NAME_THEM = "Name who gets it in speakers, at its place, or disconnect it."


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
            search_aliases=[
                *("podcast", "dialogue", "multi-speaker", "srt", "conversation", "yaml"),
                *("播客", "对话", "多人", "字幕配音"),
            ],
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
        speakers: str | None = "",
        engine: Engine | None = None,
        dictionary: Lexicon | None = None,
        emotion: Emotion | None = None,
        seed: int = 0,
        takes: int = 1,
        speed: float = 1.0,
        language: str = ITS_OWN,
        timing: Timing = "start",
        numbers: str = ITS_OWN,
        **sampling: float,
    ) -> io.NodeOutput:
        from ..production.delivery.audio_file import recording_of
        from ..production.utterances import take_seed

        context = render_context(engine, sampling)
        with called("script", inline()):
            written = in_time(asked(read(script, file), seed, speed, language, numbers), timing)
            bound = paired(voices or {}, speakers or "", written)
            if bound or written.notes:
                comfy.teller()("\n".join([*written.notes, *([told(bound)] if bound else [])]))
            read_by = Reading(context, bound, dictionary, emotion)
            spoken = [
                read_by.spoken(replace(written, seed=take_seed(written.seed, take)))
                for take in range(1, takes + 1)
            ]
        recordings = [recording_of(programme, context.report) for programme in spoken]
        context.store.trim()
        return io.NodeOutput(audio(recordings), spoken[0])


@dataclass(frozen=True, slots=True)
class Reading:
    """How a script is spoken, whatever its seed."""

    context: RenderContext
    voices: Mapping[str, Voice]
    dictionary: Lexicon | None
    emotion: Emotion | None

    def spoken(self, script: WrittenScript) -> Programme:
        """Raises InputError, and SpeechError with every line that could not be spoken."""
        from ..production.render import prepare, speak
        from ..pronunciation.lexicon.lexicon import EMPTY

        prepared = prepare(
            script,
            self.context,
            voices=self.voices,
            lexicon=self.dictionary or EMPTY,
            emotion=self.emotion,
        )
        with in_words([line.place for line in script.lines]):
            return speak(prepared, self.context).programme


def asked(
    script: WrittenScript, seed: int, speed: float, language: str, numbers: str
) -> WrittenScript:
    """The script with what the node says of it: another seed or languages, and everyone's speed."""
    speakers = {
        name: replace(speaker, rate=speaker.rate * speed)
        for name, speaker in script.speakers.items()
    }
    return replace(
        script,
        speakers=speakers,
        seed=seed or script.seed,
        language=script.language if language == ITS_OWN else LANGUAGES[language],
        numbers=script.numbers if numbers == ITS_OWN else NUMBERS[numbers],
    )


def in_time(script: WrittenScript, timing: Timing) -> WrittenScript:
    """The script, its subtitles kept in time as asked; others have no times."""
    return replace(script, output=replace(script.output, timing=timing))


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


def paired(
    voices: Mapping[str, Voice | None], speakers: str, script: WrittenScript
) -> dict[str, Voice]:
    """Which speaker gets which of the connected voices. Raises InputError with all that is wrong.

    A voice belongs to the name at its socket's own place: a socket whose voice is muted or taken
    away moves no other. Where the node names nobody, the places are those of the speakers whose
    voice the script leaves open, as they appear.
    """
    names = [name.strip() for name in re.split("[,，]", speakers)] if speakers.strip() else []
    mistakes = [
        Mistake(
            Place("speakers"),
            Message('Nobody in the script is called "{}".', name),
            nearest(name, script.speakers),
        )
        for name in names
        if name and name not in script.speakers
    ]
    open_ = [
        name for name, one in script.speakers.items() if not (one.voice.name or one.voice.audio)
    ]
    places = names or open_
    connected = {int(key.rpartition("_")[2]): one for key, one in voices.items() if one is not None}
    lost = [number for number in connected if number > len(places) or not places[number - 1]]
    if lost:
        what = Message(
            "voice_{} is connected, and no speaker has that place ({}).", lost[0], _places(places)
        )
        mistakes.append(Mistake(Place("voices"), what, _NAME_THEM))
    if mistakes:
        raise InputError(mistakes)
    return {places[number - 1]: voice for number, voice in sorted(connected.items())}


def told(bound: Mapping[str, Voice]) -> str:
    """Who speaks for whom, to be shown on the node."""
    return "\n".join(f"{speaker}: {voice.name}" for speaker, voice in bound.items())


def _places(names: Sequence[str]) -> str:
    return ", ".join(f"voice_{number}: {name}" for number, name in enumerate(names, 1)) or "none"


def _inputs() -> list[io.Input]:
    return [
        io.String.Input(
            "script",
            multiline=True,
            default=_EXAMPLE,
            dynamic_prompts=False,
            tooltip="Prose, lines of `Name: words`, subtitles (SRT, WebVTT), or a YAML script.",
        ),
        inputs.file(
            "file", "A script to use in place of the text: YAML, text, SRT, VTT, EPUB or DOCX."
        ),
        io.Autogrow.Input(
            "voices",
            template=io.Autogrow.TemplateNames(
                VOICE.Input("voice", optional=True, tooltip="Who speaks."),
                names=[f"voice_{number}" for number in range(1, MOST_VOICES + 1)],
                min=0,
            ),
            optional=True,
            tooltip="Voices in the order of the names in speakers. Speakers without one get the "
            "script's voice, the library's voice of their name, or else its voices in turn.",
        ),
        io.String.Input(
            "speakers",
            default="",
            optional=True,
            tooltip="Who gets the connected voices: a name for each socket, with commas between; "
            "these win over the script's own. Empty: speakers whose voice the script leaves open, "
            "as they appear.",
        ),
        inputs.engine(),
        inputs.lexicon(),
        *inputs.sampling(),
        # After what older workflows have, whose fields are told apart by their places alone.
        inputs.emotion(),
        inputs.seed(),
        inputs.takes(
            "Readings of the whole script, each with a seed of its own; the audio holds "
            "all of them, the programme is the first."
        ),
        inputs.speed("Of everyone: 1.1 is 10 % faster."),
        io.Combo.Input(
            "language",
            options=[ITS_OWN, *inputs.LANGUAGES],
            default=ITS_OWN,
            optional=True,
            tooltip="How numbers and symbols are read in a sentence that does not itself tell; "
            "script: as the script says, or as most of it is written.",
        ),
        io.Combo.Input(
            "timing",
            options=TIMINGS,
            default="start",
            optional=True,
            tooltip="Of subtitles: lines begin when they are shown; also end with them, by their "
            "pace and other takes (fit); or follow each other (free).",
        ),
        io.Combo.Input(
            "numbers",
            options=[ITS_OWN, *inputs.NUMBERS],
            default=ITS_OWN,
            optional=True,
            advanced=True,
            tooltip="The language of all numbers and symbols, whatever stands around them; script: "
            "as the script says; auto: that of the clause they stand in.",
        ),
    ]
