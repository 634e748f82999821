"""Text on its way from display to speech: a string and, for each character, where it came from."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

MARK = "\ue000"
"""Stands in a draft for a marked piece of the display text, which no rule may touch."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A stage of the text. Edits give a new draft; `at` never decreases."""

    text: str
    at: Sequence[int]
    """Index in the display text for each character of `text`."""

    def edited(self, edits: Iterable[tuple[int, int, str]]) -> Draft:
        """With the spans (start, end) of `edits`, ascending and apart, replaced."""
        pieces: list[str] = []
        places: list[int] = []
        done = 0
        for start, end, new in edits:
            pieces += self.text[done:start], new
            places += self.at[done:start]
            places += self._places(start, end, new)
            done = end
        if not pieces:
            return self
        pieces.append(self.text[done:])
        places += self.at[done:]
        return Draft("".join(pieces), places)

    def sub(
        self, pattern: re.Pattern[str], replacement: Callable[[re.Match[str]], str | None]
    ) -> Draft:
        """Like `re.sub`; a replacement of None leaves the match as it is."""
        return self.edited(
            (*match.span(), new)
            for match in pattern.finditer(self.text)
            if (new := replacement(match)) is not None and new != match[0]
        )

    def _places(self, start: int, end: int, new: str) -> list[int]:
        """Where each character of `new` came from: equal characters in order, the rest between."""
        old = self.text[start:end]
        if not new:
            return []
        if not old:  # an insertion belongs to what stands before it
            return [self.at[start - 1] if start else (self.at[0] if self.at else 0)] * len(new)
        if len(old) == len(new) or len(old) == 1:
            return [self.at[start + min(i, len(old) - 1)] for i in range(len(new))]
        anchors = [(-1, -1)]
        place = 0
        for i, char in enumerate(new):
            found = old.find(char, place)
            if 0 <= found <= place + 8:
                anchors.append((i, found))
                place = found + 1
        anchors.append((len(new), len(old)))
        places: list[int] = []
        for (i, j), (next_i, next_j) in itertools.pairwise(anchors):
            if i >= 0:
                places.append(self.at[start + j])
            gap, room = next_i - i - 1, next_j - j - 1
            for k in range(gap):
                inside = j + 1 + k * room // gap if room else max(j, 0)
                places.append(self.at[start + min(inside, len(old) - 1)])
        return places
