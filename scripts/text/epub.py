"""An EPUB, 2 or 3 -> its manuscript: the documents of its spine, paragraph by paragraph."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from ...documents.xml_events import BadXmlError, Event, xml_events
from ...documents.zipped import Zipped
from ...mistakes import InputError
from .manuscript import Manuscript
from .marks import without_comments

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_PAGES = ("application/xhtml+xml", "text/html")
_LENIENT = 1 << 20
"""bytes of a page that is no good XML and is read as browsers would"""

_TAGS = """
p div li dt dd blockquote h1 h2 h3 h4 h5 h6 td th tr table section article aside header footer
figure figcaption pre hr br body ul ol dl address main
"""
_BLOCKS = frozenset(_TAGS.split())
_UNREAD = frozenset({"head", "script", "style", "rt", "rp", "nav", "svg", "math", "template"})
_TOKEN = re.compile(
    r"<(?P<end>/?)(?P<name>[A-Za-z][\w:-]*)(?P<attributes>[^<>]*)>|<[!?][^<>]*>|[^<]+|<"
)
_ATTRIBUTE = re.compile(r"([\w:-]+)=(\"[^\"]*\"|'[^']*'|[^\s\"'>]+)")
_NEAR = 2000
"""Characters of a tag's attributes that are looked at."""
_EMPTY = frozenset({"br", "hr", "img", "meta", "link", "input", "wbr", "col"})
"""Elements that pages which are no good XML do not end."""
_HEADINGS = {f"h{level}": level for level in range(1, 7)}


@dataclass(slots=True)
class _Package:
    """What the package document says."""

    title: str = ""
    author: str = ""
    items: dict[str, dict[str, str]] = field(default_factory=dict)
    """Attributes of what is in the book, by id."""
    spine: list[str] = field(default_factory=list)
    cover: str = ""
    """The id of the cover's picture."""


def read_epub(zipped: Zipped) -> Manuscript:
    """The manuscript of an EPUB. Raises InputError."""
    root = _root(zipped)
    package = _package(zipped.events(root))
    folder = posixpath.dirname(root)
    locked = _locked(zipped)
    paragraphs: list[tuple[str, int]] = []
    for name in package.spine:
        item = package.items.get(name, {})
        if item.get("media-type") not in _PAGES or "nav" in item.get("properties", "").split():
            continue
        path = _inside(folder, item.get("href", ""))
        if path in locked:
            raise InputError.at(zipped.place, "It is locked (DRM).", "Use a copy that is not.")
        paragraphs += _page(zipped, path)
    return Manuscript(
        paragraphs=tuple(paragraphs),
        title=package.title[:300],
        author=package.author[:300],
        cover=_cover(zipped, package, folder),
    )


def _root(zipped: Zipped) -> str:
    """The path of the package document."""
    for event in zipped.events(_CONTAINER):
        if event.kind == "<" and event.name == "rootfile" and event.attributes.get("full-path"):
            return event.attributes["full-path"]
    raise InputError.at(zipped.place, "This is no EPUB.", "Save or download it again.")


def _package(events: Iterable[Event]) -> _Package:
    package = _Package()
    text = ""
    for event in events:
        if event.kind == "":
            text += event.name
        elif event.kind == "<":
            text = ""
            if event.name == "item":
                package.items[event.attributes.get("id", "")] = dict(event.attributes)
                if "cover-image" in event.attributes.get("properties", "").split():
                    package.cover = event.attributes.get("id", "")
            elif event.name == "itemref" and event.attributes.get("linear") != "no":
                package.spine.append(event.attributes.get("idref", ""))
            elif event.name == "meta" and event.attributes.get("name") == "cover":
                package.cover = package.cover or event.attributes.get("content", "")
        elif event.name == "title":
            package.title = package.title or " ".join(text.split())
        elif event.name == "creator":
            package.author = package.author or " ".join(text.split())
    return package


def _locked(zipped: Zipped) -> set[str]:
    """Paths that are encrypted; of fonts that is no more than a nuisance."""
    if _ENCRYPTION not in zipped:
        return set()
    events = zipped.events(_ENCRYPTION)
    return {unquote(event.attributes.get("URI", "")) for event in events if event.kind == "<"}


def _cover(zipped: Zipped, package: _Package, folder: str) -> bytes:
    path = _inside(folder, package.items.get(package.cover, {}).get("href", ""))
    return zipped.read(path) if path in zipped else b""


def _inside(folder: str, address: str) -> str:
    return posixpath.normpath(posixpath.join(folder, unquote(address.partition("#")[0])))


def _page(zipped: Zipped, name: str) -> list[tuple[str, int]]:
    """The paragraphs of a page; one that is no good XML is read as browsers would."""
    data = zipped.read(name)
    try:
        return _paragraphs(xml_events(data))
    except BadXmlError as error:
        if len(data) > _LENIENT or b"<!ENTITY" in data:
            raise zipped.no_xml(name, error) from error
    return _paragraphs(_lenient(data.decode("utf-8", "replace")))


def _paragraphs(events: Iterable[Event]) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    text: list[str] = []
    level, unread = 0, 0
    for event in events:
        if event.kind == "":
            text.append("" if unread else event.name)
        elif unread and event.kind == "<":
            unread += 0 if event.name in _EMPTY else 1
        elif unread:
            unread -= 0 if event.name in _EMPTY else 1
        elif event.kind == "<" and (event.name in _UNREAD or _is_reference(event)):
            unread = 1
        elif event.name == "br" and level:  # a title of two rows is one title
            text.append(" ")
        elif event.name in _BLOCKS:
            found.append(("".join(text), level))
            text.clear()
            if event.name in _HEADINGS:
                level = _HEADINGS[event.name] if event.kind == "<" else 0
    found.append(("".join(text), level))
    return [(text, level) for text, level in found if text.strip()]


def _is_reference(event: Event) -> bool:
    """Whether it is the mark of a note, which nobody reads in the middle of a sentence."""
    told = event.attributes.get("type", "") + " " + event.attributes.get("role", "")
    return bool({"noteref", "doc-noteref", "pagebreak", "doc-pagebreak"} & set(told.split()))


def _lenient(text: str) -> Iterator[Event]:
    """Events of a page that is no good XML, in the time its length takes whatever is in it."""
    for found in _TOKEN.finditer(without_comments(text)):
        if found["name"] is None:
            if not found[0].startswith(("<!", "<?")):
                yield Event("", html.unescape(found[0]))
            continue
        attributes = {
            name.rpartition(":")[2].lower(): value.strip("\"'")
            for name, value in _ATTRIBUTE.findall(found["attributes"][:_NEAR])
        }
        yield Event(">" if found["end"] else "<", found["name"].lower(), attributes)
