"""What all threads of a watched folder share: taking files, giving turns, ending and filing jobs.

Nothing here starts a thread; `service.py` does. The order of the steps is in `recovery.py`.
"""

from __future__ import annotations

import errno
import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ...messages import Message
from ...mistakes import Mistake
from ..files.fence import is_shared
from ..files.mounts import free_space
from ..settings.layout import Layout
from ..settings.settings import Settings
from .claim import Claim, claim, claimed, job_of, take, unmovable
from .filing import filed, put_away, restore
from .job import Ending, Job, Priority
from .journal import Journal
from .renderer import Renderer

_log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Core:
    """One watched folder, while its journal is open. `wall` gives seconds since 1970.

    Every method may be called from any thread, and raises `sqlite3.Error` when the journal is
    unwell.
    """

    settings: Settings
    layout: Layout
    journal: Journal
    renderer: Renderer
    wall: Callable[[], float] = time.time
    stopping: threading.Event = field(default_factory=threading.Event)
    cancelled: set[int] = field(default_factory=set)
    """Jobs under way that somebody does not want any more"""
    unfiled: dict[int, str] = field(default_factory=dict)
    """Why ended jobs could not be filed when that was last tried, by their numbers"""
    last: int = 0
    """The highest number that was given to a job"""
    _numbering: threading.Lock = field(default_factory=threading.Lock)
    _turns: threading.Lock = field(default_factory=threading.Lock)
    _filing: threading.Lock = field(default_factory=threading.Lock)

    def take(self, names: Sequence[str]) -> tuple[list[str], dict[str, OSError]]:
        """Claim complete files of the inbox; returns the names of those that are ours now, and why
        others cannot be moved.

        Raises OSError that is no single file's; what was claimed until then is in the journal all
        the same.
        """
        found: dict[str, Claim] = {}
        unmoved: dict[str, OSError] = {}
        try:
            for name in names:
                try:
                    one = claim(self.layout, name, self._number())
                except OSError as error:
                    if is_shared(error):
                        raise
                    unmoved[name] = error
                    continue
                if one is not None:
                    found[name] = one
        finally:
            self.note(list(found.values()))
        return list(found), unmoved

    def refuse(self, name: str, reason: OSError) -> None:
        """Have a file of the inbox that cannot be moved end as a failed job, with a report."""
        job = unmovable(name, self._number(), self.wall())
        self.journal.add([job])
        what = Message("It cannot be moved out of the inbox: {}.", reason.strerror or reason)
        remedy = "Let the service's user own it, or drop a copy of it."
        self.end(job, "invalid", [job.mistake(what, remedy)])

    def note(self, claims: Sequence[Claim]) -> None:
        """Bring claimed files into the journal."""
        owners: dict[str, str] = {}

        def owner(folder: str) -> str | None:
            return owners.get(folder.casefold()) or self.journal.owner(folder)

        jobs = []
        for one in claims:
            jobs.append(job_of(one, self.settings, self.wall(), owner))
            owners[jobs[-1].target.casefold()] = jobs[-1].name
        self.journal.add(jobs)
        _log.debug("step: journalled %d", len(jobs))

    def next(self) -> Job | None:
        """The job whose turn it is, which runs now; None if there is none."""
        with self._turns:
            return self.journal.next(self.wall())

    def end(
        self, job: Job, ending: Ending, problems: Sequence[Mistake] = (), note: str = ""
    ) -> None:
        """End a job, and file it if that can be done now."""
        self.journal.end(job.id, ending, self.wall(), problems, note)
        _log.debug("step: ended %d", job.id)
        ended = self.journal.get(job.id)
        if ended is not None:
            self._try_to_file(ended)

    def file_all(self) -> None:
        """File what has ended and could not be filed so far."""
        last = 0
        while jobs := self.journal.unfiled(after=last):
            for job in jobs:
                self._try_to_file(job)
            last = jobs[-1].id

    def cancel(self, id: int) -> None:
        """End a job that has not ended. Raises `LookupError`."""
        with self._turns:
            job = self.journal.get(id)
            if job is None or job.ended:
                raise LookupError(f"job {id} is not under way")
            if job.state == "queued":
                self.end(job, "cancelled", [job.mistake("Somebody cancelled it.")])
            else:
                self.cancelled.add(id)

    def retry(self, id: int) -> None:
        """Take the file of a failed job, as it is now, as a new job. Raises `LookupError`."""
        job = self.journal.get(id)
        if job is None or job.state != "failed":
            raise LookupError(f"job {id} has not failed")
        file = filed(job, self.layout)
        urgent = job.priority is Priority.URGENT
        one = take(self.layout, file, self._number(), urgent=urgent) if file else None
        if one is None:
            raise LookupError(f"{job.name} is no longer in {self.layout.failed}")
        self.note([one])
        for report in self.layout.failed.glob(f"{job.name}.report.*"):
            report.unlink(missing_ok=True)

    def trouble(self) -> str | None:
        """Why nothing can be taken or made now, as a sentence; None when all is well."""
        try:
            return self._trouble_of_folders() or self.renderer.trouble()
        except OSError as error:
            return Message("{} cannot be worked on: {}.", self.layout.inbox, error)

    def _trouble_of_folders(self) -> str | None:
        layout = self.layout
        if not layout.work.is_dir():
            return Message("The watched folder {} cannot be reached.", layout.inbox)
        places = (layout.inbox, layout.work, layout.done, layout.failed, layout.out, layout.state)
        for folder in places:
            if folder.exists() and not os.access(folder, os.W_OK | os.X_OK):
                return Message("{} cannot be written to.", folder)
        for folder in (layout.inbox, layout.out, layout.state):
            free = free_space(folder)
            if free is not None and free < self.settings.low_water:
                return Message(
                    "The disk of {} is nearly full: {} MiB are free.", folder, free >> 20
                )
        return None

    def _number(self) -> int:
        with self._numbering:
            self.last += 1
            return self.last

    def _try_to_file(self, job: Job) -> None:
        try:
            self._file(job)
        except OSError as error:
            if job.id not in self.unfiled:
                _log.warning("%s stays in `work` for now: %s", job.name, error)
            self.unfiled[job.id] = f"{job.name} stays in `work`: {error}."
        else:
            self.unfiled.pop(job.id, None)

    def _file(self, job: Job) -> None:
        with self._filing:
            if self.journal.is_filed(job.id):
                return  # by another thread, a moment ago
            if not self.layout.work.is_dir():
                raise FileNotFoundError(errno.ENOENT, "it cannot be reached", str(self.layout.work))
            one = claimed(self.layout, job.id)
            if one is None:
                restore(job, self.layout.private(job.id) / job.name, self.layout)
            put_away(job, one, self.layout)
            self.journal.file(job.id)
        _log.debug("step: noted as filed %d", job.id)
