"""Passes as the model said them -> one wave without clicks, and when each character is heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from ...audio.recording import resample
from ...audio.tempo import quickened
from ...audio.wave import Samples, Wave
from .lines import Pass
from .network import FRAME, RATE, Spoken

Times: TypeAlias = tuple[tuple[float, float], ...]
"""Seconds from the beginning: where each spoken character begins and ends"""

EDGE = 0.02
"""Seconds of silence at both ends of a line; whoever puts lines together owns the gaps"""
BEFORE, AFTER = 0.015, 0.04
"""Seconds kept before the first sound above QUIET and after the last"""
QUIET = 10 ** (-45 / 20)
"""Below this share of a pass's peak there is nobody speaking."""
FADE = 0.005
"""Seconds in which a pass rises from silence and falls back"""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A pass as it is heard."""

    said: Pass
    samples: Samples
    """[T] at RATE, without the silence around"""
    ends: tuple[float, ...]
    """Seconds from the part's beginning: where each unit ends"""
    start: float
    """Where the first begins"""


def part(said: Pass, spoken: Spoken, tempo: float) -> Part:
    """The sound of a pass, trimmed, `tempo` times as fast, and faded."""
    first, last = _voiced(spoken.samples)
    samples = quickened(spoken.samples[first:last], RATE, tempo).copy()
    length = min(round(FADE * RATE), len(samples) // 2)
    ramp = (0.5 - 0.5 * np.cos(np.pi * (np.arange(length) + 0.5) / max(length, 1))).astype("f4")
    samples[:length] *= ramp
    samples[len(samples) - length :] *= ramp[::-1]
    edges = np.cumsum(spoken.frames) * FRAME
    sizes = np.cumsum([len(unit.symbols) for unit in said.units])
    inside = np.clip((edges[[0, *sizes]] - first) / tempo, 0, len(samples)) / RATE
    return Part(said, samples, tuple(inside[1:].tolist()), float(inside[0]))


def _voiced(samples: Samples) -> tuple[int, int]:
    """Where the sound begins and ends, in samples."""
    size = np.abs(samples)
    loud = np.flatnonzero(size > QUIET * max(float(size.max(initial=0.0)), 1e-4))
    if not len(loud):
        return 0, len(samples)
    return (
        max(0, int(loud[0]) - round(BEFORE * RATE)),
        min(len(samples), int(loud[-1]) + 1 + round(AFTER * RATE)),
    )


def joined(
    lead: float, parts: Sequence[Part], *, characters: int, rate: int, pace: float
) -> tuple[Wave, Times]:
    """One line of its parts.

    lead: seconds of silence before; rate: Hz of the result; pace: the speaking rate, which shortens
    pauses nobody asked for; characters: of the spoken text.
    """
    pieces = [_silence(EDGE + lead)]
    times = [(-1.0, -1.0)] * characters
    at = len(pieces[0])
    for heard in parts:
        begin = heard.start
        for unit, end in zip(heard.said.units, heard.ends, strict=True):
            for index in range(unit.start, unit.end):
                times[index] = (at / RATE + begin, at / RATE + end)
            begin = end
        pause = heard.said.pause if heard.said.asked else heard.said.pause / pace
        pieces += [heard.samples, _silence(pause)]
        at += len(heard.samples) + len(pieces[-1])
    samples = np.concatenate([*pieces, _silence(EDGE)])
    return Wave(resample(samples, RATE, rate), rate), _filled(times)


def _filled(times: list[tuple[float, float]]) -> Times:
    """Characters nobody says end where they begin: at the end of what was said before."""
    found, last = [], 0.0
    for start, end in times:
        found.append((round(start, 4), round(end, 4)) if start >= 0 else (last, last))
        last = found[-1][1]
    return tuple(found)


def _silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), np.float32)
