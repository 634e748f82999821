"""Folders that settings name: where results may go, and where files may be taken from."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from ...documents.findings import UnfitError, quoted
from ...messages import Message
from ...mistakes import nearest

# A slip of the pen, or a copied file of settings, must not fill the system's own folders.
_SYSTEM = ("/bin", "/boot", "/dev", "/etc", "/lib", "/lib64", "/proc", "/sbin", "/sys", "/usr")
_OURS = ("/dev/shm", "/usr/local")  # noqa: S108 - below those, but people's own
_KERNEL = ("/dev", "/proc", "/sys")


def written(home: Path) -> Callable[[str], Path]:
    """Reads the path of a folder for results, which may be made later; relative ones at `home`."""

    def read(text: str) -> Path:
        found = path(home, text)
        if found.parent == found or _below(found, _SYSTEM):
            what = Message("{} is a folder of the system.", quoted(text))
            raise UnfitError(what, "Choose one of your own.")
        return found

    return read


def existing(home: Path) -> Callable[[str], Path]:
    """Reads the path of a folder that is there, to take files from."""

    def read(text: str) -> Path:
        found = path(home, text)
        if found.parent == found or _below(found, _KERNEL):
            what = Message("{} holds the system itself.", quoted(text))
            raise UnfitError(what, "Name the folder that holds the files.")
        if not found.is_dir():
            near = [entry.name for entry in found.parent.glob("*") if entry.is_dir()][:300]
            raise UnfitError(
                Message("There is no folder {}.", quoted(text)), nearest(found.name[:255], near)
            )
        return found

    return read


def path(home: Path, text: str) -> Path:
    """The absolute path that a text means; raises `UnfitError` where there is none."""
    if not text.strip() or "\0" in text:
        raise UnfitError("The name of a folder is missing.", "Write one.")
    return (home / Path(text).expanduser()).resolve()


def _below(path: Path, folders: tuple[str, ...]) -> bool:
    if sys.platform == "win32" or any(path.is_relative_to(folder) for folder in _OURS):
        return False
    return any(path.is_relative_to(folder) for folder in folders)
