"""Files that a script refers to -> private copies of them, taken through the jail of the inbox.

What is rendered is read from these copies alone: nobody can swap, edit or remove a file between its
check and its use, and whatever happens in the inbox meanwhile, a job sees one state of each file.
"""

from __future__ import annotations

import errno
import os
import posixpath
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path

from ...atomic import replacing
from ...digests import file_digest
from ...documents.files import Files, Finder
from ...documents.findings import UnfitError, quoted
from ...messages import Message
from ...mistakes import nearest
from ...production.store import key_of
from ..files.jail import inside, names_inside, open_inside


class BusyError(OSError):
    """A file that a script refers to is not whole yet; it may be soon."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The files of one job. Their names are those they have in the inbox."""

    folder: Path
    """Where the copies lie, the dropped file among them"""
    inbox: Path
    """Where they come from"""
    roots: tuple[Path, ...] = ()
    """Trusted folders: what is found there alone is used where it lies."""
    limit: int = 1 << 30
    """bytes of one file"""
    settle: float = 0.0
    """s since its last change after which a file is taken to be whole"""
    trusted: set[Path] = field(default_factory=set)
    """What was found in the roots"""

    def beside(self, file: Path) -> Finder:
        """What finds the files that `file`, itself one of the copies, refers to."""
        ours = file.is_relative_to(self.folder)
        below = file.parent.relative_to(self.folder).as_posix() if ours else "."
        return _Copies(self, "" if below == "." else below)

    def find(self, name: str) -> Path:
        """The copy of the file `name` of the inbox, which is made now if there is none yet.

        Raises `UnfitError` for what is not there or may not be read, and `BusyError` for what is
        still being written.
        """
        plain = inside(name)
        copy = self.folder / plain
        if not copy.is_file():
            with open_inside(self.inbox, plain, limit=self.limit) as file:
                if abs(time.time() - os.fstat(file.fileno()).st_mtime) < self.settle:
                    raise BusyError(errno.EBUSY, "The file is still being written", plain)
                with replacing(copy, durable=False) as part, part.open("wb") as target:
                    shutil.copyfileobj(file, target, 1 << 20)
        return copy

    def digest(self, source: Path) -> str:
        """Hex SHA-256 of the names and bytes of everything that `source` was found to refer to."""
        copies = [file for file in self.folder.rglob("*") if file.is_file() and file != source]
        named = [(file.relative_to(self.folder).as_posix(), file) for file in copies]
        named += [(file.name, file) for file in self.trusted]
        return key_of(*(text for name, file in sorted(named) for text in (name, file_digest(file))))


@dataclass(frozen=True, slots=True)
class _Copies:
    """The files that one file of a snapshot can refer to."""

    snapshot: Snapshot
    below: str
    """Its folder, as seen from the inbox"""

    def find(self, name: str) -> Path:
        plain = posixpath.join(self.below, name)
        try:
            return self.snapshot.find(plain)
        except FileNotFoundError:
            return self._in_roots(name, plain)
        except UnfitError as unfit:
            if not self.snapshot.roots:
                raise
            return self._in_roots(name, plain, unfit)

    def _in_roots(self, name: str, plain: str, unfit: UnfitError | None = None) -> Path:
        roots = tuple(root.resolve() for root in self.snapshot.roots)
        try:
            found = Files(roots, roots).find(name) if roots else None
        except UnfitError:
            found = None
        if found is None:
            raise unfit or self._missing(name, plain)
        self.snapshot.trusted.add(found)
        return found

    def _missing(self, name: str, plain: str) -> UnfitError:
        if "\\" in name:
            what = Message("There is no file {} in the watched folder.", quoted(name))
            return UnfitError(
                what, Message("Write {}, with slashes.", quoted(name.replace(chr(92), "/")))
            )
        folder = posixpath.dirname(plain)
        around = names_inside(self.snapshot.inbox, folder)
        before = name[: len(name) - len(posixpath.basename(name))]
        remedy = nearest(name[:255], [before + one for one in around if not one.startswith(".")])
        return UnfitError(
            Message("There is no file {} in the watched folder.", quoted(name)), remedy
        )
