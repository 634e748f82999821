"""Spoken text: what will be said, character by character, with a map back to what was written."""

from __future__ import annotations

from dataclasses import dataclass

from .rules import Guess


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
