"""Spoken text: what will be said, character by character, with a map back to what was written."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Literal

from .rules import Guess

_WRITTEN = frozenset("，,、；;：:—–|\n")
_BRACKETS = frozenset("()（）[]【】〔〕")


@dataclass(frozen=True, slots=True)
class Character:
    """One character of the spoken text."""

    char: str
    at: int
    """Index in the display text of the character it came from; never decreases along the text."""
    pinyin: str | None = None
    """`hang2`: lower case, tone digit 1-5 (5 neutral), ü as v; None for what is not Chinese."""
    source: str = ""
    """Who decided the reading: "inline", "rule NAME", "grammar", "phrase", "model" or "default"."""
    confidence: float = 1.0
    """0..1"""
    phones: str = ""
    """ARPAbet of the word whose respelling this character belongs to, for engines that know it"""


@dataclass(frozen=True, slots=True)
class Break:
    """A pause asked for inside the text."""

    at: int
    """Index into the spoken characters before which the pause lies (len: at the end)."""
    seconds: float


@dataclass(frozen=True, slots=True)
class SpokenText:
    """One utterance, ready for an engine."""

    text: str
    """The display text as written, markup included."""
    characters: tuple[Character, ...]
    breaks: tuple[Break, ...] = ()
    guesses: tuple[Guess, ...] = ()
    """Where numbers and signs may have been meant otherwise, by place."""

    @property
    def spoken(self) -> str:
        """The normalised text."""
        return "".join(character.char for character in self.characters)

    def stands_for(self, index: int) -> Literal["bracket", "ellipsis", ""]:
        """What a comma was put in place of; "" for one that was written, and for any other char."""
        if self.characters[index].char not in "，,":
            return ""
        here = self.characters[index].at
        later = (c.at for c in islice(self.characters, index + 1, None) if c.at > here)
        stretch = self.text[here : next(later, None)]
        if not _WRITTEN.isdisjoint(stretch):
            return ""
        if "…" in stretch:
            return "ellipsis"
        return "" if _BRACKETS.isdisjoint(stretch) else "bracket"
