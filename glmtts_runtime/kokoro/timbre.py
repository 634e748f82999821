"""A wave -> two things voices differ in: how high they are, and how their spectrum leans."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ...audio.level import levels, speaking
from ...audio.recording import resample
from ...audio.wave import Wave

RATE = 16_000
WINDOW, HOP = 512, 160
"""Samples of a frame, and from one to the next: 10 ms, as `level` counts"""
BANDS = 20
LOWEST, HIGHEST = 120.0, 7_000.0
"""Hz; below is the room, above what many recordings have lost"""

SEMITONES, DECIBELS = 2.0, 3.0
"""What counts as one step apart in pitch, and in the spectrum"""

_KNOWN = Path(__file__).parent / "data" / "timbres.tsv"


@dataclass(frozen=True, slots=True)
class Timbre:
    """How somebody sounds."""

    hertz: float
    """Median fundamental frequency"""
    bands: tuple[float, ...]
    """dB of each of BANDS against their mean"""

    def distance(self, other: Timbre) -> float:
        """0 for equals; about 1 where one can be told from the other."""
        pitch = 12 * np.log2(self.hertz / other.hertz) / SEMITONES
        apart = np.subtract(self.bands, other.bands)
        return float(np.hypot(pitch, np.sqrt(np.mean(apart**2)) / DECIBELS))


def timbre(wave: Wave, hertz: float) -> Timbre:
    """The timbre of somebody of that median pitch, who is heard alone."""
    samples = resample(wave.samples, wave.rate, RATE).astype(np.float64)
    samples = np.pad(samples, (0, max(0, WINDOW - len(samples))))
    frames = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::HOP]
    loud = speaking(levels(Wave(samples.astype(np.float32), RATE)))[: len(frames)]
    chosen = frames[: len(loud)][loud]
    power = np.abs(np.fft.rfft(chosen * np.hanning(WINDOW), axis=1)) ** 2
    energy = power @ _filters().T
    mean = np.mean(10 * np.log10(energy + 1e-9), axis=0) if len(chosen) else np.zeros(BANDS)
    return Timbre(hertz, tuple((mean - mean.mean()).tolist()))


def mixed(parts: Sequence[tuple[Timbre, float]]) -> Timbre:
    """What a mixture of speakers sounds like, by weights that sum to 1."""
    hertz = float(np.exp(sum(weight * np.log(part.hertz) for part, weight in parts)))
    bands = sum(weight * np.array(part.bands) for part, weight in parts)
    return Timbre(hertz, tuple(np.asarray(bands).tolist()))


@functools.cache
def known() -> dict[str, Timbre]:
    """The speakers' timbres by name (data/timbres.tsv; see data/make_timbres.py)."""
    found = {}
    for line in _KNOWN.read_text(encoding="utf-8").splitlines():
        name, hertz, *bands = line.split("\t")
        found[name] = Timbre(float(hertz), tuple(map(float, bands)))
    return found


@functools.cache
def _filters() -> npt.NDArray[np.float64]:
    """Triangles of equal width on the mel scale. [BANDS, WINDOW // 2 + 1]"""
    ends = 2595 * np.log10(1 + np.array([LOWEST, HIGHEST]) / 700)
    places = 700 * (10 ** (np.linspace(ends[0], ends[1], BANDS + 2) / 2595) - 1)
    hertz = np.fft.rfftfreq(WINDOW, 1 / RATE)
    low, middle, high = places[:-2, None], places[1:-1, None], places[2:, None]
    rising, falling = (hertz - low) / (middle - low), (high - hertz) / (high - middle)
    return np.maximum(np.minimum(rising, falling), 0.0)
