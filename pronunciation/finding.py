"""What a lint found: stable codes, how bad each is, and where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ..mistakes import Place

Severity: TypeAlias = Literal["error", "warning", "note"]

CODES: dict[str, tuple[Severity, str]] = {
    "P101": ("warning", "the reading is none of the character's known ones"),
    "P102": ("error", "one key has two different readings"),
    "P103": ("note", "a longer key always wins over this one where both stand"),
    "P104": ("error", "the key crosses punctuation, or holds blanks"),
    "P105": ("note", "the rule is written twice"),
    "P106": ("error", "an alias leads back to itself"),
    "P107": ("warning", "the alias holds another rule's word"),
    "P108": ("warning", "the phoneme tokens cannot spell this syllable"),
    "P109": ("warning", "normalisation changes the key before it is looked up"),
    "P110": ("note", "the rule says what is read anyway"),
    "P111": ("warning", "another rule claims some of its characters and tells them otherwise"),
    "P112": ("warning", "no text has the rule's context"),
    "P113": ("note", "its traditional spelling is another word once simplified, and has no rule"),
    "P114": ("note", "another rule's key is the same once both are simplified and half width"),
    "P115": ("warning", "it applies in a reference's transcript too"),
    "P201": ("note", "dictionaries and network disagree on this character"),
    "P202": ("note", "the reading is a guess"),
    "P203": ("warning", "this character has no known reading"),
    "P301": ("note", "a slash may be a fraction, a date or a choice"),
    "P302": ("note", "a dash may be a range, a score, a minus or part of a name"),
    "P303": ("note", "digits may be a year, a name or an amount"),
    "P304": ("note", "a 2 may be the second or two of them"),
    "P305": ("note", "a colon may be a time, a ratio or a score"),
    "P306": ("warning", "this is almost a mark"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at."""

    code: str
    place: Place
    what: str

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return CODES[self.code][0]

    def __str__(self) -> str:
        return self.text(str)

    def text(self, translate: Callable[[str], str]) -> str:
        """The whole finding in the language of a catalogue."""
        return f"{self.place}: {self.code} {translate(self.severity)}: {translate(self.what)}"
