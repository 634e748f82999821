"""A run of Chinese characters -> where its words begin; Kokoro was taught with spaces there."""

from __future__ import annotations

import functools

from ...pronunciation.chinese.lattice import words_of


@functools.lru_cache(maxsize=4096)
def spaces(run: str) -> frozenset[int]:
    """Indices where a new word begins, 0 included. Words run together would be swallowed."""
    tokens, _ = words_of(run)
    return frozenset(token.start for token in tokens)
