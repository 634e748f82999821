"""Upstream and ours in turn, A B A B, on the same work: ratios with their spread, of one run.

A machine that others use slows both sides of a pair alike, or nearly; CPU seconds leave out what it
did for others.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from comfyui_glmtts.glmtts_runtime.glm_tts.checkpoint.layout import find
from comfyui_glmtts.glmtts_runtime.glm_tts.engine import GlmEngine

from . import speech, upstream
from .work import lines

TELL = 2
"""Lines of upstream that tell for many: it speaks them one after the other."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The same lines by both, one right after the other; s for a second of speech."""

    theirs: float
    ours: float
    their_cpu: float
    our_cpu: float
    parts: dict[str, tuple[float, float]]
    """Theirs and ours: language model, flow, vocoder"""


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times as long theirs takes, over all pairs."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Ratio:
        return cls(statistics.median(values), min(values), max(values))

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.low:.2f}–{self.high:.2f})"


def compared(
    folder: Path,
    checkpoint: Path,
    engine: GlmEngine,
    counts: Sequence[int],
    length: float,
    repeats: int,
) -> dict[int, list[Pair]]:
    """Pairs by how many lines there were. folder: upstream's; length: s of every line."""
    layout = find(checkpoint)
    with upstream.inside(folder, layout.folder):
        other = upstream.loaded(layout, engine)
        upstream.speak(other, engine, lines(1, 1.0))
        return {
            count: [_pair(other, engine, count, length) for _ in range(repeats)] for count in counts
        }


def _pair(other: upstream.Upstream, engine: GlmEngine, count: int, length: float) -> Pair:
    work = lines(count, length)
    few = lines(min(count, TELL), length)
    theirs, their_cpu = _timed(lambda: upstream.speak(other, engine, few))
    ours, our_cpu = _timed(lambda: speech.speak(engine, work))
    per, ours_per = theirs.speech, count * length
    return Pair(
        theirs=theirs.whole,
        ours=ours.work,
        their_cpu=their_cpu / per,
        our_cpu=our_cpu / ours_per,
        parts={
            "language model": (theirs.llm / per, ours.work - ours.flow - ours.vocoder),
            "flow": (theirs.flow / per, ours.flow),
            "vocoder": (theirs.vocoder / per, ours.vocoder),
        },
    )


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.process_time()
    done = work()
    return done, time.process_time() - start


def rows(pairs: dict[int, list[Pair]]) -> list[str]:
    """A table."""
    told = ["  lines   upstream   ours     times as long      in CPU seconds     by part"]
    for count, found in pairs.items():
        whole = Ratio.of([pair.theirs / pair.ours for pair in found])
        cpu = Ratio.of([pair.their_cpu / pair.our_cpu for pair in found])
        theirs = statistics.median(pair.theirs for pair in found)
        ours = statistics.median(pair.ours for pair in found)
        parts = ", ".join(
            f"{name} {statistics.median(p.parts[name][0] / p.parts[name][1] for p in found):.1f}"
            for name in found[0].parts
        )
        told.append(f"  {count:5}   {theirs:7.3f}   {ours:7.3f}   {whole}   {cpu}   {parts}")
    return told
