"""A clip and the texts it is cut into -> when each stands on the screen, in milliseconds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from ..timeline import Clip
from .characters import CLAUSE_END, SENTENCE_END, is_wide, plain

READ, READ_WIDE = 17, 9
"""Characters a viewer reads in a second: of an alphabet, and of Chinese"""
LINGERS = 1000
"""ms after the last word that a subtitle may still stand"""
FLASH = 800
"""ms under which a subtitle is gone before it is seen, where there is time for more"""


def spans(
    clip: Clip, rate: int, texts: Sequence[str], free: int | None, until: int
) -> Iterator[tuple[int, int]]:
    """Start and end of each text, at least 1 ms apart, none before `free` (the clip's own start
    where that is None). until: ms at which others begin to speak.
    """
    said = list(_said(clip, rate, texts) if clip.words else _shared(clip, rate, texts))
    end = milliseconds(clip.start, rate) if free is None else free
    for number, (text, (first, last)) in enumerate(zip(texts, said, strict=True)):
        start = max(end, first)
        end = max(start + 1, last)
        if clip.words:
            after = said[number + 1][0] if number + 1 < len(said) else until
            wanted = start + max(FLASH, 1000 * reading_time(text))
            end = max(end, min(round(wanted), after, end + LINGERS))
        yield start, end


def reading_time(text: str) -> float:
    """Seconds in which the text can be read."""
    wide = sum(map(is_wide, text))
    return wide / READ_WIDE + (len(text) - wide) / READ


def milliseconds(samples: int, rate: int) -> int:
    """The nearest whole millisecond."""
    return (2 * 1000 * samples + rate) // (2 * rate)


def ranges(clip: Clip, texts: Sequence[str]) -> list[tuple[int, int]]:
    """Where in the clip's text each of the texts it was cut into lies."""
    shown = [at for at, char in enumerate(clip.text) if not char.isspace() and plain(char)]
    shown.append(len(clip.text))
    counts = [sum(not char.isspace() for char in text) for text in texts]
    edges = [shown[min(count, len(shown) - 1)] for count in accumulate(counts, initial=0)]
    return list(pairwise(edges))


def _said(clip: Clip, rate: int, texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """From the first word of each text to its last; one without a word stands where it is due."""
    at = start = 1000 * clip.start / rate
    for low, high in ranges(clip, texts):
        words = [word for word in clip.words if low <= word.start < high]
        first = start + 1000 * words[0].begins if words else at
        at = start + 1000 * words[-1].ends if words else at
        yield round(first), round(at)


def _shared(clip: Clip, rate: int, texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The clip's time in proportion to how long each text takes to say."""
    spoken = list(accumulate((_length(text) for text in texts), initial=0))
    for index, done in enumerate(spoken[1:]):
        yield (
            milliseconds(clip.start + clip.length * spoken[index] // spoken[-1], rate),
            milliseconds(clip.start + clip.length * done // spoken[-1], rate),
        )


def _length(text: str) -> int:
    """Roughly how long the text takes to say: a Han character, a digit and a pause take 3 each, a
    letter 1."""
    return 1 + sum(_weight(char) for char in text)


def _weight(char: str) -> int:
    if char in SENTENCE_END or char in CLAUSE_END or char.isdecimal():
        return 3
    if not char.isalpha():
        return 0
    return 3 if is_wide(char) else 1
