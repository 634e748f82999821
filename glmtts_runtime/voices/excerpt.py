"""A long recording -> the stretch of it that makes the best reference."""

from __future__ import annotations

import numpy as np

from ...audio.level import HOP, floor, levels, mean, speaking
from ...audio.wave import Wave
from .quality import FULL

LONGEST = 8.0
"""s; 5 to 8 are best"""
SHORTEST = 4.0
"""s"""
_PAUSE = 0.15  # s without speech between which an excerpt begins and ends
_EDGE = 0.15  # s of that pause that is kept at each end, at most

Span = tuple[float, float]
"""s: from, to"""


def best_excerpt(wave: Wave) -> Span | None:
    """Where 4 to 8 s lie that begin and end in a pause, the clearest of all there are.

    Clear is what stands highest above the noise, has little silence in it and is not clipped; of
    stretches as clear, the longer. None where nobody speaks so long between two pauses.
    """
    frames = levels(wave)
    speech = speaking(frames)
    full = np.abs(wave.samples) >= FULL
    best: tuple[float, Span] | None = None
    phrases = _phrases(speech)
    for first, (begin, _) in enumerate(phrases):
        for _, end in phrases[first:]:
            seconds = (end - begin) * HOP
            if seconds > LONGEST - 2 * _EDGE:
                break
            if seconds < SHORTEST - 2 * _EDGE:
                continue
            part, said = frames[begin:end], speech[begin:end]
            clipped = full[round(begin * HOP * wave.rate) : round(end * HOP * wave.rate)].any()
            ratio = min(mean(part[said]) - floor(frames), 40.0)
            score = ratio + 20 * float(said.mean()) + seconds - 40 * clipped
            if best is None or score > best[0]:
                best = (score, _with_edges(begin, end, len(frames), speech))
    return best[1] if best else None


def _phrases(speech: np.typing.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Frames from and to which somebody speaks without a pause."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], speech, [False]]).astype(np.int8)))
    spans: list[tuple[int, int]] = []
    for begin, end in edges.reshape(-1, 2).tolist():
        if spans and (begin - spans[-1][1]) * HOP < _PAUSE:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((begin, end))
    return spans


def _with_edges(begin: int, end: int, count: int, speech: np.typing.NDArray[np.bool_]) -> Span:
    """In s, with some of the pauses around, of which there are at least `_PAUSE`."""
    edge = round(_EDGE / HOP)
    first, last = max(0, begin - edge), min(count, end + edge)
    while first < begin and speech[first:begin].any():
        first += 1
    while last > end and speech[end:last].any():
        last -= 1
    return first * HOP, last * HOP
