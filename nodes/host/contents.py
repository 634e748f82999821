"""Files a node reads -> a digest of what is in them, by which the host knows whether to run it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...glmtts_runtime.voices.library import Entry, VoiceLibrary
    from ...scripts.script import Script
    from ...scripts.tasks import TaskList


def unknown() -> float:
    """Equal to nothing, so that the node runs: another node tells which file it is, and only then.

    Each time another object, since containers take a NaN for equal to itself.
    """
    return float("nan")


def of(files: Iterable[Path]) -> str:
    """The digest of the files' bytes, in order; each is read again only when it has changed."""
    from ...production.store import key_of

    return key_of("contents", *map(_digest, files))


def library(library: VoiceLibrary, name: str | None = None) -> str:
    """Of one voice of the library, or of all. Raises InputError for a name it does not have."""
    return of(_files([library.find(name)] if name else library.entries()))


def script(script: Script, library: VoiceLibrary) -> str:
    """Of all that a script is made of besides its text: files it names, and the library."""
    from ...production.manifest import inputs

    return of([*inputs(script), *_files(library.entries())])


def tasks(listed: TaskList, library: VoiceLibrary) -> str:
    """Of the list itself, the recordings its tasks name, and the library."""
    recordings = [task.voice.audio for task in listed.tasks if task.voice.audio]
    own = [listed.file] if listed.file.is_file() else []
    return of([*own, *recordings, *_files(library.entries())])


def announcements(template: Path, data: Iterable[Path], library: VoiceLibrary) -> str:
    """Of a template, what it names, the data, and the library. Raises InputError."""
    from ...documents.findings import Findings
    from ...templates.announcement_file import read_template

    findings = Findings()
    named = read_template(template, findings)
    findings.check()
    files = [named.chime_before, named.chime_after, *named.lexicons]
    own = [file for file in files if isinstance(file, Path) and file.is_file()]
    return of([template, *own, *data, *_files(library.entries())])


def _files(entries: Iterable[Entry]) -> Iterator[Path]:
    for entry in entries:
        yield entry.audio
        if entry.transcript:
            yield entry.transcript


def _digest(file: Path) -> str:
    status = file.stat()
    return _read(file, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=4096)
def _read(file: Path, _changed: int, _size: int) -> str:
    from ...digests import file_digest

    return f"{file.name} {file_digest(file)}"
