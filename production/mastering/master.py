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
    limited_pcm,
    limited_piece,
    unmastered_piece,
)

Result = TypeVar("Result")

_GAIN_STEP = 0.25  # dB; coarse, so that small edits leave the gain and what is remembered as it is
_CLOSE_ENOUGH = 0.2  # LU
_ROUNDS = 6
_PROBES = 6  # pieces that are encoded to see what a codec takes
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
    by_start = {piece.start: one for piece, one in zip(pieces, mixed, strict=True)}

    def limited(settings: FinishSettings, piece: Piece) -> Finished:
        return limited_piece(piece, by_start[piece.start], settings, context)

    if codec is None:
        return _settle(pieces, settings, limited, progress)

    def encoded(settings: FinishSettings, piece: Piece) -> Finished:
        return finished_piece(piece, settings, context)

    # With what the limiter and the codec take known, encoding all of it is one round mostly.
    settled = _settle(pieces, settings, limited, unwatched)
    settings = replace(settings, gain=settled.gain, codec=codec)
    loss = _loss(pieces, settled, partial(encoded, settings), settings)
    return _settle(pieces, replace(settings, gain=settled.gain + _step(loss)), encoded, progress)


def _loss(
    pieces: Sequence[Piece],
    settled: Master,
    encoded: Callable[[Piece], Finished],
    settings: FinishSettings,
) -> float:
    """dB by which a codec makes a programme quieter, judged by some of its pieces."""
    apart = len(pieces) // _PROBES
    if apart < 2:
        return 0.0
    some = slice(apart // 2, None, apart)
    rate, cell = pieces[0].rate, settings.cell
    before = _level(settled.pieces[some], cell, rate)
    after = _level(list(each(pieces[some], encoded)), cell, rate)
    return before - after if math.isfinite(before) and math.isfinite(after) else 0.0


def _settle(
    pieces: Sequence[Piece],
    settings: FinishSettings,
    finish: Callable[[FinishSettings, Piece], Finished],
    progress: Progress,
) -> Master:
    """Finish the pieces, correcting the gain until their loudness is near enough to the target."""
    wanted = settings.target.loudness
    for _ in range(_ROUNDS):
        finished = []
        for piece in each(pieces, partial(finish, settings)):
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
    return each(pieces, lambda piece: limited_pcm(amplified(piece, gain, context), piece, ceiling))


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
