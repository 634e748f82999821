"""Names that change hands in one step: two folders swapped, a file moved without replacing another.

Linux and macOS swap two names at once; elsewhere, and on file systems that cannot, the old folder
is renamed away and the new one into its place: for an instant there is none, never a mixture.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
from functools import cache
from pathlib import Path
from typing import Any

from ...atomic import TEMPORARY, sync

_HERE = -100  # AT_FDCWD
_SWAP = 2  # RENAME_EXCHANGE of Linux, RENAME_SWAP of macOS
_UNABLE = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM}


def swap(new: Path, old: Path) -> None:
    """Give the folder `new` the name `old`; a folder that was there has the name `new` then.

    Both lie on one file system.
    """
    if not os.path.lexists(old):
        new.rename(old)
    elif not _swapped(new, old):
        away = old.with_name(f"{TEMPORARY}{new.name}.old")
        shutil.rmtree(away, ignore_errors=True)
        old.rename(away)
        new.rename(old)
        away.rename(new)
    _sync(old.parent)


def move(source: Path, folder: Path, names: tuple[str, ...]) -> Path | None:
    """Move a file to the first of `names` in `folder` that is free; None if none is.

    Nothing is ever replaced, whoever else is moving files there.
    """
    for name in names:
        target = folder / name
        try:
            _move(source, target)
        except FileExistsError:
            continue
        _sync(folder)
        return target
    return None


def _move(source: Path, target: Path) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except FileExistsError:
        raise
    except (OSError, NotImplementedError):
        # No hard links here, or another file system: nearly as good.
        if os.path.lexists(target):
            raise FileExistsError(target) from None
        copied(source, target)
    else:
        source.unlink()


def copied(source: Path, target: Path) -> None:
    """Rename a file, or where that cannot be, copy it whole to `target` and remove it."""
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        part = target.with_name(f"{TEMPORARY}{target.name[-100:]}")
        shutil.copy2(source, part, follow_symlinks=False)
        if not part.is_symlink():
            sync(part)
        part.replace(target)
        _sync(target.parent)
        source.unlink()


def _sync(folder: Path) -> None:
    try:
        sync(folder)
    except OSError as error:
        if error.errno not in _UNABLE:  # not every share can flush a folder
            raise


def _swapped(one: Path, other: Path) -> bool:
    call = _exchange()
    if call is None:
        return False
    if sys.platform == "linux":
        failed = call(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _SWAP)
    else:
        failed = call(os.fsencode(one), os.fsencode(other), _SWAP)
    if failed and (number := ctypes.get_errno()) not in _UNABLE:
        raise OSError(number, os.strerror(number), str(other))
    return not failed


@cache
def _exchange() -> Any:
    """The system's own function for it; None where it has none."""
    name = {"linux": "renameat2", "darwin": "renamex_np"}.get(sys.platform)
    if name is None:
        return None
    return getattr(ctypes.CDLL(None, use_errno=True), name, None)
