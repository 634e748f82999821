"""Which engine speaks, with which weights, and how; and all that shells say of these fields.

The command line's options, the node's inputs, `watch.yaml` and what is asked of a server are made
of these fields: a name, a default, what may be given and what it means stand here and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias, get_args, get_type_hints

from ..messages import Message
from ..mistakes import InputError, Mistake, Place, nearest

EngineName: TypeAlias = Literal["auto", "glm-tts", "kokoro", "preview"]
Precision: TypeAlias = Literal["auto", "bfloat16", "float16", "float32", "int8"]
Schedule: TypeAlias = Literal["cosine", "uniform", "pruned"]

ENGINES: tuple[EngineName, ...] = get_args(EngineName)
SERVER = re.compile(r"https?://[^\s/?#]+(/[^\s?#]*)?")
"""An engine that is a server's, by its address"""
SERVER_TOKEN = "GLMTTS_SERVE_TOKEN"  # noqa: S105
"""The variable that holds what such a server asks for"""
DEVICE = re.compile(r"auto|cpu|mps|cuda(:[0-9]{1,2})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """What a person is told of a field, and what may be given for it."""

    help: str
    choices: tuple[str, ...] = ()
    """Of a text; empty: see `pattern`"""
    pattern: re.Pattern[str] | None = None
    """What a text may be, beside the choices"""
    examples: str = ""
    """Of what the pattern allows"""
    low: float | None = None
    high: float | None = None
    env: str | None = None
    """The environment variable that holds a person's own default"""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineOptions:
    """Which engine: equal options share one. All but `engine` are for glm-tts."""

    engine: Annotated[
        str,
        Option(
            help="What speaks: glm-tts, the model that clones; kokoro, natural voices of its own "
            "on any CPU; preview, drafts by espeak-ng. auto: the first of them that is here. Or "
            "the address of a `glmtts serve`, say http://127.0.0.1:8766.",
            choices=ENGINES,
            pattern=SERVER,
            env="GLMTTS_ENGINE",
        ),
    ] = "auto"
    checkpoint: Annotated[
        Path | None,
        Option(
            help="The weights of glm-tts; by default where `glmtts checkpoint download` puts them.",
            env="GLMTTS_CHECKPOINT",
        ),
    ] = None
    device: Annotated[
        str,
        Option(
            help="Where glm-tts computes: auto, cuda, cuda:1, mps or cpu.",
            pattern=DEVICE,
            examples="auto, cuda, cuda:1, mps or cpu",
            env="GLMTTS_DEVICE",
        ),
    ] = "auto"
    precision: Annotated[
        Precision,
        Option(
            help="Of the language model. auto: what suits the device. int8: half the memory of "
            "bfloat16, nearly the same speech.",
            choices=get_args(Precision),
        ),
    ] = "auto"
    history: Annotated[
        bool, Option(help="Whether the later pieces of a long text hear the earlier ones.")
    ] = True
    flow_steps: Annotated[
        int,
        Option(
            help="Steps from noise to sound. Fewer are faster and rougher; 10 as published.",
            low=1,
            high=100,
        ),
    ] = 10
    flow_schedule: Annotated[
        Schedule,
        Option(
            help="How the steps are laid. cosine: slowly at first, as published. pruned: more of "
            "them there, for 7 steps or so.",
            choices=get_args(Schedule),
        ),
    ] = "cosine"
    flow_guided: Annotated[
        int,
        Option(
            help="Percent of the steps, the first ones, that guidance takes part in; the others "
            "take half the time. All as published.",
            low=0,
            high=100,
        ),
    ] = 100
    low_vram: Annotated[
        bool, Option(help="Have only what computes on the GPU, for cards of 4 GB; slower.")
    ] = False
    graphs: Annotated[
        bool, Option(help="Record the steps of decoding on CUDA; without, slower.")
    ] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How speech tokens are drawn; engines that draw none ignore it."""

    temperature: Annotated[
        float,
        Option(
            help="How freely GLM-TTS draws speech; 1 as trained, lower is flatter and safer.",
            low=0.1,
            high=2.0,
        ),
    ] = 1.0
    top_p: Annotated[
        float,
        Option(help="Share of likelihood GLM-TTS draws each token from.", low=0.01, high=1.0),
    ] = 0.8
    top_k: Annotated[int, Option(help="Tokens GLM-TTS draws from, at most.", low=1, high=1000)] = 25
    repetition_aware: bool = True
    """Draw a token that came among the last ten again, from everything; False: plain top-k."""


def options_of(group: type) -> dict[str, Option]:
    """The fields of a group that people may set, by name, in order."""
    return {
        name: told
        for name, kind in get_type_hints(group, include_extras=True).items()
        for told in getattr(kind, "__metadata__", ())
        if isinstance(told, Option)
    }


def check(options: EngineOptions, place: Callable[[str], Place]) -> None:
    """Raise InputError with every field that holds what it may not; `place` says where it is."""
    mistakes = []
    for name, option in options_of(EngineOptions).items():
        value = getattr(options, name)
        if wrong := _wrong(name.replace("_", " "), option, value):
            mistakes.append(Mistake(place(name), *wrong))
    if mistakes:
        raise InputError(mistakes)


def _wrong(called: str, option: Option, value: Any) -> tuple[str, str] | None:
    """What is wrong and what to do."""
    if option.pattern and option.pattern.fullmatch(str(value)):
        return None
    if option.choices and value not in option.choices:
        return Message('There is no {} "{}".', called, value), nearest(value, option.choices)
    if option.pattern and not option.choices:
        return Message('There is no {} "{}".', called, value), Message("Use {}.", option.examples)
    low, high = option.low, option.high
    if low is not None and high is not None and not low <= value <= high:
        return Message("{:g} {} is out of range.", value, called), Message(
            "Choose from {:g} to {:g}.", low, high
        )
    return None
