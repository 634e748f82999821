"""Bytes of XML -> its elements and texts in order, by a reader that loads and expands nothing.

Entities a document declares itself are refused: nothing that people save has them, and they are how
a small file becomes an endless one. Those of HTML are known.
"""

from __future__ import annotations

import html.entities
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from ..messages import Message

DEEPEST = 256
"""Elements within each other."""

_SEPARATOR = "\x1f"
_BLOCK = 1 << 16


class BadXmlError(ValueError):
    """This is no XML that is read here."""


@dataclass(frozen=True, slots=True)
class Event:
    """An element begins, or ends, or has text."""

    kind: str
    """"<", ">" or "": text."""
    name: str
    """The element's without its namespace; the text."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """By name, without namespaces."""


def xml_events(data: bytes) -> Iterator[Event]:
    """The events of a document, read as they are asked for. Raises BadXmlError."""
    reading = _Reading()
    parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
    parser.buffer_text = True
    parser.StartElementHandler = reading.begin
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.text
    parser.EntityDeclHandler = reading.entity
    parser.SkippedEntityHandler = reading.skipped
    for start in range(0, len(data) + 1, _BLOCK):
        block = data[start : start + _BLOCK]
        try:
            parser.Parse(block, start + _BLOCK > len(data))
        except (expat.ExpatError, LookupError, ValueError) as error:  # LookupError: an encoding
            raise BadXmlError(str(error)) from error
        yield from reading.events
        reading.events.clear()


class _Reading:
    def __init__(self) -> None:
        self.events: list[Event] = []
        self._depth = 0

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise BadXmlError(Message("more than {} elements within each other", DEEPEST))
        plain = {_local(key): value for key, value in attributes.items()}
        self.events.append(Event("<", _local(name), plain))

    def end(self, name: str) -> None:
        self._depth -= 1
        self.events.append(Event(">", _local(name)))

    def text(self, text: str) -> None:
        self.events.append(Event("", text))

    def entity(self, name: str, *_: object) -> None:
        raise BadXmlError(Message("it declares an entity, {}", name))

    def skipped(self, name: str, is_parameter: bool) -> None:
        if not is_parameter:
            self.events.append(Event("", html.entities.html5.get(f"{name};", "")))


def _local(name: str) -> str:
    return name.rpartition(_SEPARATOR)[2]
