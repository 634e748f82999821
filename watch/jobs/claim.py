"""A complete file in the inbox -> a job of this service: renamed into `work`, then read once.

The rename is the claim: of several services one succeeds, and from then on no change of the inbox
touches the job. The folder it lies in carries its number, so a service that dies before its
journal knows of the job finds everything there.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from ...atomic import TEMPORARY
from ...documents.findings import UnfitError
from ..files.exchange import copied
from ..files.fence import fenced
from ..files.jail import read_inside
from ..settings.layout import URGENT, Layout
from ..settings.settings import Settings
from .job import Job, Priority, kind_of
from .target import target

_FOLDER = re.compile(rf"(\d{{1,18}})(-{URGENT})?")
_PRIORITY = re.compile(rb"^[ \t]*#[ \t]*priority:[ \t]*(urgent|normal|low)[ \t]*\r?$", re.M | re.I)
_HEAD = 20  # lines that may say a priority

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Claim:
    """A file in `work`."""

    id: int
    file: Path
    urgent: bool


def claim(layout: Layout, name: str, id: int) -> Claim | None:
    """Take the file `name` of the inbox (or `urgent/…`); None if somebody else was faster."""
    urgent = name.startswith(f"{URGENT}/")
    return take(layout, layout.inbox / name, id, urgent=urgent)


def take(layout: Layout, file: Path, id: int, *, urgent: bool) -> Claim | None:
    """Take a file from wherever it lies; None if it is not there any more. Raises OSError."""
    folder = layout.claim(id, urgent=urgent)
    folder.mkdir(exist_ok=True)
    _log.debug("step: folder %s", folder.name)
    target = folder / file.name
    try:
        _take(file, target, layout.service)
    except FileNotFoundError:
        folder.rmdir()
        return None
    except OSError:
        folder.rmdir()
        raise
    _log.debug("step: claimed %s", folder.name)
    return Claim(id, target, urgent)


def _take(file: Path, target: Path, service: str) -> None:
    try:
        file.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        # Unions of file systems: a rename beside itself decides who has it, then it is copied.
        mine = file.with_name(f"{TEMPORARY}{service}-{file.name}")
        file.rename(mine)
        copied(mine, target)


def give_back(layout: Layout) -> None:
    """After a death between the two renames of `_take`: the file gets its name again."""
    mark = f"{TEMPORARY}{layout.service}-"
    for folder in (layout.inbox, layout.urgent):
        for mine in folder.glob(f"{mark}*"):
            with fenced(f"{mine} does not get its name again"):
                mine.rename(mine.with_name(mine.name.removeprefix(mark)))


def claims(layout: Layout) -> Iterator[Claim]:
    """Every file we took, in the order they were taken; folders left without one are removed."""
    return claims_in(layout.work)


def claims_in(work: Path) -> Iterator[Claim]:
    """The same for the folder of any service."""
    found = [
        (int(match[1]), bool(match[2]), folder)
        for folder in work.iterdir()
        if (match := _FOLDER.fullmatch(folder.name)) and not folder.is_symlink()
    ]
    for id, urgent, folder in sorted(found):
        with fenced(f"{folder} cannot be looked into"):
            if (file := _file(folder)) is not None:
                yield Claim(id, file, urgent)


def claimed(layout: Layout, id: int) -> Claim | None:
    """The file of a job; None if somebody took it away."""
    for urgent in (False, True):
        folder = layout.claim(id, urgent=urgent)
        if folder.is_dir() and (file := _file(folder)) is not None:
            return Claim(id, file, urgent)
    return None


def _file(folder: Path) -> Path | None:
    files = []
    for file in folder.iterdir():
        if file.name.startswith(TEMPORARY):  # a copy that was not finished
            file.unlink()
        else:
            files.append(file)
    if not files:
        folder.rmdir()
        return None
    return files[0]


def read(claim: Claim, *, limit: int) -> bytes:
    """The bytes of a claimed file; raises `UnfitError` for what is no plain file of that size."""
    return read_inside(claim.file.parent, _shown(claim.file.name, strict=True), limit=limit)


def job_of(claim: Claim, settings: Settings, now: float, owner: Callable[[str], str | None]) -> Job:
    """The job of a claimed file that arrived `now` (s since 1970).

    owner: the name that a folder under `out` belongs to, if any. A file that cannot be read makes a
    job too: it fails, with the reason, when its turn comes.
    """
    try:
        data = read(claim, limit=settings.largest)
    except (UnfitError, OSError):
        data = b""
    name = _shown(claim.file.name)
    job = Job(
        id=claim.id,
        name=name,
        kind=kind_of(name, data[:256]) or "script",
        content=hashlib.sha256(data).hexdigest(),
        size=len(data),
        arrived=now,
        priority=Priority.URGENT if claim.urgent else _priority(data),
    )
    with suppress(UnfitError):  # its turn will tell
        job = replace(job, target=target(settings, job, owner))
    return job


def unmovable(name: str, id: int, now: float) -> Job:
    """The job of a file in the inbox (or `urgent/…`) that cannot be claimed."""
    folder, _, plain = name.rpartition("/")
    return Job(
        id=id,
        name=_shown(plain),
        kind=kind_of(plain) or "script",
        content=hashlib.sha256(b"").hexdigest(),
        size=0,
        arrived=now,
        priority=Priority.URGENT if folder else Priority.NORMAL,
    )


def _priority(data: bytes) -> Priority:
    head = b"\n".join(data[:65536].split(b"\n", _HEAD)[:_HEAD])
    found = _PRIORITY.search(head)
    return Priority[found[1].decode().upper()] if found else Priority.NORMAL


def _shown(name: str, *, strict: bool = False) -> str:
    """A file's name as text; where it is none, its odd bytes written out."""
    try:
        name.encode()
    except UnicodeEncodeError:
        if strict:
            raise UnfitError("The file's name is no text in UTF-8.", "Rename it.") from None
        return os.fsencode(name).decode("utf-8", "backslashreplace").replace("\\", "·")
    return name
