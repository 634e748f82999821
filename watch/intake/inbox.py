"""An inbox -> the files in it that are complete: looks at a folder, compared with the looks before.

`look` reads the folder and `Patience` decides; it is the same decision for a file that was there
when the service started. Who is told by events only looks sooner.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from ...documents.findings import UnfitError
from ..files.jail import read_inside
from ..jobs.job import kind_of
from ..settings.layout import OWN, URGENT
from .names import READY, ignored

EMPTY = 12
"""How many times longer an empty file is waited for: many programs create it first."""
_SHOWN = 20
_TAIL = 64  # bytes
_SCRIPTS = (".yaml", ".yml", ".srt", ".vtt")
_APART = (*OWN, "templates")  # where no script is looked for
_MOST_BELOW = 1000  # entries of a folder that are looked at


@dataclass(frozen=True, slots=True)
class Seen:
    """A file at one look."""

    size: int
    changed: int
    """ns since 1970; only ever compared for equality"""
    inode: int
    plain: bool
    """False: a link, a pipe, a device. It is taken like any other, and refused when it is read."""


@dataclass(frozen=True, slots=True)
class Look:
    """What an inbox holds. Names of files in `urgent` begin with `urgent/`."""

    files: Mapping[str, Seen]
    ready: frozenset[str]
    """Names that have a NAME.ready beside them"""
    marks: frozenset[str]
    """Names of which only the NAME.ready is there"""
    others: tuple[str, ...]
    """Some of the files that are no jobs"""
    folders: Mapping[str, int] = field(default_factory=dict)
    """When people's own folders in it changed, as `Seen.changed`; some of them"""


def look(inbox: Path) -> Look:
    """Read an inbox and its `urgent`. Raises OSError if that fails: nothing is known then."""
    files: dict[str, Seen] = {}
    others: list[str] = []
    marks: set[str] = set()
    folders: dict[str, int] = {}
    for folder, before in ((inbox, ""), (inbox / URGENT, f"{URGENT}/")):
        for entry, status in _entries(folder):
            name = before + entry
            if stat.S_ISDIR(status.st_mode):
                if len(folders) < _SHOWN and name not in _APART:
                    folders[name] = status.st_mtime_ns
            elif entry.endswith(READY):
                marks.add(name.removesuffix(READY))
            elif kind_of(entry):
                plain = stat.S_ISREG(status.st_mode)
                files[name] = Seen(status.st_size, status.st_mtime_ns, status.st_ino, plain)
            elif len(others) < _SHOWN:
                others.append(name)
    ready = marks & files.keys()
    return Look(files, frozenset(ready), frozenset(marks - ready), tuple(sorted(others)), folders)


def scripts_below(inbox: Path, folder: str) -> list[str]:
    """Some of the scripts in a folder of an inbox. Plain texts may be transcripts of voices."""
    found = []
    with os.scandir(inbox / folder) as entries:
        for entry in islice(entries, _MOST_BELOW):
            plain = entry.name.lower().endswith(_SCRIPTS)
            if plain and kind_of(entry.name) and not ignored(entry.name):
                found.append(f"{folder}/{entry.name}")
    return sorted(found)[:_SHOWN]


def _entries(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if ignored(entry.name):
                continue
            try:
                status = entry.stat(follow_symlinks=False)
            except OSError:  # gone since, or the disk is unwell: the next look will tell
                continue
            yield entry.name, status


@dataclass(slots=True)
class _Known:
    seen: Seen
    since: float


@dataclass(slots=True)
class Patience:
    """Waits until files stay as they are: equal at two looks, at least `settle` seconds apart.

    Give it every look, with a clock that never goes back.
    """

    inbox: Path
    settle: float = 5.0
    marked: bool = False
    """Take only what says that it is complete."""
    _known: dict[str, _Known] = field(default_factory=dict)

    def complete(self, look: Look, now: float) -> list[str]:
        """Names that may be taken, in the order in which they arrived."""
        for gone in self._known.keys() - look.files.keys():
            del self._known[gone]
        news = [name for name in look.files if name not in self._known]
        for name in sorted(news, key=lambda name: (look.files[name].changed, name)):
            self._known[name] = _Known(look.files[name], now)
        return [name for name in self._known if self._is_complete(name, look, now)]

    def taken(self, name: str) -> None:
        """Forget a file: whatever is there under its name now is another."""
        self._known.pop(name, None)

    def waiting(self) -> int:
        """How many files are there and not taken."""
        return len(self._known)

    def soonest(self, now: float) -> float | None:
        """s until another look may find something complete; None while nothing waits."""
        if not self._known:
            return None
        return max(0.0, min(known.since for known in self._known.values()) + self.settle - now)

    def _is_complete(self, name: str, look: Look, now: float) -> bool:
        known, seen = self._known[name], look.files[name]
        if name in look.ready:
            return True
        if seen != known.seen:
            known.seen, known.since = seen, now
            return False
        wait = self.settle if seen.size or not seen.plain else self.settle * EMPTY
        if now - known.since < wait or now == known.since:
            return False
        return not self.marked or not seen.plain or self._has_end(name)

    def _has_end(self, name: str) -> bool:
        """Whether a YAML file ends in a whole line `...`, which YAML has for that."""
        if not name.lower().endswith((".yaml", ".yml")):
            return False
        try:
            data = read_inside(self.inbox, name, limit=self._known[name].seen.size)
        except (OSError, UnfitError):
            return False
        return data[-_TAIL:].replace(b"\r\n", b"\n").rstrip(b"\n \t").endswith(
            b"\n..."
        ) and data.endswith(b"\n")
