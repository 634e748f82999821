"""A file name as written -> the absolute path of an existing file inside the allowed folders."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

from ..messages import Message
from ..mistakes import nearest
from .findings import UnfitError, quoted
from .text_file import neighbours


class Finder(Protocol):
    """The files that one file can refer to."""

    def find(self, name: str) -> Path:
        """The path of the file of that name; raises `UnfitError` if there is none."""
        ...


Beside: TypeAlias = Callable[[Path], Finder]
"""Given a file, what finds the files that it refers to."""


@dataclass(frozen=True, slots=True)
class Files:
    """Where names are looked up, and what they may not leave."""

    folders: tuple[Path, ...]
    """Tried in this order."""
    roots: tuple[Path, ...]
    """Resolved folders; whatever is found lies inside one of them, symbolic links followed."""

    @classmethod
    def beside(cls, file: Path, roots: Sequence[Path] = ()) -> Files:
        """Names are relative to the folder of `file`, which is also the root if there are none."""
        folder = _resolved(file.parent)
        return cls((folder,), tuple(_resolved(root) for root in roots or (folder,)))

    def find(self, name: str) -> Path:
        """The path of a regular file inside the roots; UnfitError if there is none."""
        if not name.strip() or "\0" in name:
            raise UnfitError("The name of a file is missing.", "Write one.")
        paths = [_resolved(folder / name) for folder in self.folders]
        inside = [path for path in paths if self._allows(path)]
        if not inside:
            roots = ", ".join(str(root) for root in self.roots)
            raise UnfitError(
                Message("The file {} is outside the folder allowed.", quoted(name)),
                Message("Move it into {}.", roots),
            )
        kinds = [_kind(path) for path in inside]
        if "file" in kinds:
            return inside[kinds.index("file")]
        if "folder" in kinds:
            raise UnfitError(Message("{} is a folder.", quoted(name)), "Name a file in it.")
        if "other" in kinds:
            raise UnfitError(
                Message("{} is not a regular file.", quoted(name)), "Name one that is."
            )
        raise UnfitError(
            Message("There is no file {}.", quoted(name)), self._remedy(name, inside[0])
        )

    def _allows(self, path: Path) -> bool:
        return any(path.is_relative_to(root) for root in self.roots)

    def _remedy(self, name: str, path: Path) -> str:
        if "\\" in name and os.sep == "/":
            return Message("Write {}, with slashes.", quoted(name.replace(chr(92), "/")))
        if not self._allows(path.parent) or _kind(path.parent) != "folder":
            return self._elsewhere(name) or Message(
                "It would be {}, but there is no such folder.", self._shown(path)
            )
        before = name[: len(name) - len(Path(name).name)]
        files = [before + file for file in neighbours(path.parent)]
        found = self._elsewhere(name)
        if found or files:
            return found or nearest(name[:255], files)
        return Message("It would be {}, but that folder is empty.", self._shown(path))

    def _elsewhere(self, name: str) -> str | None:
        """How to write a name that is right from a folder further up, as a show's own is."""
        for folder in self.folders:
            for above in folder.parents:
                path = _resolved(above / name)
                if not self._allows(above):
                    break
                if self._allows(path) and _kind(path) == "file":
                    there = Path(os.path.relpath(path, folder)).as_posix()
                    shown = self._shown(folder)
                    return Message("Names begin in the folder {}: write {}.", shown, quoted(there))
        return None

    def _shown(self, path: Path) -> str:
        """A path from its root's own name on: what lies above is not for everybody to see."""
        root = next((root for root in self.roots if path.is_relative_to(root)), path)
        return path.relative_to(root.parent).as_posix()


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError) as error:  # too long, or links in a circle (up to Python 3.12)
        raise UnfitError(
            Message("The name {} leads nowhere.", quoted(path.name)), "Check it."
        ) from error


def _kind(path: Path) -> Literal["file", "folder", "other", "nothing"]:
    try:
        mode = path.stat().st_mode
    except OSError:  # missing, forbidden, too long
        return "nothing"
    if stat.S_ISREG(mode):
        return "file"
    return "folder" if stat.S_ISDIR(mode) else "other"
