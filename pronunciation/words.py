"""A set of words with values -> the words that begin at a place of a text, longest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Generic, TypeVar

T = TypeVar("T")
LONGEST = 64
"""Characters of a word at most, which bounds the work at each place of a text."""


class Words(Generic[T]):
    """A two-level trie: the first two characters lead to the lengths worth a look-up.

    Building it costs one pass over the words; looking up costs a few dictionary look-ups for each
    character, however many words there are.
    """

    __slots__ = ("_lengths", "_values")

    def __init__(self, values: Mapping[str, T]) -> None:
        lengths: dict[str, set[int]] = {}
        for word in values:
            lengths.setdefault(word[:2], set()).add(len(word))
        self._values = values
        self._lengths = {
            head: tuple(sorted((n for n in found if n <= LONGEST), reverse=True))
            for head, found in lengths.items()
        }

    def at(self, text: str, start: int) -> Iterator[tuple[str, T]]:
        """The words that `text` has at `start`, longest first."""
        pair = text[start : start + 2]
        for head in (pair, pair[:1]) if len(pair) == 2 else (pair,):
            for length in self._lengths.get(head, ()):
                word = text[start : start + length]
                if len(word) == length and word in self._values:
                    yield word, self._values[word]

    def in_text(self, text: str) -> Iterator[tuple[int, str, T]]:
        """(start, word, value) of every word in `text`, by start, longest first."""
        lengths: Mapping[str, Any] = self._lengths
        for start in range(len(text)):
            if text[start : start + 2] in lengths or text[start] in lengths:
                for word, value in self.at(text, start):
                    yield start, word, value

    def __len__(self) -> int:
        return len(self._values)
