"""A text of words grouped by their first character -> one group at a time, parsed when asked for.

A line is a first character, a tab, and `rest field field|rest field|...`. A text touches few first
characters, so most of a large dictionary is never parsed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

Pages: TypeAlias = Mapping[str, str]
"""First character -> the rest of its line."""


def split(text: str) -> Pages:
    """The lines of `text` by their first character."""
    parted = (line.partition("\t") for line in text.splitlines())
    return {first: rest for first, _, rest in parted}


def words(pages: Pages, first: str) -> Iterator[list[str]]:
    """[rest, field, ...] of each word that begins with `first`."""
    line = pages.get(first)
    if line:
        for word in line.split("|"):
            yield word.split(" ")
