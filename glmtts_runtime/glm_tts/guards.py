"""Speech tokens, waves, transcripts -> what is wrong with them, in words, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import numpy as np

from ...audio.wave import Samples
from ...messages import Message
from .spec import TOKEN_RATE

ATTEMPTS = 3
"""Times a text chunk is decoded at most."""
SAME = 25
"""One token this often in a row is a stuck model: a second of one sound."""
SLOWEST, SLACK = 0.8, 1.5
"""s a Chinese character may take, and s a chunk may take besides"""
FASTEST = 0.06
"""s a Chinese character takes at least"""
SILENT = 1e-3
"""Root mean square below which nothing is heard: -60 dBFS."""
REFERENCE_RATE = (1.5, 12.0)
"""Chinese characters' worth of transcript that a second of a reference holds."""


def check_tokens(tokens: Sequence[int], characters: float, *, ran_out: bool) -> str | None:
    """What is wrong with speech tokens. characters: length of the text as `split.length` counts."""
    if ran_out:
        return "it did not end of itself"
    if max((sum(1 for _ in run) for _, run in groupby(tokens)), default=0) >= SAME:
        return "it stuck on one sound"
    seconds = len(tokens) / TOKEN_RATE
    if seconds > SLACK + SLOWEST * characters:
        return f"{seconds:.1f} s is too long for its text"
    if seconds < FASTEST * characters:
        return f"{seconds:.1f} s is too short for its text"
    return None


def check_wave(samples: Samples) -> str | None:
    """What is wrong with a wave."""
    if not np.isfinite(samples).all():
        return "it is not a sound"
    if not len(samples) or float(np.sqrt(np.mean(np.square(samples)))) < SILENT:
        return "it is silent"
    return None


def check_transcript(characters: float, seconds: float) -> str | None:
    """Why a reference's transcript may not be that of its recording."""
    rate = characters / seconds
    low, high = REFERENCE_RATE
    if low <= rate <= high:
        return None
    kind = "few" if rate < low else "many"
    return Message(
        "its transcript has {} words for {:.1f} s: is it exactly what is said?", kind, seconds
    )
