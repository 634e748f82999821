"""A sentence -> its words: the cheapest way through the lattice of all words that it could hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from .hanzi import HAN, is_han
from .vocabulary import Vocabulary, Word, vocabulary

_RUN = re.compile(f"[{HAN}]+|[0-9]+|[A-Za-z]+|.", re.DOTALL)
_UNKNOWN = 18.0
"""Cost of a character that no dictionary has."""


class Token(NamedTuple):
    """A word of a sentence."""

    start: int
    word: str
    tag: str
    """Part of speech; `m` for digits, `eng` for letters, `w` for every other sign."""

    @property
    def end(self) -> int:
        """Index after its last character."""
        return self.start + len(self.word)


class Phrase(NamedTuple):
    """A word or phrase that the sentence holds and whose borders are borders of words."""

    start: int
    word: str
    entry: Word


def words_of(sentence: str) -> tuple[list[Token], list[Phrase]]:
    """The words of a sentence in order, and all phrases in it that follow them.

    A phrase follows the words if it lies inside one of them, or begins and ends where words do and
    could not have been chosen itself: in 导游说 there is no 游说.
    """
    tokens: list[Token] = []
    phrases: list[Phrase] = []
    known = vocabulary()
    for match in _RUN.finditer(sentence):
        run, start = match.group(), match.start()
        if not is_han(run[0]):
            tag = "m" if run.isdigit() else "eng" if run.isalpha() else "w"
            tokens.append(Token(start, run, tag))
            continue
        found, edges = _edges(run, known)
        cut = list(_cheapest(found))
        owner = [0] * len(run)
        for number, (at, end) in enumerate(cut):
            word = run[at:end]
            entry = known.get(word)
            tokens.append(Token(start + at, word, entry.tag if entry else "x"))
            owner[at:end] = [number] * (end - at)
        parts = _parts(found, cut)
        for at, word, entry in edges:
            end = at + len(word)
            across = entry.cost is None and _begins(owner, at) and _begins(owner, end)
            if across or (owner[at] == owner[end - 1] and _follows(owner, parts, at, end)):
                phrases.append(Phrase(start + at, word, entry))
    return tokens, phrases


def _begins(owner: list[int], at: int) -> bool:
    return at in (0, len(owner)) or owner[at] != owner[at - 1]


def _parts(ways: list[list[tuple[int, float]]], cut: list[tuple[int, int]]) -> list[int]:
    """For each place the number of its part, where every word is cut into the words it holds."""
    parts: list[int] = []
    for at, end in cut:
        inner = [
            [(to - at, cost) for to, cost in ways[place] if to <= end and (place, to) != (at, end)]
            for place in range(at, end)
        ]
        for start, stop in _cheapest(inner) if end - at > 2 else [(0, end - at)]:
            parts.extend([at + start] * (stop - start))
    return parts


def _follows(owner: list[int], parts: list[int], at: int, end: int) -> bool:
    """Whether a phrase inside a word is that word, lies in one of its parts or is made of them."""
    if _begins(owner, at) and _begins(owner, end):
        return True
    return parts[at] == parts[end - 1] or (_begins(parts, at) and _begins(parts, end))


def _edges(
    run: str, known: Vocabulary
) -> tuple[list[list[tuple[int, float]]], list[tuple[int, str, Word]]]:
    """For each place (end, cost) of the words there; and those with something to tell."""
    ways: list[list[tuple[int, float]]] = []
    telling: list[tuple[int, str, Word]] = []
    size = len(run)
    for at, char in enumerate(run):
        words, lengths = known.page(char)
        alone = words.get(char)
        cost = alone.cost if alone is not None and alone.cost is not None else _UNKNOWN
        here = [(at + 1, cost)]
        for length in lengths:
            end = at + length
            if end > size:
                break
            entry = words.get(run[at:end])
            if entry is not None:
                if entry.cost is not None:
                    here.append((end, entry.cost))
                if entry.readings or entry.told:
                    telling.append((at, run[at:end], entry))
        ways.append(here)
    return ways, telling


def _cheapest(ways: list[list[tuple[int, float]]]) -> Iterator[tuple[int, int]]:
    """(start, end) of the words on the cheapest way."""
    size = len(ways)
    best = [0.0] * (size + 1)
    ends = [0] * size
    for at in range(size - 1, -1, -1):
        lowest = float("inf")
        for end, cost in ways[at]:
            total = cost + best[end]
            if total < lowest:
                lowest, ends[at] = total, end
        best[at] = lowest
    at = 0
    while at < size:
        yield at, ends[at]
        at = ends[at]
