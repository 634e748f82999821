"""A feed's tree <-> the bytes of its file: XML with the prefixes that podcasts use."""

from __future__ import annotations

from xml.etree import ElementTree as ET

NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
}
MOST_BYTES = 32 << 20
_DEEPEST = 32  # levels; what follows reads a tree by recursion


def to_bytes(root: ET.Element) -> bytes:
    """The feed's file."""
    for prefix, uri in _used(root):
        root.set(f"xmlns:{prefix}", uri)
    ET.indent(root)
    body: bytes = ET.tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body + b"\n"


def from_bytes(data: bytes) -> ET.Element:
    """The tree of a feed's file, its names with the prefixes of NAMESPACES.

    Raises ValueError for what is no XML in UTF-8 or declares entities.
    """
    text = data.decode("utf-8")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ValueError("a feed declares no entities")
    try:
        root = ET.fromstring(text)  # noqa: S314 - without entities there is nothing to expand
    except ET.ParseError as error:
        raise ValueError(str(error)) from error
    if _depth(root) > _DEEPEST:
        raise ValueError(f"a feed has at most {_DEEPEST} levels")
    for element in root.iter():
        element.tag = _prefixed(element.tag)
        element.attrib = {_prefixed(name): value for name, value in element.attrib.items()}
    return root


def add(parent: ET.Element, tag: str, text: str = "", /, **attributes: str) -> None:
    """An element with its text and attributes; none where there is nothing to say."""
    if text or attributes:
        ET.SubElement(parent, tag, attributes).text = text or None


def text_of(element: ET.Element | None, tag: str) -> str | None:
    """The text of a child; None where there is none. Names with a prefix are no paths to `find`."""
    children = () if element is None else element
    return next((child.text for child in children if child.tag == tag and child.text), None)


def _depth(root: ET.Element) -> int:
    level, depth = [root], 0
    while level:
        level, depth = [child for element in level for child in element], depth + 1
    return depth


def _prefixed(name: str) -> str:
    """`{http://www.itunes.com/…}author` as `itunes:author`; an unknown one as it is."""
    uri, brace, local = name[1:].partition("}")
    if not brace:
        return name
    prefixes = {known: prefix for prefix, known in NAMESPACES.items()}
    return f"{prefixes[uri]}:{local}" if uri in prefixes else name


def _used(root: ET.Element) -> list[tuple[str, str]]:
    prefixes = {element.tag.partition(":")[0] for element in root.iter() if ":" in element.tag}
    return [(prefix, uri) for prefix, uri in NAMESPACES.items() if prefix in prefixes]
