"""An ended job -> its file in `done` or `failed`, with a report beside it where there is one.

The latest file of a name has the name; an earlier one with other contents steps aside and is called
NAME~HASH. Everything here can be done again: what was interrupted is begun anew.
"""

from __future__ import annotations

import hashlib
import logging
from contextlib import suppress
from pathlib import Path, PurePath

from ...atomic import TEMPORARY, sync
from ...documents.findings import UnfitError
from ..files.exchange import move
from ..files.jail import read_inside
from ..settings.layout import Layout
from .claim import Claim
from .job import Job
from .report import as_json, as_markdown

MARKDOWN, JSON = ".report.md", ".report.json"
_TRIES = 100
_LARGEST = 64 << 20  # bytes that are worth comparing

_log = logging.getLogger(__name__)


def folder_of(job: Job, layout: Layout) -> Path:
    """Where the file of an ended job goes."""
    return layout.done if job.state == "done" else layout.failed


def filed(job: Job, layout: Layout) -> Path | None:
    """Where the file of an ended job lies; None if somebody took it away."""
    folder = folder_of(job, layout)
    for name in (_aside(job.name, job.content), job.name):
        if (folder / name).is_file():
            return folder / name
    return None


def put_away(job: Job, claim: Claim | None, layout: Layout) -> None:
    """File an ended job; claim: its file, unless that was done before. Raises OSError."""
    folder = folder_of(job, layout)
    name = claim.file.name if claim else job.name
    if claim is not None:
        for _ in range(_TRIES):
            _step_aside(folder, name, job.content)
            if move(claim.file, folder, (name,)):
                break
        else:
            raise FileExistsError(folder / name)
        _log.debug("step: filed %d", job.id)
        with suppress(OSError):
            claim.file.parent.rmdir()
    reports = {MARKDOWN: as_markdown, JSON: as_json}
    with suppress(UnicodeEncodeError):  # a name that is no text has no report beside it
        for suffix, written in reports.items():
            path = folder / f"{_short(name)}{suffix}"
            if job.ending == "rendered":
                path.unlink(missing_ok=True)
            else:
                _write(path, written(job).encode(), job, layout)


def restore(job: Job, copy: Path, layout: Layout) -> None:
    """File an ended job whose own file somebody took away, from its private copy."""
    target = folder_of(job, layout) / job.name
    if copy.is_file() and not target.exists():
        _write(target, copy.read_bytes(), job, layout)


def _write(path: Path, data: bytes, job: Job, layout: Layout) -> None:
    """Write a file whole or not at all, but never make its folder: it may be a share that is away.

    What is unfinished has one name for each job, so what a death leaves of it is written over.
    """
    part = path.with_name(f"{TEMPORARY}{layout.service}-{job.id}")
    part.write_bytes(data)
    sync(part)
    part.replace(path)


def _step_aside(folder: Path, name: str, content: str) -> None:
    """Make room for a name; a file with the same contents is no loss."""
    there = folder / name
    try:
        status = there.lstat()
    except FileNotFoundError:
        return
    try:
        digest = hashlib.sha256(read_inside(folder, name, limit=_LARGEST)).hexdigest()
    except UnfitError:  # a link, or something else that was refused: it is told by its date
        digest = hashlib.sha256(str(status.st_mtime_ns).encode()).hexdigest()
    except FileNotFoundError:
        return
    if digest == content:
        there.unlink(missing_ok=True)
        return
    aside = _aside(name, digest)
    if (folder / aside).exists():
        there.unlink(missing_ok=True)
    else:
        move(there, folder, (aside,))


def _aside(name: str, digest: str) -> str:
    path = PurePath(name)
    return f"{_short(path.stem)}~{digest[:8]}{path.suffix}"


def _short(name: str) -> str:
    """A name with room for a suffix: file systems keep 255 bytes."""
    encoded = name.encode("utf-8", "surrogateescape")
    return encoded[:220].decode("utf-8", "ignore") if len(encoded) > 220 else name
