"""Sentences for people: English as they are made, other languages by their template and values."""

from __future__ import annotations

import functools
import gettext
import numbers
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "zh")
"""What people can be told things in; the first needs no catalogue."""

DOMAIN = "glmtts"
FOLDER = Path(__file__).parent / "locales"


class Message(str):
    """A sentence that remembers what it was made of: `Message("No voice {}.", "lee")`.

    It is the English sentence wherever a text is wanted. Values are texts, numbers or messages;
    whatever else is given is kept as its text.
    """

    __slots__ = ("template", "values")
    template: str
    values: tuple[str | int | float, ...]

    def __new__(cls, template: str, *values: object) -> Message:
        kept = tuple(map(_plain, values))
        message = super().__new__(cls, template.format(*kept) if kept else template)
        message.template, message.values = template, kept
        return message


class Catalog:
    """What every message is in one language; what a catalogue lacks stays English."""

    def __init__(self, language: str) -> None:
        self.language = language
        wanted = [] if language == LANGUAGES[0] else [language]
        self._found = gettext.translation(DOMAIN, FOLDER, wanted or ["-"], fallback=True)

    def __call__(self, text: str) -> str:
        """A message, or a text that is none but whose English is known, in this language."""
        if not isinstance(text, Message):
            return self._found.gettext(text) if text else text
        if not text.values:
            return self._found.gettext(text.template)
        values = (self(value) if isinstance(value, Message) else value for value in text.values)
        return self._found.gettext(text.template).format(*values)


@functools.cache
def catalog(language: str) -> Catalog:
    """The catalogue of one of `LANGUAGES`, read once."""
    return Catalog(language)


def chosen(given: str | None, environment: Mapping[str, str] = os.environ) -> str:
    """The language of a process: as given, by GLMTTS_LANG, or as the system's variables say."""
    for name in ("GLMTTS_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        wanted = given or environment.get(name)
        if wanted:
            known = (known_language(one) for one in wanted.split(":"))
            return next((one for one in known if one), LANGUAGES[0])
    return LANGUAGES[0]


def known_language(tag: str) -> str | None:
    """`zh_CN.UTF-8`, `zh-Hans` -> zh; None for a language there is no catalogue of."""
    base = tag.replace("-", "_").split("_")[0].split(".")[0].lower()
    return base if base in LANGUAGES else None


def packed(text: str) -> Any:
    """A message as what `unpacked` reads; a text that is none is itself."""
    if not isinstance(text, Message) or not text.values:
        return str(text)
    values = [packed(value) if isinstance(value, str) else value for value in text.values]
    return {"id": text.template, "values": values}


def unpacked(value: Any) -> str:
    """What `packed` made. Raises ValueError, KeyError or TypeError for anything else."""
    if isinstance(value, str):
        return value
    values = (unpacked(one) if isinstance(one, dict) else one for one in value["values"])
    return Message(value["id"], *values)


def _plain(value: object) -> str | int | float:
    if isinstance(value, Message):
        return value
    if isinstance(value, numbers.Integral) and not isinstance(value, bool):
        return int(value)
    return float(value) if isinstance(value, numbers.Real) else str(value)
