"""The announcement template: what is said of a row of data, in which languages, with which chime.

Frozen values, already checked. The text is Jinja2 source; `sandbox.py` makes words of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Literal, TypeAlias

from ..mistakes import Place
from ..scripts.disclosure import Disclosure
from ..scripts.script import Language, Output, Speaker

FieldType: TypeAlias = Literal[
    "text", "integer", "number", "date", "time", "duration", "money", "choice", "flag", "list"
]
Value: TypeAlias = "str | int | bool | list[str]"
"""What a template sees: what was written, but for `integer`, `flag` and `list`."""

RESERVED = ("language", "row")
"""Names every text knows besides its fields: "zh" or "en", and the row's number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column of the data."""

    place: Place
    name: str
    type: FieldType = "text"
    required: bool = True
    default: Value = ""
    """What an empty or missing cell means, where that is allowed; "" for nothing."""
    options: tuple[str, ...] = ()
    """Of a choice."""
    low: Decimal | None = None
    high: Decimal | None = None
    """Limits of integers, numbers and amounts of money."""
    longest: int = 500
    """Characters of a value, or of each in a list."""
    per_language: bool = False
    """Data holds one column a language: `city_zh`, `city_en`."""
    about: Mapping[Language, str] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    """What its column may be called as well."""
    example: str = ""
    """As it would be written in a cell; of a field a language, all of them."""

    def columns(self, languages: tuple[Language, ...]) -> tuple[str, ...]:
        """The names of this field's columns in the data."""
        if not self.per_language:
            return (self.name,)
        return tuple(f"{self.name}_{language}" for language in languages)


@dataclass(frozen=True, slots=True)
class TemplateSource:
    """A piece of Jinja2 and where it is written."""

    place: Place
    """Of its first line."""
    text: str
    exact: bool = True
    """Whether the lines of the text are those of the file, so that places can count on."""

    def line(self, number: int | None) -> Place:
        """Where line `number` of the text, from 1, is written."""
        if number is None or not self.exact or self.place.line is None:
            return self.place
        return Place(self.place.file, self.place.line + number - 1, None if number > 1 else 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A whole template."""

    file: Path
    name: str
    """That of the file, without its suffix."""
    digest: str
    """Hex SHA-256 of the file's bytes."""
    title: Mapping[Language, str]
    about: Mapping[Language, str] = field(default_factory=dict)
    languages: tuple[Language, ...] = ("zh",)
    """In the order they are spoken."""
    fields: Mapping[str, Field] = field(default_factory=dict)
    texts: Mapping[Language, TemplateSource] = field(default_factory=dict)
    chime_before: Path | None = None
    """As `script.Sound` names it; None for none."""
    chime_after: Path | None = None
    gap: float = 0.6
    """s between two languages, and between chime and speech"""
    repeat: int = 1
    """How often all languages are spoken."""
    repeat_gap: float = 1.5
    """s"""
    speakers: Mapping[str, Speaker] = field(default_factory=dict)
    """By language; of one that is not here the library's voices in turn."""
    lexicons: tuple[Path | str, ...] = ()
    """Files, and bundled dictionaries by name; later ones win."""
    pattern: TemplateSource
    """Jinja2 of the name of a finished file."""
    together: bool = True
    """All languages of a row in one file, or a file each."""
    output: Output
    """A file for each of its formats; its name is not used."""
    disclosure: Disclosure = field(default_factory=Disclosure)
    examples: Path | None = None
    """A data file; what `glmtts templates check` renders."""

    def columns(self) -> dict[str, tuple[Field, Language | None]]:
        """Every column data may have -> its field, and its language if it has one of its own."""
        found: dict[str, tuple[Field, Language | None]] = {}
        for each in self.fields.values():
            if each.per_language:
                found |= {f"{each.name}_{code}": (each, code) for code in self.languages}
            found[each.name] = each, None
        return found
