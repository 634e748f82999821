"""A text and a voice -> alternatives of how it sounds; and one of them picked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..messages import Message
from ..mistakes import Place
from ..progress import unwatched
from ..pronunciation.phonemes import WHERE
from . import inputs
from .context import render_context
from .host.api import CATEGORY, io
from .host.audio import audio
from .host.failures import in_words, refuse
from .values import TAKES, VOICE, Takes

if TYPE_CHECKING:
    from ..glmtts_runtime.engine import Emotion, Engine, SpeechRequest
    from ..glmtts_runtime.voices.voice import Voice
    from ..production.context import RenderContext
    from ..pronunciation.lexicon.lexicon import Lexicon

_TEXT = Place("text")


class Synthesize(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="GLMTTS_Synthesize",
            display_name="Synthesize Speech",
            category=CATEGORY,
            description="Speak a text, as often as asked: each take is another reading.",
            search_aliases=[
                *("tts", "text to speech", "speak", "say", "generate speech"),
                *("文字转语音", "语音合成", "配音", "朗读"),
            ],
            essentials_category="Audio",
            inputs=_synthesize_inputs(),
            outputs=[
                io.Audio.Output("audio", display_name="audio", tooltip="The first take."),
                TAKES.Output("takes", display_name="takes", tooltip="All takes, for Pick Take."),
                io.String.Output(
                    "spoken",
                    display_name="spoken",
                    tooltip="The text as it is said, numbers and symbols in words.",
                ),
            ],
        )

    @classmethod
    def execute(
        cls,
        *,
        text: str,
        voice: Voice | None = None,
        engine: Engine | None = None,
        dictionary: Lexicon | None = None,
        emotion: Emotion | None = None,
        language: str = "zh",
        seed: int = 0,
        takes: int = 1,
        speed: float = 1.0,
        sample_rate: str = "24000",
        phonemes: str = "asked",
        numbers: str = "auto",
        **sampling: float,
    ) -> io.NodeOutput:
        from ..glmtts_runtime.engine import SpeechRequest
        from ..production.utterances import spoken_text
        from ..pronunciation.lexicon.lexicon import EMPTY
        from ..scripts.script import NUMBERS

        context = render_context(engine, sampling)
        spoken = spoken_text(
            text or "",
            place=_TEXT,
            language=language,  # type: ignore[arg-type]
            lexicon=dictionary or EMPTY,
            numbers=NUMBERS[numbers],
        )
        request = SpeechRequest(
            spoken=spoken,
            voice=voice or context.library.default(),
            emotion=emotion,
            seed=seed,
            rate=speed,
            sample_rate=int(sample_rate),
            sampling=context.sampling,
            phoneme=phonemes,  # type: ignore[arg-type]
        )
        made = _spoken(request, takes, context)
        return io.NodeOutput(audio(made.waves[:1]), made, spoken.spoken)


class PickTake(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="GLMTTS_PickTake",
            display_name="Pick Take",
            category=CATEGORY,
            description="Choose one of several takes. The others are kept: picking again costs "
            "nothing.",
            search_aliases=["choose take", "alternative", "variant"],
            inputs=[
                TAKES.Input("takes", tooltip="From Synthesize Speech."),
                io.Int.Input(
                    "number",
                    default=1,
                    min=1,
                    max=inputs.MOST_TAKES,
                    tooltip="Which take, counted from 1.",
                ),
            ],
            outputs=[
                io.Audio.Output("audio", display_name="audio", tooltip="The take."),
                io.Int.Output(
                    "seed", display_name="seed", tooltip="The seed that gives this take as a first."
                ),
            ],
        )

    @classmethod
    def execute(cls, takes: Takes, number: int) -> io.NodeOutput:
        if number > len(takes.waves):
            what = Message("There is no take {}: there are {}.", number, len(takes.waves))
            refuse("number", what, "Ask for more takes, or choose a lower number.")
        return io.NodeOutput(audio([takes.waves[number - 1]]), takes.seeds[number - 1])


def _spoken(request: SpeechRequest, count: int, context: RenderContext) -> Takes:
    """So many takes of what is asked for."""
    from ..production.takes import load_take, make_takes
    from ..production.utterances import with_other_seeds

    requests = with_other_seeds(request, count)
    # One bar: of the engine's steps, which are finer than takes.
    quiet, steps = replace(context, report=unwatched), context.progress("speak")
    with in_words([_TEXT] * count):
        takes, _ = make_takes(requests, quiet, steps=steps)
    waves = tuple(load_take(context.store, take.key) for take in takes)
    context.store.trim()
    return Takes(waves, tuple(request.seed for request in requests))


def _synthesize_inputs() -> list[io.Input]:
    return [
        io.String.Input(
            "text",
            multiline=True,
            default="你好！Hello! 这是 GLM-TTS 在说话。",
            dynamic_prompts=False,
            tooltip="What to say. Readings in braces and pauses like [pause:500ms] may "
            "stand in it.",
        ),
        VOICE.Input(
            "voice",
            optional=True,
            tooltip="Who speaks. Not connected: xiaoyu, who comes along.",
        ),
        inputs.engine(),
        inputs.lexicon(),
        inputs.emotion(),
        inputs.language(),
        inputs.seed(),
        inputs.takes("Alternatives to choose from, each with a seed of its own."),
        inputs.speed("1.1 is 10 % faster."),
        *inputs.sampling(),
        *_model_inputs(),
    ]


def _model_inputs() -> list[io.Input]:
    return [
        io.Combo.Input(
            "sample_rate",
            options=["24000", "32000"],
            default="24000",
            optional=True,
            advanced=True,
            tooltip="Hz the engine speaks at; 32000 by GLM-TTS's second vocoder.",
        ),
        io.Combo.Input(
            "phonemes",
            options=list(WHERE),
            default="asked",
            optional=True,
            advanced=True,
            tooltip="Which characters GLM-TTS is given as phonemes: none; those that rules and "
            "inline readings decide (asked); those it would probably misread as well (doubtful); "
            "or all.",
        ),
        inputs.numbers(),
    ]
