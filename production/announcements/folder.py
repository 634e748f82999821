"""A folder of announcements: what was finished in it, what is as it should be, what is left."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, TypeAlias

from ...messages import Message
from ...mistakes import InputError, Mistake, Place
from ..delivery.publish import own_folder
from .audit import AuditEntry, Log, finished, write_manifest

Clock: TypeAlias = Callable[[], datetime]

_MOST_SHOWN = 100


def utc() -> datetime:
    """The clock on the wall."""
    return datetime.now(timezone.utc)


@dataclass(frozen=True, slots=True)
class AnnouncementFolder:
    """A folder that nobody else writes to, and its log."""

    path: Path
    entries: dict[str, AuditEntry]
    """Of the files finished in it, by name."""
    log: Log
    clock: Clock

    @classmethod
    @contextmanager
    def opened(cls, path: Path, clock: Clock) -> Iterator[AnnouncementFolder]:
        """The folder, made where need be; raises `InputError` where it cannot be written to."""
        with own_folder(path), Log(path) as log:
            yield cls(path, finished(path), log, clock)

    def has(self, name: str, key: str) -> bool:
        """Whether a file was made of what has this key, and is there whole."""
        entry = self.entries.get(name)
        if entry is None or entry.key != key:
            return False
        try:
            return (self.path / name).stat().st_size == entry.bytes
        except OSError:
            return False

    def check_owner(self, template: str, names: Sequence[str]) -> None:
        """Raise `InputError` for names that belong to files of other templates."""
        mistakes = [
            Mistake(
                Place(str(self.path / name)),
                Message('This file is of the template "{}".', self.entries[name].template),
                "Choose another folder, or another `name` in the template.",
            )
            for name in names
            if name in self.entries and self.entries[name].template != template
        ]
        if mistakes:
            raise InputError(mistakes[:_MOST_SHOWN])

    def leftovers(self, template: str, names: Sequence[str]) -> tuple[str, ...]:
        """The files of a template that are not among these names."""
        wanted = set(names)
        own = (name for name, entry in self.entries.items() if entry.template == template)
        return tuple(sorted(name for name in own if name not in wanted))

    def add(self, lines: Sequence[Mapping[str, Any]]) -> None:
        """Note finished files, by their lines of the log."""
        self.log.append(lines)
        for line in lines:
            self.entries[line["file"]] = AuditEntry.of(line)

    def delete(self, names: Sequence[str]) -> None:
        """Delete files, and tell the log so. Only plain names are ever deleted."""
        for name in names:
            if Path(name).name == name:
                (self.path / name).unlink(missing_ok=True)
            self.log.append([{"time": self.clock().isoformat(), "removed": name}])
            del self.entries[name]

    def write_manifest(self) -> None:
        """Write which files are there."""
        write_manifest(self.path, self.entries.values())
