"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TEMPORARY = ".glmtts-"
"""What the name of everything unfinished begins with."""


@contextmanager
def replacing(path: Path, *, durable: bool = True) -> Iterator[Path]:
    """Give a hidden temporary path beside `path`; on a clean exit it becomes `path`.

    The temporary keeps the suffix, since encoders choose a format by it. On an error it is removed
    and `path` stays as it was. `durable` waits until the file has survived a power cut; without it
    a reader must be able to tell a torn file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(
        prefix=TEMPORARY, suffix=f".part{path.suffix}", dir=path.parent
    )
    os.close(descriptor)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o666 & ~_umask())
        if durable:
            sync(temporary)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if durable:
        sync(path.parent)


def write_bytes(path: Path, data: bytes) -> None:
    """Write `data` to `path` whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_bytes(data)


def write_text(path: Path, text: str) -> None:
    """Write `text` to `path` as UTF-8 with line feeds, whole or not at all."""
    write_bytes(path, text.encode("utf-8"))


class InUseError(RuntimeError):
    """Somebody else holds the lock."""


@contextmanager
def exclusive(lock: Path) -> Iterator[None]:
    """Hold the lock file `lock`, or raise `InUseError` at once.

    The operating system gives the lock back when a process ends, however it ends. The file stays:
    removing it would let two processes lock two files of one name.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("ab") as handle:
        try:
            _lock(handle.fileno())
        except OSError as error:
            raise InUseError(str(lock)) from error
        yield


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def sync(path: Path) -> None:
    """Flush a file or folder to disk; Windows cannot open folders and needs no flush of them."""
    if os.name == "nt" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
