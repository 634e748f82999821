"""A job whose turn it is -> a private copy of its file, and whether the file is still the same."""

from __future__ import annotations

import hashlib
import logging
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ...documents.findings import UnfitError
from .claim import claimed, read
from .core import Core
from .job import Job
from .outcome import UnsettledError, WithdrawnError
from .renderer import Order
from .snapshot import Snapshot

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Source:
    """The file of a job under way."""

    core: Core
    job: Job
    copy: Path

    def order(self) -> Order:
        """What a renderer is given of it."""
        layout, settings = self.core.layout, self.core.settings
        snapshot = Snapshot(
            folder=layout.private(self.job.id),
            inbox=layout.inbox,
            roots=settings.roots,
            limit=settings.largest_asset,
            settle=settings.settle,
        )
        previous = layout.out / self.job.target
        return Order(kind=self.job.kind, source=self.copy, previous=previous, snapshot=snapshot)

    def check_unchanged(self) -> None:
        """Raise `UnsettledError` or `WithdrawnError` if the file has changed or gone meanwhile."""
        with suppress(UnfitError):
            _read(self.core, self.job)


def private_copy(core: Core, job: Job) -> Source:
    """Copy the file of a job to where nobody else writes.

    Raises `UnfitError` for what may not be read, and as `check_unchanged`.
    """
    name, data = _read(core, job)
    private = core.layout.private(job.id)
    shutil.rmtree(private, ignore_errors=True)
    private.mkdir(parents=True)
    copy = private / name
    copy.write_bytes(data)
    return Source(core, job, copy)


def _read(core: Core, job: Job) -> tuple[str, bytes]:
    """The name and bytes of a job's file, if they are what the journal knows of it."""
    one = claimed(core.layout, job.id)
    if one is None:
        raise WithdrawnError
    data = read(one, limit=core.settings.largest)
    content = hashlib.sha256(data).hexdigest()
    if content != job.content:
        _log.info("%s was still being written: it is taken again", job.name)
        core.journal.changed(job.id, content, len(data))
        raise UnsettledError
    return one.file.name, data
