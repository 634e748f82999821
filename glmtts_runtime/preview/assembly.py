"""Stretches of speech and the pauses between them -> one wave without holes or clicks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from ...audio.recording import resample
from ...audio.wave import Samples, Wave
from .espeak import RATE
from .text import Part, Pause

EDGE = 0.02
"""Seconds of silence at both ends of a wave; whoever puts lines together owns the gaps"""

FADE = 0.005
"""Seconds in which a stretch rises from silence and falls back"""

JOIN = 0.006
"""Seconds in which one language gives way to the other"""

QUIET = 10 ** (-50 / 20)
"""Sound below this at the ends of a part is cut off."""


def assembled(planned: Sequence[Part], waves: Iterable[Samples], rate: int, pace: float) -> Wave:
    """One wave of a planned line.

    waves: a wave [T] at espeak-ng's rate for each Speech of `planned`; rate: Hz of the result;
    pace: the speaking rate, which shortens the pauses of punctuation.
    """
    spoken = iter(waves)
    edge = _silence(EDGE, rate)
    parts: list[Samples] = [edge]
    stretch: list[Samples] = []
    for part in planned:
        if isinstance(part, Pause):
            parts.append(_stretch(stretch, rate))
            stretch = []
            parts.append(_silence(part.seconds if part.exact else part.seconds / pace, rate))
        else:
            stretch.append(_trimmed(next(spoken)))
    return Wave(np.concatenate([*parts, _stretch(stretch, rate), edge]), rate)


def _silence(seconds: float, rate: int) -> Samples:
    return np.zeros(round(seconds * rate), np.float32)


def _stretch(waves: list[Samples], rate: int) -> Samples:
    """Sounds that follow each other without a pause, faded at both ends, at the rate asked."""
    joined = np.zeros(0, np.float32)
    for wave in waves:
        joined = _joined(joined, wave)
    faded = resample(joined, RATE, rate)
    length = min(round(FADE * rate), len(faded) // 2)
    ramp = (np.sin(np.linspace(0, np.pi / 2, length, endpoint=False)) ** 2).astype(np.float32)
    faded[:length] *= ramp
    faded[len(faded) - length :] *= ramp[::-1]
    return faded


def _joined(first: Samples, second: Samples) -> Samples:
    """Two waves overlapping for JOIN at equal power."""
    length = min(round(JOIN * RATE), len(first), len(second))
    angle = (np.arange(length, dtype=np.float32) + 0.5) / max(length, 1) * np.float32(np.pi / 2)
    middle = first[len(first) - length :] * np.cos(angle) + second[:length] * np.sin(angle)
    return np.concatenate([first[: len(first) - length], middle, second[length:]])


def _trimmed(wave: Samples) -> Samples:
    """Without the silence around it, but with the fade's length of what it is faded over."""
    loud = np.flatnonzero(np.abs(wave) > QUIET)
    if not len(loud):
        return wave[:0]
    margin = round(FADE * RATE)
    return wave[max(0, loud[0] - margin) : loud[-1] + 1 + margin]
