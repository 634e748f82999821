"""A Word file (Office Open XML) -> its manuscript: paragraphs, and headings by their styles."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ...documents.xml_events import Event
from ...documents.zipped import Zipped
from ...messages import Message
from .manuscript import Manuscript

_DOCUMENT, _STYLES = "word/document.xml", "word/styles.xml"
_CORE = "docProps/core.xml"
_UNREAD = frozenset({"delText", "instrText", "Fallback", "del", "moveFrom", "rt"})
_BETWEEN = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def read_docx(zipped: Zipped) -> Manuscript:
    """The manuscript of a Word file. Raises InputError."""
    styles = _headings(zipped) if _STYLES in zipped else {}
    reading = _Reading(styles)
    for event in zipped.events(_DOCUMENT):
        reading.event(event)
    title, author = _core(zipped) if _CORE in zipped else ("", "")
    notes = (Message("{} footnotes are not read.", reading.footnotes),) if reading.footnotes else ()
    return Manuscript(
        paragraphs=tuple(reading.paragraphs), title=title[:300], author=author[:300], notes=notes
    )


class _Reading:
    """The main document while it is read."""

    def __init__(self, styles: Mapping[str, int]) -> None:
        self.paragraphs: list[tuple[str, int]] = []
        self.footnotes = 0
        self._styles = styles
        self._text: list[str] = []
        self._level = 0
        self._unread = 0
        self._in_text = False

    def event(self, event: Event) -> None:
        if event.kind == "":
            if self._in_text and not self._unread:
                self._text.append(event.name)
        elif event.name in _UNREAD:
            self._unread += 1 if event.kind == "<" else -1
        elif event.name == "t":
            self._in_text = event.kind == "<"
        elif event.name == "p" and event.kind == ">":
            parts = "".join(self._text).split("\n")
            self.paragraphs += [(part, self._level) for part in parts]
            self._text, self._level = [], 0
        elif event.kind == "<" and not self._unread:
            self._begin(event)

    def _begin(self, event: Event) -> None:
        if event.name == "pStyle":
            self._level = self._styles.get(event.attributes.get("val", ""), self._level)
        elif event.name == "outlineLvl":
            self._level = self._level or _outline(event)
        elif event.name == "footnoteReference":
            self.footnotes += 1
        self._text.append(_BETWEEN.get(event.name, ""))


def _outline(event: Event) -> int:
    """The level of a heading by its outline; 9 there is none."""
    value = event.attributes.get("val", "")
    return int(value) + 1 if value in set("012345") else 0


def _headings(zipped: Zipped) -> dict[str, int]:
    """The levels of styles that are headings, by id: Word's own names are English everywhere."""
    found: dict[str, int] = {}
    style = ""
    for event in zipped.events(_STYLES):
        if event.kind != "<":
            continue
        if event.name == "style":
            style = event.attributes.get("styleId", "")
        elif event.name == "name":
            named = re.fullmatch(
                r"heading ([1-6])|(title)", event.attributes.get("val", "").lower()
            )
            if named:
                found[style] = int(named[1] or 1)
        elif event.name == "outlineLvl" and style not in found and _outline(event):
            found[style] = _outline(event)
    return found


def _core(zipped: Zipped) -> tuple[str, str]:
    """The title and the author."""
    texts: dict[str, str] = {}
    name = ""
    for event in zipped.events(_CORE):
        if event.kind == "<":
            name = event.name
        elif event.kind == "":
            texts[name] = texts.get(name, "") + event.name
    return " ".join(texts.get("title", "").split()), " ".join(texts.get("creator", "").split())
