"""What can be told of a take without ears: silence nobody asked for, and clipping."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..audio.wave import Wave

QUIET = 10 ** (-45 / 20)
"""Of full scale, by which silence is told"""
LONG = 1.5
"""Seconds of silence nobody pauses for"""
FULL = 0.9
"""Of full scale, from which a flat top is taken for clipping"""
RUN = 4
"""So many equal samples in a row make one"""
_BLOCK = 0.01  # s


def silences(wave: Wave, *, asked: Sequence[float] = ()) -> list[tuple[float, float]]:
    """(begins, lasts) in seconds of silences longer than LONG and than any asked for."""
    size = max(1, round(_BLOCK * wave.rate))
    count = len(wave.samples) // size
    if not count:
        return []
    blocks = np.abs(wave.samples[: count * size]).reshape(count, size).max(axis=1) > QUIET
    edges = np.flatnonzero(np.diff(np.concatenate([[True], blocks, [True]]).astype(np.int8)))
    longest = max([LONG, *(seconds + LONG / 2 for seconds in asked)])
    spans = [(a * size / wave.rate, (b - a) * size / wave.rate) for a, b in edges.reshape(-1, 2)]
    return [(float(at), float(lasts)) for at, lasts in spans if lasts > longest]


def clipped(wave: Wave) -> list[float]:
    """Where, in seconds, the loudest samples are cut off flat."""
    size = np.abs(wave.samples)
    full = size >= max(FULL, float(size.max(initial=0.0)))
    edges = np.flatnonzero(np.diff(np.concatenate([[False], full, [False]]).astype(np.int8)))
    return [float(a / wave.rate) for a, b in edges.reshape(-1, 2) if b - a >= RUN]
