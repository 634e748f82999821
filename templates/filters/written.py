"""A value of a template -> the text it is written as, or a mark that says how it is read.

A filter never says a number in words itself: it yields what captions should show, and puts what the
Reader could take for something else into a say-as mark. So the pronunciation room alone decides how
numbers sound, and this room needs nothing of it.
"""

from __future__ import annotations

import re
import unicodedata

from ...documents.findings import UnfitError, quoted
from ...messages import Message

LONGEST = 100
"""Characters of a value that is a number or a code."""


def written(value: object) -> str:
    """What a person wrote in a cell, full-width signs as usual ones; UnfitError for no text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        other = str(value)  # one that is not defined raises here, and says its name
        raise UnfitError(
            Message("{} is not a single value.", quoted(other)), "Give a text or a number."
        )
    text = unicodedata.normalize("NFKC", str(value)).strip()
    if not text:
        raise UnfitError("A value is empty.", "Fill it in, or leave it out with {% if %}.")
    if len(text) > LONGEST:
        raise UnfitError(
            Message("{} is too long to be read here.", quoted(text)), "Insert it as text."
        )
    return text


def matched(value: object, pattern: re.Pattern[str], what: str, remedy: str) -> re.Match[str]:
    """The value's text as all of `pattern`; UnfitError says that it is not `what`."""
    text = written(value)
    found = pattern.fullmatch(text)
    if found is None:
        raise unfit(text, what, remedy)
    return found


def unfit(text: str, what: str, remedy: str) -> UnfitError:
    """`"25:70" is not a time.`"""
    return UnfitError(Message("{} is not {}.", quoted(text), what), remedy)


def mark(text: str, kind: str, detail: str = "") -> str:
    """`{G1234|say-as:train}`; captions show the text alone."""
    return f"{{{text}|say-as:{kind}{':' + detail if detail else ''}}}"


def said_one(language: str, one: str, usual: str) -> str:
    """How 1 is said in a row of Chinese digits, 幺 or 一; English has no choice."""
    if one not in ("", "幺", "一"):
        raise unfit(one, "a way to say 1", "Write 幺 or 一.")
    return (one or usual) if language == "zh" else ""


def choice(text: str, options: tuple[str, ...], what: str) -> str:
    """`text` if it is one of the options; UnfitError names them."""
    if text not in options:
        raise unfit(text, what, f"Write {' or '.join(filter(None, options))}.")
    return text
