"""JSON Lines, or a JSON array -> its records one by one, each as the nodes that YAML gives."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from ..messages import Message
from ..mistakes import InputError, Place
from .findings import quoted
from .strict_yaml import Items, Node, Scalar, Table
from .text_file import INVISIBLE, place_at

LONGEST_RECORD = 2**16  # characters
DEEPEST = 8


def records(text: str, file: str) -> Iterator[tuple[Place, str]]:
    """Every record as it is written, with its place; `table` reads it."""
    return _array(text, file) if text.lstrip().startswith("[") else _lines(text, file)


def _lines(text: str, file: str) -> Iterator[tuple[Place, str]]:
    """Records of JSON Lines with their places."""
    if text.lstrip().split("\n", 1)[0].strip() == "{":
        place = Place(file, 1, 1)
        raise InputError.at(place, "A record takes more than one line.", "Write each in a line.")
    for number, line in enumerate(text.split("\n"), 1):
        if record := line.strip():
            yield Place(file, number, line.index(record) + 1), record


# A string, or as much of it as a record may have, or a sign that orders the list.
_TOKEN = re.compile(r'"(?:[^"\\]+|\\.){0,65536}"?|[\[\]{},]', re.DOTALL)


def _array(text: str, file: str) -> Iterator[tuple[Place, str]]:
    """Records of a JSON array with their places."""
    line, counted = 1, 0
    for begin, end in _cut(text, file):
        record = text[begin:end].strip()
        at = text.index(record, begin)
        line += text.count("\n", counted, at)
        counted = at
        if record or text[end] == ",":
            yield Place(file, line, at - text.rfind("\n", 0, at)), record


def _cut(text: str, file: str) -> Iterator[tuple[int, int]]:
    """Where each record of an array begins and ends, told by the brackets alone.

    So a broken record spoils no other, and none takes more memory than its length allows.
    """
    begin, depth = text.index("[") + 1, 0
    for token in _TOKEN.finditer(text, begin - 1):
        sign = token.group()
        depth += (sign in {"[", "{"}) - (sign in {"]", "}"})
        if depth == 0:
            yield begin, token.start()
            if text[token.end() :].strip():
                place = place_at(text, token.end(), file)
                raise InputError.at(
                    place,
                    "The list ends here, but the file does not.",
                    "Add a comma, or delete the rest.",
                )
            return
        if depth == 1 and sign == ",":
            yield begin, token.start()
            begin = token.end()
        elif token.end() - begin > LONGEST_RECORD:
            _refuse_length(place_at(text, begin, file))
    place = place_at(text, len(text), file)
    raise InputError.at(place, "The list is not closed.", 'Is the file complete? It ends in "]".')


def _refuse_length(place: Place, longest: int = LONGEST_RECORD) -> None:
    raise InputError.at(
        place, Message("A record is longer than {} characters.", longest), "Split it."
    )


def table(written: str, place: Place, *, longest: int = LONGEST_RECORD) -> Table:
    """One JSON object, its numbers as they are written; InputError for anything else.

    longest: characters.
    """
    if len(written) > longest:
        _refuse_length(place, longest)
    try:
        value = json.loads(
            written, object_pairs_hook=tuple, parse_int=str, parse_float=str, parse_constant=str
        )
    except json.JSONDecodeError as error:
        at = place_at(written, error.pos, place.file)
        first = at.line == 1
        line = place.line if first else (place.line or 0) + (at.line or 0) - 1
        column = (place.column or 0) + (at.column or 0) - 1 if first else at.column
        raise InputError.at(
            Place(place.file, line, column),
            Message("This is not JSON: {}.", error.msg),
            'Write {"key": "value", …}, each record on its own.',
        ) from None
    except RecursionError:
        raise InputError.at(place, "Too many levels inside each other.", "Flatten it.") from None
    node = _node(value, place, 0)
    if not isinstance(node, Table):
        raise InputError.at(place, "A record is a JSON object.", 'Write {"key": "value", …}.')
    return node


def _node(value: Any, place: Place, depth: int) -> Node:
    """A JSON value as the nodes that YAML gives; members that are null count as missing."""
    if depth > DEEPEST:
        raise InputError.at(
            place, Message("More than {} levels inside each other.", DEEPEST), "Flatten it."
        )
    if isinstance(value, list):
        return Items(place, tuple(_node(item, place, depth + 1) for item in value))
    if isinstance(value, tuple):
        members = [(_scalar(key, place), item) for key, item in value if item is not None]
        for key, count in Counter(key.text for key, _ in members).items():
            if count > 1:
                raise InputError.at(
                    place, Message("The key {} is there twice.", quoted(key)), "Keep one."
                )
        return Table(place, tuple((key, _node(item, place, depth + 1)) for key, item in members))
    return _scalar(str(value).lower() if isinstance(value, bool) else value or "", place)


def _scalar(text: str, place: Place) -> Scalar:
    if found := INVISIBLE.search(text):
        raise InputError.at(
            place, Message("The character {} is no text.", quoted(found[0])), "Delete it."
        )
    return Scalar(place, text)
