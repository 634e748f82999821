"""The library's folders -> the names in it, looked up again only when a folder has changed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from . import folders


def voice_names() -> tuple[str, ...]:
    """Names of the library's voices. The host asks at every look at a node, so this is quick."""
    return _names(tuple(_state(folders.library().folders)))


@lru_cache(maxsize=1)
def _names(_state: tuple[tuple[str, int], ...]) -> tuple[str, ...]:
    return tuple(folders.library().names())


def _state(places: Iterable[Path]) -> Iterator[tuple[str, int]]:
    """Times at which the folders, and those in them, last got or lost a file."""
    for folder in places:
        if folder.is_dir():
            yield str(folder), folder.stat().st_mtime_ns
            with os.scandir(folder) as entries:
                inside = [(each.path, each.stat().st_mtime_ns) for each in entries if each.is_dir()]
            yield from sorted(inside)
