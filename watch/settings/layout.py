"""Where everything of a watched folder lies.

What people see is in the inbox itself, so that all of it can be a share:

    INBOX/                 drop here; subfolders hold what scripts refer to
    INBOX/urgent/          drop here what shall begin first
    INBOX/work/SERVICE/7/  the file of job 7, taken and not yet ended (7-urgent, if it came there)
    INBOX/work/SERVICE/.alive   touched while the service lives, see `lease.py`
    INBOX/done/            files whose audio is made
    INBOX/failed/          files that failed, each with NAME.report.md and NAME.report.json
    INBOX/out/NAME/        finished files, manifest.json among them
    INBOX/out/.glmtts-SERVICE-7/   the files of job 7, about to get their place

`work` is on the file system of the inbox, because a file is claimed by renaming it; SERVICE names
one service, because several (on several machines) may share an inbox.

The *state* folder is local, because SQLite's locks and shared memory do not work on shares, and
nobody else's, because what is rendered is read from there:

    STATE/lock             held while a service runs
    STATE/service          the name of this service
    STATE/journal.sqlite   what happened to every job (and SQLite's -wal and -shm)
    STATE/jobs/7/          private copies of the file of job 7 and of what it refers to
    STATE/made/7/          what job 7 is making

Deleting the state folder of a stopped service loses the history and no job: its next start has
another name, and gives what lies in `work` under the old one back to the inbox after two minutes.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from pathlib import Path

from ... import machine
from ...atomic import TEMPORARY, write_text
from .settings import Settings

URGENT = "urgent"
OWN = (URGENT, "work", "done", "failed", "out")


def state_folder(settings: Settings) -> Path:
    """Where the journal and the private copies of a watched folder lie."""
    if settings.state is not None:
        return settings.state.absolute()
    inbox = str(settings.inbox.resolve())
    name = hashlib.sha256(inbox.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return machine.state_folder() / "watch" / name


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The folders of one watched folder; absolute paths."""

    inbox: Path
    work: Path
    """Of this service"""
    done: Path
    failed: Path
    out: Path
    state: Path
    service: str
    """Eight hex digits"""

    @classmethod
    def of(cls, settings: Settings) -> Layout:
        """The layout that settings ask for; makes the state folder, and names the service once."""
        inbox = settings.inbox.absolute()
        state = state_folder(settings)
        name = state / "service"
        if not name.is_file():
            write_text(name, uuid.uuid4().hex[:8] + "\n")
        service = name.read_text("utf-8").strip()
        return cls(
            inbox=inbox,
            work=inbox / "work" / service,
            done=(settings.done or inbox / "done").absolute(),
            failed=(settings.failed or inbox / "failed").absolute(),
            out=(settings.out or inbox / "out").absolute(),
            state=state,
            service=service,
        )

    @property
    def journal(self) -> Path:
        return self.state / "journal.sqlite"

    @property
    def urgent(self) -> Path:
        return self.inbox / URGENT

    def make(self) -> None:
        """Make the folders that are missing; the inbox itself has to be there."""
        for folder in (self.urgent, self.work.parent, self.work):
            folder.mkdir(exist_ok=True)
        for folder in (self.done, self.failed, self.out):
            # Never the inbox itself: it may be a share that is away.
            folder.mkdir(exist_ok=True, parents=not folder.is_relative_to(self.inbox))

    def claim(self, id: int, *, urgent: bool) -> Path:
        """The folder in `work` for the file of a job."""
        return self.work / (f"{id}-{URGENT}" if urgent else str(id))

    def private(self, id: int) -> Path:
        """Where the private copies of a job lie."""
        return self.state / "jobs" / str(id)

    def made(self, id: int) -> Path:
        """Where the files of a job are made: not on a share, which may go away any time."""
        return self.state / "made" / str(id)

    def stage(self, id: int) -> Path:
        """Where the files of a job wait for their place: on the file system of `out`."""
        return self.out / f"{TEMPORARY}{self.service}-{id}"
