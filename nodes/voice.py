"""A recording and its words, or a name -> a voice; and a voice kept in the library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..messages import Message
from ..mistakes import Place
from .host import comfy, contents, folders
from .host.api import CATEGORY, io, ui
from .host.audio import audio as sound
from .host.audio import recordings
from .host.failures import refuse
from .host.voice_names import voice_names
from .values import VOICE

if TYPE_CHECKING:
    from ..glmtts_runtime.voices.quality import Quality
    from ..glmtts_runtime.voices.voice import Voice

_MUST = ("level", "duration")
"""What must not be bad; of all else people may judge by ear."""
_TRANSCRIPT = "The words of the recording, exactly as they are spoken."


class VoiceFromAudio(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="GLMTTS_Voice",
            display_name="Voice from Audio",
            category=CATEGORY,
            description="Clone a voice from 3 to 10 seconds of one person and the words they say.",
            search_aliases=[
                *("voice clone", "reference audio", "speaker", "prompt audio"),
                *("声音克隆", "克隆声音", "参考音频"),
            ],
            inputs=[
                io.Audio.Input("audio", tooltip="3 to 10 seconds of one person; 5 to 8 are best."),
                io.String.Input(
                    "transcript",
                    multiline=True,
                    default="",
                    dynamic_prompts=False,
                    placeholder=_TRANSCRIPT,
                    tooltip=_TRANSCRIPT,
                ),
                io.String.Input(
                    "name",
                    default="voice",
                    optional=True,
                    tooltip="What people call the voice. It does not change the sound.",
                ),
            ],
            outputs=[
                VOICE.Output("voice", display_name="voice", tooltip="Who speaks."),
                io.String.Output(
                    "quality",
                    display_name="quality",
                    tooltip="What was measured of the recording, and what to do about it.",
                ),
            ],
        )

    @classmethod
    def execute(cls, audio: Any, transcript: str, name: str = "voice") -> io.NodeOutput:
        voice, report = judged(audio, transcript, name)
        comfy.teller()(
            f"{report.partition(chr(10))[0]}, {voice.reference.seconds:.1f} s\n“{voice.transcript}”"
        )
        return io.NodeOutput(voice, report)


class VoiceFromLibrary(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="GLMTTS_LibraryVoice",
            display_name="Voice from Library",
            category=CATEGORY,
            description="A voice that was saved, one of models/tts/voices, or one that comes "
            "along.",
            search_aliases=["load voice", "speaker", "narrator", "音色", "说话人"],
            inputs=[library_voice("voice", "The voice's name.")],
            outputs=[
                VOICE.Output("voice", display_name="voice", tooltip="Who speaks."),
                io.Audio.Output("audio", display_name="audio", tooltip="Its recording."),
                io.String.Output(
                    "transcript", display_name="transcript", tooltip="The words of its recording."
                ),
            ],
        )

    @classmethod
    def fingerprint_inputs(cls, voice: str | None = None, **_: Any) -> str:
        return contents.library(folders.library(), voice)

    @classmethod
    def execute(cls, voice: str) -> io.NodeOutput:
        found = folders.library().get(voice, place=Place("voice"))
        return io.NodeOutput(found, sound([found.reference]), found.transcript)


class SaveVoice(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="GLMTTS_SaveVoice",
            display_name="Save Voice",
            category=CATEGORY,
            description="Keep a voice in the library of this ComfyUI, where scripts and "
            "Voice from Library find it by its name.",
            search_aliases=["store voice", "voice library", "保存音色"],
            is_output_node=True,
            inputs=[
                VOICE.Input("voice", tooltip="The voice to keep."),
                io.String.Input("name", default="my voice", tooltip="What to call it."),
                io.Boolean.Input(
                    "replace",
                    default=False,
                    optional=True,
                    tooltip="Also over a voice of that name.",
                ),
            ],
            outputs=[
                VOICE.Output("voice", display_name="voice", tooltip="The voice as it was kept."),
            ],
        )

    @classmethod
    def execute(cls, voice: Voice, name: str, replace: bool = False) -> io.NodeOutput:
        library = folders.library()
        entry = library.keep(voice, name, replace=replace)
        kept = f"“{entry.name}”: {voice.reference.seconds:.1f} s, {entry.audio}"
        comfy.teller()(f"{kept}\nPress R to see it in lists.")
        return io.NodeOutput(library.get(entry.name), ui=ui.PreviewText(kept))


def library_voice(id: str, tooltip: str) -> io.Input:
    """A choice of the library's voices."""
    return io.Combo.Input(id, options=list(voice_names()), tooltip=tooltip)


def judged(audio: Any, transcript: str, name: str) -> tuple[Voice, str]:
    """The voice of an AUDIO, and the report on it.

    Raises InputError, also for what nobody can be copied from: silence, and too short or too long.
    """
    from ..glmtts_runtime.voices.library import voice_of
    from ..glmtts_runtime.voices.quality import Verdict, check
    from ..glmtts_runtime.voices.transcript import checked_transcript

    sounds = recordings(audio)
    words = checked_transcript(transcript or "")
    quality = check(sounds[0], words)
    useless = [one for one in map(quality.__getitem__, _MUST) if one.verdict is Verdict.BAD]
    if useless:
        found = useless[0]
        refuse(
            "audio",
            Message("The {} is {:.2f} {}.", found.name, found.value, found.unit),
            found.advice,
        )
    report = _report(quality)
    if len(sounds) > 1:
        report += f"\nThe first of {len(sounds)} recordings is used."
    return voice_of(sounds[0], words, (name or "").strip() or "voice"), report


def _report(quality: Quality) -> str:
    rows = [
        f"{measure.verdict.value:4}  {measure.name}: "
        f"{round(measure.value, 2):g} {measure.unit}".rstrip()
        + (f" - {measure.advice}" if measure.advice else "")
        for measure in quality.measures
    ]
    return "\n".join([f"verdict: {quality.verdict.value}", *rows])
