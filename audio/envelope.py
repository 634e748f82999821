"""Samples -> their true-peak envelope: how high the sound rises between the samples.

Each doubling of the rate puts one value half-way between neighbours, by a windowed sinc. The
first must tell 20 kHz from its mirror image and is long; the later ones have an empty upper half
of the band and are short. Tones are true to 0.03 dB up to 0.43 of the rate (20.6 kHz at 48 kHz)
and to 0.15 dB at 20 kHz of 44.1. Everything is a sum of products in a fixed order, so the same
sound gives the same bits wherever it lies in an array.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from .wave import Samples

OVERSAMPLED = 176_400  # Hz to reach at least: the standard's four times 44.1 kHz
FIRST, LATER = (16, 5.0), (4, 6.0)  # taps on each side and the Kaiser window's beta
BLOCK = 64  # samples looked at or passed over together
BATCH = 256  # blocks interpolated at once: few enough to stay in a processor's cache

Crests = tuple[npt.NDArray[np.int64], Samples]


def distinct(channels: Samples) -> Samples:
    """[C, T] without the copies: one channel where all channels are the same."""
    alike = all(np.array_equal(channels[0], other) for other in channels[1:])
    return channels[:1] if alike else channels


def crests(samples: Samples, rate: int, floor: float) -> Crests:
    """Where the sound rises above `floor` (linear, > 0), and how high.

    samples: [C, T], silent before and after; returns rising indices [K] and peaks [K]: the highest
    magnitude over all channels in [index, index + 1). A sound that begins or ends abruptly rings up
    to BLOCK samples outside of it. A block whose samples, times the most that interpolation can
    add, stay at or below the floor is passed over.
    """
    stages = _stages(rate)
    margin, gain = _reach(stages)
    padded = _padded(distinct(samples), margin)
    hot = _hot(padded, margin, floor / gain)
    indices, peaks = [np.empty(0, np.int64)], [np.empty(0, np.float32)]
    for part in np.array_split(hot, -(-len(hot) // BATCH)) if len(hot) else []:
        rows = np.arange(BLOCK + 2 * margin)[:, None] + part * BLOCK
        height = _risen(padded[0][rows], stages, margin)
        for channel in padded[1:]:
            np.maximum(height, _risen(channel[rows], stages, margin), out=height)
        rising = height.T
        block, row = np.nonzero(rising > floor)
        indices.append((part[block] - 1) * BLOCK + row)
        peaks.append(rising[block, row])
    return np.concatenate(indices), np.concatenate(peaks)


def _padded(channels: Samples, margin: int) -> Samples:
    """Whole blocks, with a block and `margin` samples of silence before and after."""
    count, length = channels.shape
    blocks = 1 + -(-length // BLOCK) + 1
    padded = np.zeros((count, margin + blocks * BLOCK + margin), np.float32)
    padded[:, margin + BLOCK : margin + BLOCK + length] = channels
    return padded


def _hot(padded: Samples, margin: int, level: float) -> npt.NDArray[np.int64]:
    """Blocks with a sample above `level` within themselves or within `margin` <= BLOCK of them."""
    loud = padded[:, margin : padded.shape[1] - margin].reshape(len(padded), -1, BLOCK)
    above = (loud.max(axis=(0, 2)) > level) | (loud.min(axis=(0, 2)) < -level)
    near = above.copy()
    near[1:] |= above[:-1]
    near[:-1] |= above[1:]
    return np.flatnonzero(near)


def _risen(columns: Samples, stages: tuple[Samples, ...], margin: int) -> Samples:
    """[margin + BLOCK + margin, N] samples -> [BLOCK, N] true peaks from one sample to the next."""
    factor = 2 ** len(stages)
    lead = margin * factor
    for number, taps in enumerate(stages):
        columns = _doubled(columns, taps)
        lead -= (len(taps) - 1) * (factor >> number)
    fine = columns[lead : lead + BLOCK * factor].reshape(BLOCK, factor, -1)
    peaks: Samples = np.maximum(fine.max(axis=1), -fine.min(axis=1))
    return peaks


def _doubled(columns: Samples, taps: Samples) -> Samples:
    """Values half-way between rows put between them; rows lacking neighbours are dropped."""
    reach = len(taps)
    between = len(columns) - 2 * reach + 1
    result = np.empty((2 * between + 1, columns.shape[1]), np.float32)
    result[::2] = columns[reach - 1 : reach + between]
    total = np.zeros((between, columns.shape[1]), np.float32)
    pair = np.empty_like(total)
    for distance, weight in enumerate(taps):
        before, after = reach - 1 - distance, reach + distance
        np.add(columns[before : before + between], columns[after : after + between], out=pair)
        pair *= weight
        total += pair
    result[1::2] = total
    return result


@lru_cache(maxsize=16)
def _stages(rate: int) -> tuple[Samples, ...]:
    """The one-sided taps of each doubling from `rate` to OVERSAMPLED or more."""
    doublings = max(0, math.ceil(math.log2(OVERSAMPLED / rate)))
    return tuple(_half_way(*(LATER if number else FIRST)) for number in range(doublings))


def _half_way(reach: int, beta: float) -> Samples:
    distance = np.arange(reach) + 0.5
    window = np.i0(beta * np.sqrt(1 - (distance / reach) ** 2))
    taps = np.sinc(distance) * window
    halves: Samples = (taps / (2 * taps.sum())).astype(np.float32)
    return halves


def _reach(stages: tuple[Samples, ...]) -> tuple[int, float]:
    """Samples needed on each side, and the most by which a value between can exceed a sample."""
    margin = sum(len(taps) / 2**number for number, taps in enumerate(stages))
    whole = math.ceil(margin) + 1
    impulses = np.eye(2 * whole + 1, dtype=np.float32)
    fine = impulses
    for taps in stages:
        fine = _doubled(fine, taps)
    # Each row holds the weights of all samples around one instant.
    return whole, max(1.0, float(np.abs(fine).sum(axis=1).max()))
