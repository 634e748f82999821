"""Pieces -> a programme at its loudness: finish them all at one gain, and once more if need be.

The gain is chosen so that the *decoded* deliverable meets its target by ITU-R BS.1770-4: a limiter
and a codec each take a little, so both are measured, not assumed.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import numpy as np

from ...audio.codec import Codec
from ...audio.limiter import limit
from ...audio.loudness import integrated
from ...audio.wave import Samples
from ...machine import cores
from ...progress import Progress, unwatched
from ..pieces import Piece
from .finish import (
    PCM_HEADROOM,
    Finished,
    FinishSettings,
    MasteringContext,
    Target,
    amplified,
    finished_piece,
    unmastered_piece,
)

Result = TypeVar("Result")

_GAIN_STEP = 0.25  # dB; coarse, so that small edits leave the gain and what is remembered as it is
_CLOSE_ENOUGH = 0.2  # LU
_ROUNDS = 6
_CODEC_HEADROOM = 0.5  # dB below the true peak allowed; a lossy codec overshoots by about this


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Master:
    """A programme that meets its target, or comes as near as can be."""

    gain: float
    """dB on the mix"""
    pieces: tuple[Finished, ...]
    loudness: float
    """LUFS"""
    true_peak: float
    """dBTP"""


def master(
    pieces: Sequence[Piece],
    target: Target,
    codec: Codec | None,
    context: MasteringContext,
    *,
    cell: int,
    progress: Progress,
) -> Master:
    """Finish every piece for `codec` (None: PCM) at the one gain that meets the target.

    `cell` is the loudness grid's, in samples, and every piece a whole number of them. `progress`
    counts pieces; a correction of the gain starts them over.
    """
    rate = pieces[0].rate
    mixed = list(each(pieces, lambda piece: unmastered_piece(piece, cell, context)))
    level = _level(mixed, cell, rate)
    gain = _step(target.loudness - level) if math.isfinite(level) else 0.0
    headroom = _CODEC_HEADROOM if codec else PCM_HEADROOM
    settings = FinishSettings(
        target=target, ceiling=target.true_peak - headroom, gain=gain, codec=None, cell=cell
    )
    if codec is None:
        return _settle(pieces, settings, context, progress)
    # With what the limiter takes known, and a codec taking little, encoding is one round mostly.
    settled = _settle(pieces, settings, context, unwatched)
    return _settle(pieces, replace(settings, gain=settled.gain, codec=codec), context, progress)


def _settle(
    pieces: Sequence[Piece],
    settings: FinishSettings,
    context: MasteringContext,
    progress: Progress,
) -> Master:
    """Finish the pieces, correcting the gain until their loudness is near enough to the target."""
    wanted = settings.target.loudness
    for _ in range(_ROUNDS):
        finished = []
        for piece in each(pieces, partial(finished_piece, settings=settings, context=context)):
            finished.append(piece)
            progress(len(finished), len(pieces))
        level = _level(finished, settings.cell, pieces[0].rate)
        gain = settings.gain
        if not math.isfinite(level) or abs(wanted - level) <= _CLOSE_ENOUGH:
            break
        settings = replace(settings, gain=gain + _step(wanted - level))
    return Master(
        gain=gain,
        pieces=tuple(finished),
        loudness=level,
        true_peak=max(piece.true_peak for piece in finished),
    )


def _level(pieces: Sequence[Finished], cell: int, rate: int) -> float:
    return integrated(np.concatenate([piece.energies for piece in pieces]), cell, rate)


def pcm(
    pieces: Sequence[Piece], gain: float, target: Target, context: MasteringContext
) -> Iterator[Samples]:
    """The samples of a programme at a gain in dB, limited, [C, T] a piece, in order."""
    ceiling = target.true_peak - PCM_HEADROOM
    return each(pieces, lambda piece: limit(amplified(piece, gain, context), piece.rate, ceiling))


def each(pieces: Sequence[Piece], work: Callable[[Piece], Result]) -> Iterator[Result]:
    """`work` on every piece, in order, on all cores; at most a few results wait at a time."""
    workers = cores()
    with ThreadPoolExecutor(workers) as pool:
        waiting: deque[Future[Result]] = deque()
        try:
            for piece in pieces:
                waiting.append(pool.submit(work, piece))
                if len(waiting) > 2 * workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def _step(decibels: float) -> float:
    return round(decibels / _GAIN_STEP) * _GAIN_STEP
