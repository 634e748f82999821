"""Files that a script refers to -> private copies of them, taken through the jail of their folder.

What is rendered is read from these copies alone: nobody can swap, edit or remove a file between its
check and its use, and a retry sees the same bytes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class Finder(Protocol):
    """What `templates` asks for the files a script names."""

    def find(self, name: str) -> Path:
        """The path of the file of that name; raises `UnfitError`."""
        ...


class Snapshot(Protocol):
    """The files of one job."""

    folder: Path
    """Where the copies lie"""

    def beside(self, file: Path) -> Finder:
        """What finds the files that `file`, itself one of the copies, refers to."""
        ...
