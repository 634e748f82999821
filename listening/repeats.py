"""Which word may have been said twice: a listener who writes sense leaves the second one out.

So each word is asked about: how much less likely is the text with that word doubled, given the
sound? Where it was said once, much less; where it was said twice, hardly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..pronunciation.chinese.g2p.lattice import words_of
from ..pronunciation.chinese.hanzi import is_han
from .units import Unit, size

TOO_LIKELY = -4.3
"""Natural logarithm of how much less likely the doubled text may be"""


AFTER = 3
"""Tokens after a word that are asked about too"""
APART = 3
"""Of so many words one is doubled at a time, so that no doubled word is near another"""


def words(text: str, units: Sequence[Unit]) -> list[tuple[int, int]]:
    """Where the words of two syllables and more begin and end."""
    found = []
    for start, end in _spans(text, units):
        inside = [unit for unit in units if start <= unit.start and unit.end <= end]
        if sum(map(size, inside)) >= 2:
            found.append((start, end))
    return found


def doubled(tokens: Sequence[int], spans: Sequence[tuple[int, int]]) -> list[int]:
    """A text's tokens with those of some spans, in order, said twice."""
    found, at = list[int](), 0
    for start, end in spans:
        found += [*tokens[at:end], *tokens[start:end]]
        at = end
    return [*found, *tokens[at:]]


def gaps(
    once: Sequence[float], twice: Sequence[float], spans: Sequence[tuple[int, int]]
) -> list[float]:
    """How much likelier each span is said twice: over its second saying and what follows.

    once, twice: the logarithm of each token's probability, without and with the spans doubled.
    """
    found, added = list[float](), 0
    for start, end in spans:
        second = end + added
        added += end - start
        after = min(AFTER, len(once) - end)
        follows = sum(twice[end + added : end + added + after]) - sum(once[end : end + after])
        found.append(sum(twice[second : second + end - start]) + follows)
    return found


def _spans(text: str, units: Sequence[Unit]) -> Iterator[tuple[int, int]]:
    tokens, _ = words_of(text)
    for token in tokens:
        if is_han(token.word[0]):
            yield token.start, token.end
    for unit in units:
        if not unit.chinese:
            yield unit.start, unit.end
