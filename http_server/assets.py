"""Files of our own that pages load: those in a page's folder, and what all pages share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .answers import tag_of

_SHARED = Path(__file__).with_name("static")
_TYPES = {
    ".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".svg": "image/svg+xml",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asset:
    """A file, with its media type and entity tag."""

    data: bytes
    type: str
    tag: str


@cache
def page(folder: Path, name: str) -> str:
    """A page of a folder, as it was written."""
    return (folder / name).read_text("utf-8")


@cache
def assets(folder: Path) -> Mapping[str, Asset]:
    """By name, what the pages of a folder may load."""
    paths = [path for place in (_SHARED, folder) for path in place.iterdir()]
    return {
        path.name: Asset(data := path.read_bytes(), _TYPES[path.suffix], tag_of(data))
        for path in paths
        if path.suffix in _TYPES and path.suffix != ".html"
    }
