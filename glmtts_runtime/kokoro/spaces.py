"""A run of Chinese characters -> where its words begin; Kokoro was taught with spaces there."""

from __future__ import annotations

import functools

from ...pronunciation.chinese.readings import phrases, words

_LONGEST = 4


@functools.lru_cache(maxsize=4096)
def spaces(run: str) -> frozenset[int]:
    """Indices where a new word begins, 0 included.

    The longest known words from the left; what no dictionary has is set apart by itself, which the
    model says clearly, while words run together are swallowed.
    """
    known = _known(run)
    found: set[int] = set()
    at = 0
    while at < len(run):
        found.add(at)
        at += max((size for size in known.get(at, ()) if size <= _LONGEST), default=1)
    return frozenset(found)


def _known(run: str) -> dict[int, list[int]]:
    """Index -> lengths of the words that begin there."""
    found: dict[int, list[int]] = {}
    for table in (phrases(), words()):
        for at, word, _ in table.in_text(run):
            found.setdefault(at, []).append(len(word))
    return found
