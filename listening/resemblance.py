"""How unlike two syllables, or two words, sound: 0 the same, 1 nothing alike.

The classes are what Mandarin speakers from different places, and small recognisers, mix up.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from itertools import product

from .units import Unit

NEAR = 0.35
"""Between two initials, or two finals, that are mixed up"""

_INITIALS = ("zh", "ch", "sh", *"bpmfdtnlgkhjqxrzcsyw")
_ALIKE_INITIALS = (
    {"zh", "z", "j"}, {"ch", "c", "q"}, {"sh", "s", "x"}, {"zh", "ch"}, {"z", "c"}, {"j", "q"},
    {"n", "l", "m"}, {"f", "h"}, {"r", "l", "y"}, {"b", "p"}, {"d", "t"}, {"g", "k", "h"},
    {"y", "w", ""}, {"sh", "ch"}, {"x", "q"}, {"s", "c"},
)  # fmt: skip
_ALIKE_FINALS = (
    {"in", "ing", "en", "eng", "un"}, {"an", "ang", "ian", "iang", "uan", "uang"},
    {"uo", "o", "ou", "e", "u", "ong"}, {"i", "ei", "ui", "e", "v", "ie"}, {"a", "ia", "ua"},
    {"ao", "iao", "o", "ou"}, {"ai", "uai", "ei"}, {"iu", "ou", "u", "v"}, {"ie", "ve", "e"},
    {"ian", "ie", "in", "an"}, {"ong", "iong", "eng"},
)  # fmt: skip


def unlikeness(one: Unit, other: Unit) -> float:
    """0..1, the least over all that the two may sound like; 1 across languages."""
    if one.chinese != other.chinese:
        return 1.0
    if not one.chinese:
        return _words(one.sounds[0], other.sounds[0])
    return min(_syllables(a, b) for a, b in product(one.sounds, other.sounds))


def letters_apart(one: Sequence[Unit], other: Sequence[Unit]) -> float:
    """0..1: how unlike two runs are, letter by letter and without regard to where words end."""
    return _words("".join(u.sounds[0] for u in one), "".join(u.sounds[0] for u in other))


@functools.lru_cache(maxsize=1 << 16)
def _syllables(one: str, other: str) -> float:
    if one == other:
        return 0.0
    (a, x), (b, y) = _parts(one), _parts(other)
    return (_apart(a, b, _ALIKE_INITIALS) + _apart(x, y, _ALIKE_FINALS)) / 2


def _apart(one: str, other: str, classes: Sequence[set[str]]) -> float:
    if one == other:
        return 0.0
    return NEAR if any(one in alike and other in alike for alike in classes) else 1.0


def _parts(syllable: str) -> tuple[str, str]:
    initial = next((i for i in _INITIALS if syllable.startswith(i)), "")
    return initial, syllable[len(initial) :]


@functools.lru_cache(maxsize=1 << 14)
def _words(one: str, other: str) -> float:
    """The share of letters that differ."""
    if one == other:
        return 0.0
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        corner, row[0] = row[0], i
        for j, b in enumerate(other, start=1):
            corner, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, corner + (a != b))
    return row[-1] / max(len(one), len(other), 1)
