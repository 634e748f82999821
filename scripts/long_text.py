"""A long text -> texts that are spoken one after the other, with all of it in them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..mistakes import Place

MOST = 400
"""Characters that are spoken in one go: a minute and a half, and a few megabytes of sound"""

_MARKUP = re.compile(r"\{[^{}]*\}|\[[^\[\]]*\]")
_CLOSING = r"[”’」』）)\"'】]*"
_ENDS = (
    re.compile(r"\s*\n\s*"),
    re.compile(rf"[。！？!?…]+{_CLOSING}\s*|\.{_CLOSING}\s+"),
    re.compile(r"[；;：:，,、—]\s*|\s+"),
)
"""Where a text may be cut, best first: paragraphs, sentences, clauses and words"""


def in_parts(text: str, place: Place) -> list[tuple[Place, str]]:
    """A text as itself, or in parts of at most `MOST` characters where it is longer.

    place: where it begins. The parts joined are the text; each has something to say in it unless
    none has, and none ends within markup.
    """
    starts = [0]
    while len(text) - starts[-1] > MOST:
        starts.append(_end(text, starts[-1]))
    parts = [text[begin:end] for begin, end in zip(starts, [*starts[1:], len(text)], strict=True)]
    return [(_later(place, text[:at]), part) for at, part in _speakable(starts, parts)]


def _end(text: str, begin: int) -> int:
    """Where a part that begins there ends: at the last best place there is room for."""
    window = text[begin : begin + MOST]
    inside = [match.span() for match in _MARKUP.finditer(text, begin, begin + 4 * MOST)]
    for ends in _ENDS:
        places = [begin + match.end() for match in ends.finditer(window)]
        free = [at for at in places if not any(a < at < b for a, b in inside)]
        if free and free[-1] - begin > MOST // 4:
            return free[-1]
    last = begin + MOST
    return next((a for a, b in inside if a < last < b and a > begin), last)


def _speakable(starts: list[int], parts: list[str]) -> Iterator[tuple[int, str]]:
    """Parts with their starts, those without a word joined to the one before."""
    joined: list[tuple[int, str]] = []
    for at, part in zip(starts, parts, strict=True):
        silent = not any(character.isalnum() for character in _MARKUP.sub("", part))
        before = joined and any(character.isalnum() for character in joined[-1][1])
        if joined and (silent or not before) and "{" not in part:
            joined[-1] = (joined[-1][0], joined[-1][1] + part)
        else:
            joined.append((at, part))
    yield from joined


def _later(place: Place, text: str) -> Place:
    """Where what follows `text` begins, if `text` begins at `place`."""
    if not text:
        return place
    lines = text.count("\n")
    column = len(text) - (text.rfind("\n") + 1) + 1
    if not lines and place.column:
        column += place.column - 1
    return Place(place.file, (place.line or 1) + lines, column)
