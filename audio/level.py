"""A wave -> its level over time, and where in it somebody speaks."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .wave import Wave

Levels = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

HOP = 0.01
"""Seconds from one frame to the next."""

WINDOW = 0.02
"""Seconds of a frame."""

SILENCE = -120.0
"""dBFS of what holds nothing at all."""

QUIETEST = 0.05
"""Share of the frames taken as the noise between words; even fluent speech stops that often."""


def levels(wave: Wave) -> Levels:
    """RMS of every frame in dBFS, where 0 is a full-scale square wave. [N], N >= 1"""
    hop, window = round(HOP * wave.rate), round(WINDOW * wave.rate)
    samples = np.pad(wave.samples.astype(np.float64), (0, max(0, window - len(wave.samples))))
    energy = np.concatenate([[0.0], np.cumsum(samples**2)])
    starts = np.arange(0, len(samples) - window + 1, hop)
    power: Levels = (energy[starts + window] - energy[starts]) / window
    return decibels(np.maximum(power, 0.0))


def decibels(power: Levels) -> Levels:
    """10 log10, not lower than SILENCE."""
    found: Levels = 10 * np.log10(np.maximum(power, 10 ** (SILENCE / 10)))
    return found


def mean(frames: Levels) -> float:
    """The level of the frames together: their mean power, in dBFS. SILENCE for none."""
    if not len(frames):
        return SILENCE
    return float(decibels(np.mean(10 ** (frames / 10), keepdims=True))[0])


def floor(frames: Levels) -> float:
    """The level of the noise: that of the quietest frames."""
    count = max(1, round(QUIETEST * len(frames)))
    return mean(np.sort(frames)[:count])


def speaking(frames: Levels) -> Mask:
    """Which frames hold speech: clearly above the noise, not far below the loudest. [N] -> [N]

    That is a third of the way from the noise to the loudest twentieth, but between 3 and 30 dB
    below the latter; steady sound is all speech, digital silence none.
    """
    loud = float(np.quantile(frames, 0.95))
    above_noise = min((loud + 2 * floor(frames)) / 3, loud - 3)
    bound = max(above_noise, loud - 30, SILENCE + 1)
    found: Mask = frames > bound
    return found
