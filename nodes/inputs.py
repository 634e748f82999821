"""Inputs that several nodes share, so that they are called and explained alike everywhere."""

from __future__ import annotations

from ..glmtts_runtime.options import EngineOptions, Option, Sampling, options_of
from .host.api import io
from .values import EMOTION, ENGINE, LEXICON, PLAYER

LANGUAGES = ["zh", "en"]
NUMBERS = ["auto", "zh", "en"]
MOST_TAKES = 16
SEED_MOST = 2**32 - 1


def engine() -> io.Input:
    return ENGINE.Input(
        "engine",
        optional=True,
        tooltip="What speaks. Not connected: kokoro where it can speak here, else preview.",
    )


def lexicon() -> io.Input:
    return LEXICON.Input(
        "dictionary",
        optional=True,
        tooltip="How words are read: a Pronunciation Dictionary, or several in a chain.",
    )


def emotion() -> io.Input:
    return EMOTION.Input(
        "emotion",
        optional=True,
        tooltip="How it is spoken. Not connected: in the voice's own manner.",
    )


def language() -> io.Input:
    return io.Combo.Input(
        "language",
        options=LANGUAGES,
        default="zh",
        optional=True,
        tooltip="How numbers and symbols are read in a sentence that does not itself tell. "
        "Chinese and English may be mixed either way.",
    )


def numbers() -> io.Input:
    return io.Combo.Input(
        "numbers",
        options=NUMBERS,
        default="auto",
        optional=True,
        advanced=True,
        tooltip="The language of all numbers and symbols, whatever stands around them; auto: that "
        "of the clause they stand in.",
    )


def seed() -> io.Input:
    return io.Int.Input(
        "seed",
        default=0,
        min=0,
        max=SEED_MOST,
        control_after_generate=io.ControlAfterGenerate.fixed,
        optional=True,
        tooltip="Another seed gives another reading of the same words.",
    )


def takes(tooltip: str) -> io.Input:
    """How many alternatives; each has a seed of its own."""
    return io.Int.Input("takes", default=1, min=1, max=MOST_TAKES, optional=True, tooltip=tooltip)


def speed(tooltip: str) -> io.Input:
    """The speaking rate, as a factor."""
    return io.Float.Input(
        "speed", default=1.0, min=0.5, max=2.0, step=0.05, optional=True, tooltip=tooltip
    )


def sampling() -> list[io.Input]:
    """How GLM-TTS draws speech; the names are those of `Sampling`."""
    return [option_input(name, option, Sampling()) for name, option in options_of(Sampling).items()]


def option_input(name: str, option: Option, usual: EngineOptions | Sampling) -> io.Input:
    """A field of the engine's options as an input, folded away: few ever need one."""
    default = getattr(usual, name)
    told = {"default": default, "optional": True, "advanced": True, "tooltip": option.help}
    if option.choices:
        return io.Combo.Input(name, options=list(option.choices), **told)
    if isinstance(default, bool):
        return io.Boolean.Input(name, **told)
    bounds = {"min": option.low, "max": option.high}
    if isinstance(default, int):
        return io.Int.Input(name, **bounds, **told)
    return io.Float.Input(name, step=0.01, **bounds, **told)


def file(id: str, what: str) -> io.Input:
    return io.String.Input(
        id,
        default="",
        optional=True,
        tooltip=f"{what} Its name in ComfyUI's input folder, with subfolders if it is in one.",
    )


def folder(default: str) -> io.Input:
    return io.String.Input(
        "folder",
        default=default,
        optional=True,
        tooltip="Where the files go, in ComfyUI's output folder.",
    )


def player() -> io.Input:
    return PLAYER.Input("audioUI", optional=True, tooltip="Plays what was made.")
