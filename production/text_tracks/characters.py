"""Characters as screens show them: how wide they are, which are not to be seen at all."""

from __future__ import annotations

import unicodedata

SENTENCE_END = frozenset("。！？!?；;…")
CLAUSE_END = frozenset("，,、：:—）)”’》」』】")
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def plain(text: str) -> str:
    """Text as one line: white space runs become a space; control and bidi characters go."""
    kept = (
        char
        for char in text
        if char.isspace() or (char not in _BIDI and unicodedata.category(char) not in ("Cc", "Cs"))
    )
    return " ".join("".join(kept).split())


def is_wide(char: str) -> bool:
    """Whether it is as wide as a Han character."""
    return char_width(char) == 2


def columns(text: str) -> int:
    """Columns the text takes in a fixed-width font: two for a wide character, none for accents."""
    return sum(map(char_width, text))


def char_width(char: str) -> int:
    """Columns of one character."""
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
