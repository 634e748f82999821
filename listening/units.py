"""Text -> what can be told apart by ear: syllables without tones, and words in small letters."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ..pronunciation.chinese.g2p.readings import known_readings
from ..pronunciation.reader import Language, Reader
from ..pronunciation.spoken import Character, SpokenText

_APOSTROPHES = "'’"
_MORE = {"幺": ("yi",), "二": ("liang",), "两": ("er",)}
"""What a listener may write of a numeral besides itself"""

_WEAK = frozenset("的地得了着儿吗吧呢啊呀嘛")
_WEAK_WORDS = frozenset(["a", "an", "the", "of", "to", "in", "on", "and", "is", "at", "as", "it"])
_VOWELS = re.compile("[aeiouy]+")


@dataclass(frozen=True, slots=True)
class Unit:
    """A syllable of Chinese, or a word of another language."""

    sounds: tuple[str, ...]
    """Toneless pinyin, the likeliest first, or one word in small letters without apostrophes."""
    chinese: bool
    start: int
    end: int
    """Indices into the characters of its text"""
    weak: bool = False
    """Whether it is so short in speech that listeners add it and leave it out"""

    def __str__(self) -> str:
        return f"{self.sounds[0]}*" if self.chinese else self.sounds[0]


def size(unit: Unit) -> float:
    """Syllables of a unit, a word's as its vowels tell; a weak one counts half."""
    if unit.weak:
        return 0.5
    return 1.0 if unit.chinese else float(max(1, len(_VOWELS.findall(unit.sounds[0]))))


def moved(unit: Unit, by: int) -> Unit:
    """The same unit in a text that begins earlier or later."""
    return replace(unit, start=unit.start + by, end=unit.end + by)


def told(spoken: SpokenText) -> tuple[Unit, ...]:
    """The units of what should be said: each character as its reading says."""
    return tuple(_units(spoken.characters, strict=True))


def heard(text: str, language: Language) -> tuple[Unit, ...]:
    """The units of what a listener wrote down, who chose characters by their sound: each may have
    been meant in any of its readings. Indices are into `written(text)`.
    """
    return tuple(_units(_read(text, language).characters, strict=False))


@functools.lru_cache(maxsize=64)
def _read(text: str, language: Language) -> SpokenText:
    # A listener's text is no markup.
    return Reader().read(text.translate(_NO_MARKS), language=language)


_NO_MARKS = str.maketrans("{}[]|", "     ")


def _units(characters: Sequence[Character], *, strict: bool) -> Iterator[Unit]:
    at = 0
    while at < len(characters):
        end = at + 1
        if pinyin := characters[at].pinyin:
            char = characters[at].char
            more = _MORE.get(char, ()) if strict else _any_reading(char)
            sounds = tuple(dict.fromkeys((pinyin[:-1], *more)))
            yield Unit(sounds, True, at, end, pinyin.endswith("5") or char in _WEAK)
        elif characters[at].char.isalpha():
            while end < len(characters) and _continues(characters[end]):
                end += 1
            word = "".join(c.char for c in characters[at:end]).lower()
            word = word.translate(_NO_APOSTROPHES)
            yield Unit((word,), False, at, end, word in _WEAK_WORDS)
        at = end


_NO_APOSTROPHES = str.maketrans("", "", _APOSTROPHES)


def _continues(character: Character) -> bool:
    return not character.pinyin and (character.char.isalpha() or character.char in _APOSTROPHES)


def _any_reading(char: str) -> tuple[str, ...]:
    return tuple(reading[:-1] for reading in known_readings().get(char, ()))
