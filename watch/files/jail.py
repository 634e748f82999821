"""A folder that names cannot leave: a name in, the bytes of a plain file inside it out.

Where the system has them (everywhere but on Windows), every part of a name is opened relative to
the descriptor of the folder before it, and never through a symbolic link: there is no moment
between a check and its use in which something could be swapped. What is opened is looked at again
through its own descriptor. Elsewhere the parts are checked one by one, and the opened file is
compared with the one that was checked.

A file with a second name (a hard link) is refused: its other name may lie outside, and whoever
could not read it there must not hear it read here.
"""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ...documents.findings import UnfitError, quoted
from ...messages import Message

DESCRIPTORS = os.open in os.supports_dir_fd and hasattr(os, "O_NOFOLLOW")
"""Whether the system can open a name relative to an open folder"""

# Not to hang on a pipe, not to become the terminal of one, not to leak into child processes.
_FLAGS = sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY"))
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)


def inside(name: str) -> str:
    """A name without ways up and down again, which mean the same since no link is ever followed.

    Raises `UnfitError` for one that leads out.
    """
    plain = posixpath.normpath(name)
    drive = os.name == "nt" and (":" in name or "\\" in name)
    if "\0" in name or not name.strip() or plain == ".":
        raise UnfitError("The name of a file is missing.", "Write one.")
    if plain.startswith(("/", "../")) or plain == ".." or drive:
        what = Message("The file {} is outside the folder allowed.", quoted(name))
        raise UnfitError(what, "Put it into the watched folder, and name it from there.")
    return plain


@contextmanager
def open_inside(root: Path, name: str, *, limit: int) -> Iterator[BinaryIO]:
    """Open the plain file `name` (with forward slashes) inside the folder `root`.

    Raises `UnfitError` for what may not be opened or is larger than `limit` bytes,
    FileNotFoundError where there is nothing, and OSError for what the disk does.
    """
    parts = inside(name).split("/")
    descriptor = _descend(root, parts) if DESCRIPTORS else _checked(root, parts)
    try:
        _refuse(os.fstat(descriptor), name, limit)
    except BaseException:
        os.close(descriptor)
        raise
    with os.fdopen(descriptor, "rb") as file:
        yield file


def read_inside(root: Path, name: str, *, limit: int) -> bytes:
    """The bytes of a file, as `open_inside` gives it."""
    with open_inside(root, name, limit=limit) as file:
        data = file.read(limit + 1)
    if len(data) > limit:  # it grew
        raise _too_large(name, limit)
    return data


def names_inside(root: Path, folder: str) -> list[str]:
    """Names in a folder inside `root`, for suggestions; none if it cannot be looked into."""
    try:
        parts = inside(folder).split("/") if folder not in {"", "."} else []
        if not DESCRIPTORS:
            path = root.joinpath(*parts)
            return (
                [one.name for one in path.iterdir()]
                if path.resolve() == root.resolve().joinpath(*parts)
                else []
            )
        descriptor = _folder(root, parts)
        try:
            return os.listdir(descriptor)  # noqa: PTH208 - pathlib has no descriptors
        finally:
            os.close(descriptor)
    except (OSError, UnfitError):
        return []


def _folder(root: Path, parts: list[str]) -> int:
    descriptor = os.open(root, _FOLDER)
    for part in parts:
        try:
            below = os.open(part, _FOLDER | _NOFOLLOW, dir_fd=descriptor)
        except OSError as error:
            raise _refusal(error, "/".join(parts), part) from None
        finally:
            os.close(descriptor)
        descriptor = below
    return descriptor


def _descend(root: Path, parts: list[str]) -> int:
    above = _folder(root, parts[:-1])
    try:
        return os.open(parts[-1], os.O_RDONLY | _FLAGS | _NOFOLLOW, dir_fd=above)
    except OSError as error:
        raise _refusal(error, "/".join(parts), parts[-1]) from None
    finally:
        os.close(above)


def _checked(root: Path, parts: list[str]) -> int:
    """Without descriptors of folders: look at every part, open, and compare."""
    path = root
    for part in parts:
        path /= part
        try:
            status = path.lstat()
        except OSError as error:
            raise _refusal(error, "/".join(parts), part) from None
        reparse = getattr(status, "st_file_attributes", 0) & 0x400  # a link or junction of Windows
        if stat.S_ISLNK(status.st_mode) or reparse:
            raise _link("/".join(parts))
    if not stat.S_ISREG(status.st_mode):
        raise _not_regular("/".join(parts))
    descriptor = os.open(path, os.O_RDONLY | _FLAGS)
    now = os.fstat(descriptor)
    inside = path.resolve().is_relative_to(root.resolve())
    if (now.st_ino, now.st_dev) != (status.st_ino, status.st_dev) or not inside:
        os.close(descriptor)
        raise _link("/".join(parts))
    return descriptor


def _refuse(status: os.stat_result, name: str, limit: int) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise _not_regular(name)
    if status.st_nlink > 1:
        what = Message("The file {} has another name somewhere (a hard link).", quoted(name))
        raise UnfitError(what, "Drop a copy of it.")
    if status.st_size > limit:
        raise _too_large(name, limit)


def _refusal(error: OSError, name: str, part: str) -> Exception:
    """What opening a part without following links failed with -> what to say of it."""
    import errno

    # A link is ELOOP, or ENOTDIR where a folder was wanted; sockets and dead devices are ENXIO.
    if error.errno in {errno.ELOOP, errno.EMLINK, errno.ENOTDIR}:
        return _link(name)
    if error.errno in {errno.ENXIO, errno.EOPNOTSUPP, errno.ENODEV}:
        return _not_regular(name)
    if error.errno in {errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ}:
        return UnfitError(Message("The name {} cannot be used.", quoted(part)), "Rename the file.")
    if error.errno in {errno.EACCES, errno.EPERM}:
        what = Message("The file {} may not be read by this service.", quoted(name))
        return UnfitError(what, "Let its user read it (chmod a+r), and drop it again.")
    return error


def _link(name: str) -> UnfitError:
    what = Message("The file {} is reached through a symbolic link.", quoted(name))
    return UnfitError(what, "Put the file itself there.")


def _not_regular(name: str) -> UnfitError:
    return UnfitError(Message("{} is not a regular file.", quoted(name)), "Put a file there.")


def _too_large(name: str, limit: int) -> UnfitError:
    size = f"{limit / 2**20:.0f} MiB" if limit >= 2**20 else f"{limit} bytes"
    return UnfitError(
        Message("The file {} is larger than {}.", quoted(name), size), "Make it smaller."
    )
