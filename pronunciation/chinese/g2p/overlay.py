"""What we read otherwise than pypinyin: words that settle a reading, and lexical neutral tones.

data/words.txt: `character reading word word ...`. data/neutral.txt: words whose last syllable is
neutral. data/full_tone.txt: `suffix word word ...`, words whose last syllable is that character and
is no suffix.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path

from . import dictionary

_SUFFIXES = {"子": "zi5", "们": "men5", "儿": "er5", "着": "zhe5", "得": "de5", "过": "guo5"}
_COUNTED = {"行": "hang2", "重": "chong2", "卷": "juan4", "曲": "qu3", "场": "chang3"}
"""What ends a word that is a number with its measure: 第三行."""
_NAMES = ("nr", "ns", "nt", "nz", "nrt", "nrfg")


def told(first: str) -> Mapping[str, Mapping[int, str]]:
    """Of the words that begin with `first`, what ours say: word -> (index -> reading)."""
    return _by_first().get(first, {})


@functools.cache
def readings() -> Mapping[str, tuple[str, ...]]:
    """Character -> the readings that words settle for it."""
    table: dict[str, tuple[str, ...]] = {}
    for line in _lines("words.txt"):
        char, reading, _ = line.split(" ", 2)
        table[char] = (*table.get(char, ()), reading)
    return table


def by_shape(word: str, tag: str) -> dict[int, str]:
    """What a word's shape tells: the suffixes and measures above, 没关系, 来得及.

    Names have no suffixes, nor have the words of data/full_tone.txt.
    """
    last = len(word) - 1
    found: dict[int, str] = {}
    if last < 1 or word in _full_tone():
        return found
    if last == 2 and word[1] == "得" and tag[0] in "vlai":
        found[1] = "de5"
    if last > 1 and word[0] == "没" and tag[0] in "lvid":
        found[0] = "mei2"
    if tag == "m" and word[-1] in _COUNTED:
        found[last] = _COUNTED[word[-1]]
    elif word[-1] in _SUFFIXES and tag not in _NAMES:
        found[last] = _SUFFIXES[word[-1]]
    return found


@functools.cache
def _by_first() -> dict[str, dict[str, dict[int, str]]]:
    table: dict[str, dict[str, dict[int, str]]] = {}
    for line in _lines("words.txt"):
        char, reading, *found = line.split(" ")
        for word in found:
            said = table.setdefault(word[0], {}).setdefault(word, {})
            said.update((i, reading) for i, other in enumerate(word) if other == char)
    known = dictionary.installed().readings
    for line in _lines("neutral.txt"):
        for word in line.split(" "):
            last = len(word) - 1
            neutral = known[word[-1]][0][:-1] + "5"
            said = table.setdefault(word[0], {}).setdefault(word, {})
            if not said.get(last, "").endswith("5"):
                said[last] = neutral
    return table


@functools.cache
def _full_tone() -> frozenset[str]:
    return frozenset(word for line in _lines("full_tone.txt") for word in line.split(" ")[1:])


def _lines(name: str) -> list[str]:
    path = Path(__file__).parents[2] / "data" / name
    return path.read_text(encoding="utf-8").splitlines()
