"""What PyYAML raises -> where, what and what to do, in words for people who do not know YAML."""

from __future__ import annotations

from collections.abc import Sequence

import yaml

from ..messages import Message
from ..mistakes import Place
from .findings import quoted

DEEPEST = 32
"""Levels inside each other that are read."""
_QUOTE = 'Put the text in quotes: "…".'
_INDENT = "Indent with spaces, entries of one list or mapping equally far."

# A part of PyYAML's or libyaml's wording -> what and remedy; the first that fits counts.
_EXPLANATIONS: tuple[tuple[str, str, str], ...] = (
    (
        "mapping values are not allowed",
        'A ": " where no key can stand.',
        Message("{} Or check the indentation.", _QUOTE),
    ),
    (
        "sequence entries are not allowed",
        'A "- " where no list can begin.',
        "Begin the list on a line of its own.",
    ),
    (
        "unknown escape",
        "An unknown escape after a backslash.",
        "Write \\\\ for a backslash, or use single quotes.",
    ),
    (
        "invalid Unicode character escape",
        "An escape for a character that does not exist.",
        "Type the character.",
    ),
    ("could not find expected ':'", 'A ":" is missing after a key.', "Write `key: value`."),
    (
        "expected ',' or ']'",
        'A list opened with "[" is not closed.',
        'Add "]", or put text that begins with [ in quotes.',
    ),
    (
        "expected ',' or '}'",
        'A mapping opened with "{" is not closed.',
        'Add "}", or put text that begins with { in quotes.',
    ),
    (
        "maximum nesting depth",  # libyaml's own limit, which it may meet while it looks ahead
        Message("More than {} levels inside each other.", DEEPEST),
        "Flatten it.",
    ),
    ("end of stream", "A quote is opened and never closed.", "Close it."),
    ("tab character", "A tab is used for indentation.", "Use spaces."),
    ("undefined tag handle", "A tag is not known here.", "Put text that begins with ! in quotes."),
    ("alphabetic or numeric", "A sign with a meaning in YAML begins this text.", _QUOTE),
)


def explain(error: Exception, lines: Sequence[str], file: str) -> tuple[Place, str, str]:
    """Place, what and remedy of an error raised while the text with these `lines` was parsed."""
    problem = getattr(error, "problem", None) or str(error)
    context = getattr(error, "context", None) or ""
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return Place(file), Message("This is not YAML ({}).", quoted(problem)), _QUOTE
    if "simple key" in context or ("quoted scalar" in context and "end of stream" in problem):
        mark = (
            getattr(error, "context_mark", None) or mark
        )  # where it begins, not where it is missed
    place = _place(mark, lines, file)
    if "cannot start any token" in problem:
        return place, *_bad_start(lines[mark.line][mark.column :][:1])
    for words, what, remedy in _EXPLANATIONS:
        if words in problem:
            return place, what, remedy
    return place, "This does not fit what stands before it.", f"{_INDENT} {_QUOTE}"


def _bad_start(char: str) -> tuple[str, str]:
    if char == "\t":
        return "A tab is used for indentation.", "Use spaces."
    return Message("Text cannot begin with {} in YAML.", quoted(char)), _QUOTE


def _place(mark: yaml.Mark, lines: Sequence[str], file: str) -> Place:
    """The mark's place; the end of a file without a last line end counts to its last line."""
    if mark.line < len(lines):
        return Place(file, mark.line + 1, mark.column + 1)
    return Place(file, len(lines), len(lines[-1]) + 1)
