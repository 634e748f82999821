"""Samples -> samples whose true peak is at or below a ceiling, and nothing else changed.

The gain is down before a peak comes: it is held for 6 ms on both sides of every crest above the
ceiling, let go over 150 ms, and rounded by an average over 10 ms. Samples further from a crest keep
their bits. Crests nearer to each other than that make one stretch, worked out on its own and on a
grid that begins with it, so that a stretch sounds the same wherever it lies.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from .envelope import Crests, crests
from .wave import Samples

Decibels = npt.NDArray[np.float64]

NODES_PER_SECOND = 2000  # the gain is worked out this often and straight in between
SHORTEST_STEP = 8  # samples between nodes, at low rates
ROUND = 10  # nodes on each side over which the gain is averaged
HOLD = ROUND + 2  # nodes; the gain stands still as far around a crest as interpolation looks
AROUND = HOLD + ROUND + 1  # nodes on each side of a crest within which the gain moves for it
RELEASE_SECONDS = 0.15  # until the deepest reduction of a stretch is let go


def limit(samples: Samples, rate: int, ceiling: float) -> Samples:
    """[C, T] samples with a true peak of at most `ceiling` dBTP; as long, and in time.

    All channels get the same gain. Returns `samples` itself where nothing exceeds the ceiling.
    The gain moves so slowly that between the samples it adds less than 0.05 dB to any sound up to
    36 dB over the ceiling.
    """
    highest = 10 ** (ceiling / 20)
    found = crests(samples, rate, highest)
    if not len(found[0]):
        return samples
    step = max(SHORTEST_STEP, rate // NODES_PER_SECOND)
    release = round(RELEASE_SECONDS * rate / step)
    limited: Samples = samples.copy()
    for begin, over in _stretches(found, highest, step, release):
        start, end = max(begin, 0), min(begin + len(over) * step, samples.shape[1])
        limited[:, start:end] *= _gain(_reduction(over, release), step)[start - begin : end - begin]
    return limited


def _stretches(
    found: Crests, highest: float, step: int, release: int
) -> Iterator[tuple[int, Decibels]]:
    """Where a gain other than 1 begins, and how far each step from there is over the ceiling.

    The beginning lies a fixed way before the first crest, perhaps before the sound's.
    """
    indices, peaks = found
    over = 20 * np.log10(peaks / highest, dtype=np.float64)
    apart = np.flatnonzero(np.diff(indices) > (AROUND + release + AROUND) * step) + 1
    for where, much in zip(np.split(indices, apart), np.split(over, apart), strict=True):
        begin = int(where[0]) - AROUND * step
        steps = (where - begin) // step
        stretch = np.zeros(int(steps[-1]) + release + AROUND)
        np.maximum.at(stretch, steps, much)
        yield begin, stretch


def _reduction(over: Decibels, release: int) -> Decibels:
    """[N] dB that steps are over the ceiling -> [N + 1] dB to take off at the nodes around them.

    Never less than needed: the average at a node is of values that all cover what lies there.
    """
    nodes = np.maximum(np.append(over, 0.0), np.append(0.0, over))
    held = sliding_window_view(np.pad(nodes, HOLD), 2 * HOLD + 1).max(axis=1)
    fall = np.arange(len(held)) * (held.max() / release)
    released = np.maximum(held, np.maximum.accumulate(held + fall) - fall)
    weights = np.hanning(2 * ROUND + 3)[1:-1]
    return np.convolve(np.pad(released, ROUND), weights / weights.sum(), mode="valid")


def _gain(reduction: Decibels, step: int) -> Samples:
    """[N + 1] dB to take off at nodes -> [N * step] factors, straight from node to node."""
    nodes = (10 ** (-reduction / 20)).astype(np.float32)
    way = np.arange(step, dtype=np.float32) / np.float32(step)
    gain: Samples = nodes[:-1, None] + np.diff(nodes)[:, None] * way
    return gain.reshape(-1)
