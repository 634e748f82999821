"""Spoken text -> what Kokoro is given: symbols, and which characters each of them says."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from ...pronunciation.chinese.hanzi import is_han
from ...pronunciation.spoken import Character
from . import english
from .mandarin import syllable
from .symbols import MARKS

_MARKS = {
    "，": ",", "、": ",", "。": ".", "．": ".", "！": "!", "？": "?", "：": ":", "；": ";",
    "《": "“", "》": "”", "「": "“", "」": "”", "『": "“", "』": "”", "【": "“", "】": "”",
    "‘": "“", "（": "(", "）": ")", "–": "—", "―": "—", "~": "—", "～": "—", "⋯": "…", "\n": ",",
}  # fmt: skip
"""Chinese and rarer marks as the model knows them"""

_OPENING = "“("
_LETTER = re.compile(r"[^\W\d_]")

Spaces = Callable[[str], Collection[int]]
"""A run of Chinese characters -> indices where a new word begins."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Symbols and the characters they say."""

    symbols: str
    start: int
    end: int
    """Indices into the spoken characters; equal for a space."""


def units(
    characters: Sequence[Character], spaces: Spaces, guess: english.Guess, *, first: int = 0
) -> tuple[Unit, ...]:
    """The units of a piece, ready to be said; () if there is nothing to say.

    characters: their pinyin is what is said (sandhi is done). first: index of the first one in its
    text. Characters nobody can say are left out; the linter has named them before.
    """
    found: list[Unit] = []
    at = 0
    while at < len(characters):
        end = _end(characters, at)
        text = "".join(character.char for character in characters[at:end])
        if _is_said(characters[at]):
            found += _mandarin(characters, at, end, spaces, text)
        elif _LETTER.match(text):
            found += _english(text, at, guess, alone=_is_alone(characters, at, end))
        else:
            found += _mark(text, at)
        at = end
    settled = _settled(_linked(found, characters))
    return tuple(replace(u, start=u.start + first, end=u.end + first) for u in settled)


def _end(characters: Sequence[Character], at: int) -> int:
    """Where what begins at `at` ends: a run of Chinese, a written word, or one other character."""
    inside = _is_said if _is_said(characters[at]) else _is_letter
    end = at + 1
    if not inside(characters[at]):
        return end
    while end < len(characters) and (
        inside(characters[end]) or (inside is _is_letter and _is_apostrophe(characters, end))
    ):
        end += 1
    return end


def _is_said(character: Character) -> bool:
    return bool(character.pinyin)


def _is_letter(character: Character) -> bool:
    char = character.char
    return bool(_LETTER.match(char)) and not character.pinyin and not is_han(char)


def _is_apostrophe(characters: Sequence[Character], at: int) -> bool:
    """Whether the mark at `at` lies inside a word: don't."""
    inside = at + 1 < len(characters) and _is_letter(characters[at + 1])
    return characters[at].char in "'’" and inside


def _is_alone(characters: Sequence[Character], start: int, end: int) -> bool:
    """Whether no English word stands beside: A座 names a letter, a man does not."""
    before = [c for c in characters[:start] if not c.char.isspace()][-1:]
    after = [c for c in characters[end:] if not c.char.isspace()][:1]
    return not any(_is_letter(character) for character in (*before, *after))


def _mandarin(
    characters: Sequence[Character], start: int, end: int, spaces: Spaces, text: str
) -> list[Unit]:
    begins = spaces(text)
    found: list[Unit] = []
    for at in range(start, end):
        pinyin = characters[at].pinyin
        assert pinyin, "a run of what is said"
        rhotic = pinyin == "er5" and characters[at].char in "儿兒"
        if at > start and at - start in begins and not rhotic:
            found.append(Unit(" ", at, at))
        found.append(Unit(syllable(pinyin), at, at + 1))
    return found


def _english(text: str, at: int, guess: english.Guess, *, alone: bool) -> list[Unit]:
    written = text.replace("’", "'")
    said = english.spelled(written) if alone and len(written) == 1 else ""
    said = said or english.word(written, guess)
    return [Unit(said, at, at + len(text))] if said else []


def _mark(char: str, at: int) -> list[Unit]:
    mark = _MARKS.get(char, char)
    if mark in MARKS and mark != '"':
        return [Unit(mark, at, at + 1)]
    return [Unit(" ", at, at)] if not char.isalnum() else []


def _linked(found: list[Unit], characters: Sequence[Character]) -> list[Unit]:
    """The small words as they are said before vowels; Chinese and English set apart."""
    linked: list[Unit] = []
    for number, unit in enumerate(found):
        if linked and _is_border(linked[-1], unit, characters):
            linked.append(Unit(" ", unit.start, unit.start))
        linked.append(_before_next(unit, found[number + 1 :], characters))
    return linked


def _before_next(unit: Unit, after: Sequence[Unit], characters: Sequence[Character]) -> Unit:
    """A word as it is said before the next one: the apple, the pear."""
    if unit.symbols == " " or not _is_letter(characters[unit.start]):
        return unit
    following = next((u.symbols for u in after if u.symbols != " "), "")
    text = "".join(character.char for character in characters[unit.start : unit.end])
    return replace(unit, symbols=english.before_vowels(text, unit.symbols, following))


def _is_border(before: Unit, unit: Unit, characters: Sequence[Character]) -> bool:
    """Whether a word and one of the other language touch."""
    if before.symbols in MARKS + " " or unit.symbols in MARKS + " ":
        return False
    return _is_letter(characters[before.start]) or _is_letter(characters[unit.start])


def _settled(found: list[Unit]) -> list[Unit]:
    """One space between words and after marks, none before them; a mark at the end."""
    settled: list[Unit] = []
    for unit in found:
        before = settled[-1].symbols if settled else ""
        if unit.symbols == " ":
            if before not in {"", " ", *_OPENING}:
                settled.append(unit)
        elif _closes(unit.symbols):
            if before == " ":
                settled.pop()
            if settled and not _closes(settled[-1].symbols):
                settled.append(unit)
        else:
            if _closes(before) or (unit.symbols in _OPENING and before not in {"", " "}):
                settled.append(Unit(" ", unit.start, unit.start))
            settled.append(unit)
    while settled and settled[-1].symbols in {" ", *_OPENING}:
        settled.pop()
    if settled and not _closes(settled[-1].symbols):
        settled.append(Unit(".", settled[-1].end, settled[-1].end))
    return settled


def _closes(symbols: str) -> bool:
    """Whether it is a mark that follows a word."""
    return symbols != "" and symbols in MARKS and symbols not in _OPENING
