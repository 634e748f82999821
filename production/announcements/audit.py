"""The audit log of a folder of announcements: one line of JSON for each file that was finished.

It is only ever appended to, and a line is on disk before the next file is begun to be logged. What
a crash tears is the last line, which counts as not written. `announcements.json` says the same of
the files that are there now, for those who want to know no history; it is made of the log, so the
log may be taken away between runs.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from ...atomic import replacing, sync

LOG = "audit.jsonl"
MANIFEST = "announcements.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """A finished file."""

    file: str
    template: str
    row: int
    key: str
    """Of everything that shapes it."""
    sha256: str
    bytes: int
    seconds: float

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> AuditEntry:
        """Raises KeyError, TypeError or ValueError for what is no entry."""
        return cls(
            file=str(entry["file"]),
            template=str(entry["template"]["name"]),
            row=int(entry["row"]),
            key=str(entry["key"]),
            sha256=str(entry["sha256"]),
            bytes=int(entry["bytes"]),
            seconds=float(entry["seconds"]),
        )

    def object(self) -> dict[str, Any]:
        """As it stands in the log, without what only the log tells."""
        return {
            "file": self.file,
            "template": {"name": self.template},
            "row": self.row,
            "key": self.key,
            "sha256": self.sha256,
            "bytes": self.bytes,
            "seconds": self.seconds,
        }


def finished(folder: Path) -> dict[str, AuditEntry]:
    """The last entry of every file that was finished in a folder and not removed since."""
    entries: dict[str, AuditEntry] = {}
    for line in (*_manifest(folder), *_log(folder)):
        if "removed" in line:
            entries.pop(str(line["removed"]), None)
            continue
        with suppress(KeyError, TypeError, ValueError):  # of another version, or edited
            entry = AuditEntry.of(line)
            entries[entry.file] = entry
    return entries


def write_manifest(folder: Path, entries: Iterable[AuditEntry]) -> Path:
    """Write which files are there, replacing the last such list whole."""
    path = folder / MANIFEST
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        file.write('{"version": 1, "files": [')
        separator = "\n"
        for entry in sorted(entries, key=lambda entry: entry.file):
            file.write(separator + json.dumps(entry.object(), ensure_ascii=False))
            separator = ",\n"
        file.write("\n]}\n")
    return path


class Log:
    """The end of a log, to append to. A torn last line is closed first, so that none joins it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / LOG
        is_new = not self.path.exists()
        self._file: BinaryIO = self.path.open("ab+")
        if self._file.tell() and self._last_byte() != b"\n":
            self._file.write(b"\n")
        if is_new:
            sync(folder)

    def append(self, lines: Iterable[Mapping[str, Any]]) -> None:
        """Add lines and wait until they are on disk."""
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        self._file.write(text.encode())
        self._file.flush()
        os.fsync(self._file.fileno())

    def __enter__(self) -> Log:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def _last_byte(self) -> bytes:
        self._file.seek(-1, os.SEEK_END)
        return self._file.read(1)


def _manifest(folder: Path) -> list[dict[str, Any]]:
    with suppress(OSError, ValueError, KeyError, TypeError):
        files: list[dict[str, Any]] = json.loads((folder / MANIFEST).read_bytes())["files"]
        return files
    return []


def _log(folder: Path) -> Iterator[dict[str, Any]]:
    """Every whole line; one that was torn, or that somebody else wrote, is passed over."""
    with suppress(FileNotFoundError), (folder / LOG).open("rb") as file:
        for line in file:
            with suppress(ValueError):
                entry = json.loads(line)
                if isinstance(entry, dict):
                    yield entry
