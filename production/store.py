"""A bounded, content-addressed store of bytes on disk: key in, bytes out, or nothing.

What is stored can always be made again, so a torn or foreign file is a miss, never an error.
Several processes may share one store: every write is a rename, and equal keys mean equal bytes.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

from ..atomic import TEMPORARY, replacing

_CHECKSUM = hashlib.blake2b().digest_size
_KEY = re.compile("[0-9a-f]{64}")
_STALE = 86_400.0  # s after which a temporary belongs to a process that died


class Store:
    """Blobs under 64-digit hex keys, the least recently used dropped first.

    `limit` is in bytes and may be passed while a render writes; `trim` brings it back.
    """

    def __init__(self, folder: Path, *, limit: int = 4 << 30) -> None:
        self.folder = folder
        self.limit = limit

    def read(self, key: str) -> bytes | None:
        """The bytes under `key`, or None when they are not there or damaged."""
        path = self._path(key)
        try:
            blob = path.read_bytes()
        except OSError:
            return None
        checksum, data = blob[:_CHECKSUM], blob[_CHECKSUM:]
        if hashlib.blake2b(data).digest() != checksum:
            with suppress(OSError):  # another user's
                path.unlink()
            return None
        with suppress(OSError):
            os.utime(path)
        return data

    def write(self, key: str, data: bytes) -> None:
        """Store `data` under `key`; raises OSError where the folder cannot be written."""
        path = self._path(key)
        try:
            with replacing(path, durable=False) as temporary, temporary.open("wb") as file:
                file.write(hashlib.blake2b(data).digest())
                file.write(data)
        except PermissionError:
            # Windows refuses to replace a file that another process is reading: it has our bytes.
            if not path.exists():
                raise

    def scratch(self) -> IO[bytes]:
        """A new file without a name on the store's disk, gone when it is closed and unmapped."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryFile(prefix=TEMPORARY, dir=self.folder)

    def trim(self) -> None:
        """Drop the least recently used blobs until the store is within nine tenths of its limit."""
        files = sorted(self._files(), key=lambda entry: entry[1])
        total = sum(size for _, _, size in files)
        if total <= self.limit:
            return
        for path, _, size in files:
            if total <= self.limit * 9 // 10:
                break
            with suppress(OSError):
                path.unlink()
                total -= size

    def _path(self, key: str) -> Path:
        assert _KEY.fullmatch(key), f"not a key: {key}"
        return self.folder / key[:2] / key[2:]

    def _files(self) -> Iterator[tuple[Path, float, int]]:
        """Path, time of last use and size of every blob; removes temporaries left by the dead."""
        for path in self.folder.glob("??/*"):
            with suppress(OSError):
                status = path.stat()
                if not path.name.startswith(TEMPORARY):
                    yield path, status.st_mtime, status.st_size
                elif time.time() - status.st_mtime > _STALE:
                    path.unlink()


def key_of(*parts: str) -> str:
    """The key of everything that shapes a result, given as texts in a fixed order."""
    digest = hashlib.sha256()
    for part in parts:
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(8, "little"))
        digest.update(encoded)
    return digest.hexdigest()
