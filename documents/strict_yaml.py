"""YAML text -> a tree of strings with their places. No types are guessed and all is bounded.

A small, predictable part of YAML 1.1: one document of mappings, lists and strings. `8:05`, `NO` and
`1.10` are the strings they look like. Tags, anchors, aliases and directives are mistakes, and so is
a key that is written twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import yaml

from ..messages import Message
from ..mistakes import Place
from .findings import Findings, quoted
from .text_file import INVISIBLE
from .yaml_errors import DEEPEST, explain

MOST_NODES = 200_000

_Parser: TypeAlias = type[Any]
PARSER: _Parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml where the wheel has it: the same events, 10 times as fast."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """One string."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    place: Place
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping, in the order it is written; no key twice."""

    place: Place
    entries: tuple[tuple[Scalar, Node], ...]

    def get(self, key: str) -> Node | None:
        """The value under `key`, or None."""
        return next((value for name, value in self.entries if name.text == key), None)


Node: TypeAlias = Scalar | Items | Table


def parse(text: str, file: str, findings: Findings, *, parser: _Parser = PARSER) -> Node:
    """The tree of a YAML text (as `text_file.decode` gives it); `file` is what its places name.

    Mistakes go to `findings`; where no tree can be made of the text, they are raised as InputError.
    """
    return _Reader(text, file, findings, parser).document()


_GLUED_COMMENT = re.compile(r"[ \t]+(#[^\s#].*)")
_CONTENT = re.compile(r"^(?![ \t]*(#|$))", re.MULTILINE)


class _Reader:
    """Parser events -> nodes."""

    def __init__(self, text: str, file: str, findings: Findings, parser: _Parser) -> None:
        self._text = text
        self._lines = [*text.split("\n"), ""]  # libyaml ends a text one line further
        self._file = file
        self._findings = findings
        self._parser = parser
        self._nodes = 0

    def document(self) -> Node:
        self._refuse_directives()
        events = self._events()
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                root = self._node(next(events), events, 0)
                self._refuse_more(next(events).end_mark)
                return root
        self._findings.stop(Place(self._file, 1, 1), "The file is empty.", "Write something.")

    def _events(self) -> Iterator[Any]:
        try:
            yield from yaml.parse(self._text, self._parser)
        except (yaml.YAMLError, ValueError, OverflowError) as error:  # the last two: "\UFFFFFFFF"
            self._findings.stop(*explain(error, self._lines[:-1], self._file))

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        place = self._place(event.start_mark)
        self._nodes += 1
        if self._nodes > MOST_NODES:
            self._findings.stop(
                place, Message("The file holds more than {} values.", MOST_NODES), "Split it."
            )
        if isinstance(event, yaml.AliasEvent):
            self._findings.add(
                place,
                Message("An alias, *{}, is not known here.", event.anchor),
                "Put text that begins with * in quotes.",
            )
            return Scalar(place, f"*{event.anchor}")
        self._refuse_decoration(event, place)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, place)
        if depth >= DEEPEST:
            self._findings.stop(
                place, Message("More than {} levels inside each other.", DEEPEST), "Flatten it."
            )
        if isinstance(event, yaml.SequenceStartEvent):
            return self._items(place, events, depth)
        return self._table(place, events, depth)

    def _scalar(self, event: Any, place: Place) -> Scalar:
        if not event.style:
            line, column = event.end_mark.line, event.end_mark.column
            if comment := _GLUED_COMMENT.match(self._lines[line], column):
                self._findings.add(
                    Place(self._file, line + 1, comment.start(1) + 1),
                    Message("What follows is dropped as a comment: {}.", quoted(comment[1])),
                    'Put the whole text in quotes, or write "# " with a space for a comment.',
                )
        elif event.style == '"' and (found := INVISIBLE.search(event.value)):
            self._findings.add(
                place, Message("The character {} cannot be used.", quoted(found[0])), "Delete it."
            )
        return Scalar(place, event.value)

    def _items(self, place: Place, events: Iterator[Any], depth: int) -> Items:
        items: list[Node] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(self._node(event, events, depth + 1))
        return Items(place, tuple(items))

    def _table(self, place: Place, events: Iterator[Any], depth: int) -> Table:
        entries: dict[str, tuple[Scalar, Node]] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self._node(event, events, depth + 1)
            value = self._node(next(events), events, depth + 1)
            if not isinstance(key, Scalar):
                self._findings.add(key.place, "A key must be a plain word.", "Write `key: value`.")
            elif key.text in entries:
                first = entries[key.text][0].place.line
                self._findings.add(
                    key.place,
                    Message("The key {} is already there in line {}.", quoted(key.text), first),
                    "Keep one of the two.",
                )
            else:
                entries[key.text] = key, value
        return Table(place, tuple(entries.values()))

    def _refuse_decoration(self, event: Any, place: Place) -> None:
        if event.anchor is not None:
            self._findings.add(
                place,
                Message("An anchor, &{}, is not known here.", event.anchor),
                "Put text that begins with & in quotes.",
            )
        if event.tag is not None:
            self._findings.add(
                place,
                Message("A tag, {}, is not known here.", quoted(event.tag)),
                "Put text that begins with ! in quotes.",
            )

    def _refuse_directives(self) -> None:
        """Looked for in the text: libyaml's time for directives is quadratic in their number."""
        first = _CONTENT.search(self._text)
        if first and self._text.startswith("%", first.end()):
            line = self._text.count("\n", 0, first.end()) + 1
            self._findings.stop(
                Place(self._file, line, 1),
                "Directives (%…) are not known here.",
                "Delete the line.",
            )

    def _refuse_more(self, mark: Any) -> None:
        rest = "\n".join(
            [
                " " * mark.column + self._lines[mark.line][mark.column :],
                *self._lines[mark.line + 1 :],
            ]
        )
        if more := _CONTENT.search(rest):
            line = mark.line + rest.count("\n", 0, more.end()) + 1
            self._findings.add(
                Place(self._file, line, 1), "A second document begins here.", "Write one per file."
            )

    def _place(self, mark: Any) -> Place:
        return Place(self._file, mark.line + 1, mark.column + 1)
