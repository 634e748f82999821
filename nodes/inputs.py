"""Inputs that several nodes share, so that they are called and explained alike everywhere."""

from __future__ import annotations

from .host.api import io
from .values import EMOTION, ENGINE, LEXICON, PLAYER

LANGUAGES = ["zh", "en"]
SEED_MOST = 2**32 - 1


def engine() -> io.Input:
    return ENGINE.Input(
        "engine",
        optional=True,
        tooltip="What speaks. Not connected: the preview engine, which needs no weights.",
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


def sampling() -> list[io.Input]:
    """How GLM-TTS draws speech; the names are those of `Sampling`."""
    return [
        io.Float.Input(
            "temperature",
            default=1.0,
            min=0.1,
            max=2.0,
            step=0.05,
            optional=True,
            advanced=True,
            tooltip="How freely GLM-TTS draws speech; 1 as trained, lower is flatter and safer.",
        ),
        io.Float.Input(
            "top_p",
            default=0.8,
            min=0.01,
            max=1.0,
            step=0.01,
            optional=True,
            advanced=True,
            tooltip="Share of likelihood GLM-TTS draws each token from.",
        ),
        io.Int.Input(
            "top_k",
            default=25,
            min=1,
            max=1000,
            optional=True,
            advanced=True,
            tooltip="Tokens GLM-TTS draws from, at most.",
        ),
    ]


def file(id: str, what: str) -> io.Input:
    return io.String.Input(
        id,
        default="",
        optional=True,
        tooltip=f"{what} Its name in ComfyUI's input folder, with subfolders if it is in one.",
    )


def player() -> io.Input:
    return PLAYER.Input("audioUI", optional=True, tooltip="Plays what was made.")
