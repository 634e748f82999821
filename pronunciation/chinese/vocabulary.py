"""Words of Chinese with what is known of each: how common, which part of speech, how it is read.

Frequencies and parts of speech are jieba's (data/vocabulary.txt), readings are pypinyin's
(`dictionary`) under our own (`overlay`).
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from .. import pages
from . import dictionary, overlay

_TOTAL = math.log(6.0e7)
"""Of the counts in jieba's corpus."""
_PHRASE_COUNT = 3
"""What a phrase of three characters or more counts that jieba does not know."""

_SETTLED = 3.0
"""How much cheaper a word is whose reading we settle."""


class Word(NamedTuple):
    """One entry."""

    cost: float | None
    """Minus its log probability; None for what is no word but a phrase that tells readings."""
    tag: str
    """Part of speech as jieba writes it (ICTCLAS): n, v, a, d, r, m, q, p, ..."""
    readings: tuple[str, ...]
    """pypinyin's, one a character; empty where the characters alone tell as much."""
    told: Mapping[int, str]
    """Ours: index in the word -> reading."""


class Vocabulary:
    """Words by their first character; a character's page is made when it is first met."""

    def __init__(self) -> None:
        path = Path(__file__).parent.parent / "data" / "vocabulary.txt"
        self._lines = pages.split(path.read_text(encoding="utf-8"))
        self._phrases = dictionary.installed().phrases
        self._pages: dict[str, tuple[dict[str, Word], tuple[int, ...]]] = {}

    def page(self, first: str) -> tuple[dict[str, Word], tuple[int, ...]]:
        """The words that begin with `first`, and the lengths above one that any of them has."""
        found = self._pages.get(first)
        if found is None:
            found = self._pages[first] = self._made(first)
        return found

    def get(self, word: str) -> Word | None:
        """The entry of exactly this word."""
        return self.page(word[0])[0].get(word)

    def _made(self, first: str) -> tuple[dict[str, Word], tuple[int, ...]]:
        counted = {
            first + rest: (int(count), tag) for rest, count, tag in pages.words(self._lines, first)
        }
        said = {
            first + rest: tuple(told.split(".")) for rest, told in pages.words(self._phrases, first)
        }
        ours = overlay.told(first)
        words: dict[str, Word] = {}
        for word in counted.keys() | said.keys() | ours.keys():
            count, tag = counted.get(word, (0, "i" if len(word) > 3 else "x"))
            if not count and len(word) > 2 and word in said:
                count = _PHRASE_COUNT
            cost = _TOTAL - math.log(count) if count else None
            if cost is not None and word in ours and len(word) > 1:
                cost -= _SETTLED
            told = {**overlay.by_shape(word, tag), **ours.get(word, {})}
            words[word] = Word(cost, tag, said.get(word, ()), told)
        lengths = tuple(sorted({len(word) for word in words if len(word) > 1}))
        return words, lengths


@functools.cache
def vocabulary() -> Vocabulary:
    """The words, in this process once."""
    return Vocabulary()
