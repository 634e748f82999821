"""A wave -> its fundamental frequency over time.

The YIN estimator (de Cheveigné and Kawahara, JASA 111, 2002), steps 1-5, on speech at 8 kHz.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .level import levels, speaking
from .recording import resample
from .wave import Wave

Floats = npt.NDArray[np.float64]

RATE = 8_000
"""Hz the estimate is made at; voices have their fundamental and first formant below 4 kHz"""

HOP = 80
"""Samples from one frame to the next: 10 ms"""

LONGEST = RATE // 60
"""Lag in samples of the lowest voice, 60 Hz"""

SHORTEST = RATE // 500
"""Lag in samples of the highest voice, 500 Hz"""

WINDOW = 240
"""Samples compared with themselves a lag later: 30 ms"""

DIP = 0.15
"""A lag is a period when the normalised difference falls below this (the paper's 0.1 to 0.15)."""

VOICED = 0.35
"""A frame whose best difference is above this has no pitch."""


def contour(wave: Wave) -> Floats:
    """Hz for every 10 ms, 0 where there is no voice. [N]"""
    samples = resample(wave.samples, wave.rate, RATE).astype(np.float64)
    count = max(0, (len(samples) - WINDOW - LONGEST) // HOP)
    if not count:
        return np.zeros(0)
    frames = np.lib.stride_tricks.sliding_window_view(samples, WINDOW + LONGEST)[::HOP][:count]
    difference = _normalised(_difference(frames))
    found = np.array([_period(row) for row in difference])
    loud = speaking(levels(Wave(samples.astype(np.float32), RATE)))[:count]
    hertz = np.where((found > 0) & loud, RATE / np.maximum(found, 1.0), 0.0)
    return _without_jumps(hertz)


def _difference(frames: Floats) -> Floats:
    """d(lag) = sum of (x[t] - x[t + lag])^2 over the window. [N, W + L] -> [N, L + 1]"""
    size = 1 << (WINDOW + LONGEST - 1).bit_length()
    spectrum = np.fft.rfft(frames, size)
    window = np.fft.rfft(frames[:, :WINDOW], size)
    product = np.fft.irfft(spectrum * window.conj(), size)[:, : LONGEST + 1]
    energy = np.cumsum(np.pad(frames**2, ((0, 0), (1, 0))), axis=1)
    lags = np.arange(LONGEST + 1)
    power = energy[:, lags + WINDOW] - energy[:, lags]
    found: Floats = np.maximum(power[:, :1] + power - 2 * product, 0.0)
    return found


def _normalised(difference: Floats) -> Floats:
    """Each lag's difference over the mean of those up to it: 1 at lag 0, 0 at a perfect period."""
    total = np.cumsum(difference[:, 1:], axis=1)
    mean = total / np.arange(1, difference.shape[1])
    ratio = difference[:, 1:] / np.maximum(mean, 1e-12)
    return np.concatenate([np.ones((len(difference), 1)), ratio], axis=1)


def _period(row: Floats) -> float:
    """The period in samples, between two lags by a parabola; 0 for none. row: [L + 1]"""
    below = np.flatnonzero(row[SHORTEST:LONGEST] < DIP)
    lag = SHORTEST + int(below[0] if len(below) else np.argmin(row[SHORTEST:LONGEST]))
    while lag + 1 < LONGEST and row[lag + 1] < row[lag]:
        lag += 1
    if row[lag] > VOICED:
        return 0.0
    before, here, after = row[lag - 1 : lag + 2]
    bend = before - 2 * here + after
    return lag + (0.5 * (before - after) / bend if bend > 0 else 0.0)


def _without_jumps(hertz: Floats) -> Floats:
    """Drop frames more than 40 % off the median of the five around them: octave errors."""
    around = np.lib.stride_tricks.sliding_window_view(np.pad(hertz, 2), 5)
    median = np.median(around, axis=1)
    found: Floats = np.where(np.abs(hertz - median) <= 0.4 * median, hertz, 0.0)
    return found
