"""A watched folder -> its jobs, rendered and published: what starts, stops and is asked.

When the journal is unwell (locked, full, damaged) the work ends, and everything is brought up again
as after a crash, as often as it takes.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path

from ..atomic import InUseError, exclusive
from ..messages import Message
from ..mistakes import InputError, Place
from .files.mounts import file_system, free_space, network
from .jobs.core import Core
from .jobs.crash_evidence import CrashEvidence
from .jobs.filing import filed
from .jobs.job import Job, State
from .jobs.journal import Journal, Throughput
from .jobs.recovery import recover
from .jobs.renderer import Renderer
from .jobs.status import Now, Status
from .settings.layout import Layout
from .settings.settings import Settings
from .worker_pool import WorkerPool

AGAIN = 1.0
"""s between two tries to bring things up"""

_log = logging.getLogger(__name__)


class Service:
    """One watched folder. Threads begin with `start` and have ended when `stop` returns.

    clock: never goes back; wall: seconds since 1970.
    """

    def __init__(
        self,
        settings: Settings,
        renderer: Renderer,
        *,
        on_end: Callable[[Job], None] = lambda job: None,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """`on_end` is called at least once for every job that ended and was filed, also for those
        that a dead process could not tell of; a job it raises for is told again."""
        self._settings, self._renderer, self._on_end = settings, renderer, on_end
        self._clock, self._wall = clock, wall
        self._stop = threading.Event()
        self._held = ExitStack()
        self._thread: threading.Thread | None = None
        self._layout: Layout | None = None
        self._crash_evidence: CrashEvidence | None = None
        self._journal: Journal | None = None
        self._pool: WorkerPool | None = None
        self._retired: list[Renderer] = []
        self._damaged = False
        self._evidence = 0
        self._now = Now()
        self._since = 0.0
        self._counts: dict[State, int] = {}
        self._throughput = Throughput(0.0, 0, 0, 0.0)

    @property
    def journal(self) -> Journal:
        """The journal; its methods raise `sqlite3.Error` while `status` says why."""
        assert self._journal is not None, "the service was started"
        return self._journal

    @property
    def settings(self) -> Settings:
        return self._settings

    @property
    def layout(self) -> Layout:
        """Where everything lies; makes the state folder when first asked."""
        if self._layout is None:
            self._layout = Layout.of(self._settings)
        return self._layout

    def source(self, id: int) -> Path | None:
        """Where the file of an ended job lies now; None if it is gone. Raises `LookupError`."""
        job = self.journal.get(id)
        if job is None or not job.ended:
            raise LookupError(f"job {id} has not ended")
        return filed(job, self.layout)

    def unfiled(self) -> list[str]:
        """Why files of ended jobs are still in `work`, a sentence each."""
        pool = self._pool
        return list(pool.core.unfiled.values()) if pool else []

    def start(self) -> None:
        """Recover what an earlier process left, and begin. Raises `InputError`."""
        place = Place(str(self._settings.inbox))
        if not self._settings.inbox.is_dir():
            raise InputError.at(place, "There is no such folder.", "Make it, or check the path.")
        try:
            layout = self.layout
            self._held.enter_context(exclusive(layout.state / "lock"))
        except InUseError:
            what = "Another service is watching this folder, or has the same state folder."
            raise InputError.at(place, what, "Stop it first.") from None
        except OSError as error:
            what = Message("The state folder cannot be used: {}.", error)
            raise InputError.at(place, what, "Make room, or choose another `state`.") from None
        kind = file_system(layout.state)
        if network(kind):
            self._held.close()
            what = Message(
                "The journal cannot lie in {}, on a network drive ({}).", layout.state, kind
            )
            raise InputError.at(place, what, "Choose a `state` folder on a local disk.")
        self._crash_evidence = CrashEvidence(layout.state)
        self._since = self._wall()
        self._evidence = self._crash_evidence.strength()
        self._bring_up()
        with suppress(OSError):  # a full disk: then nobody is blamed
            self._crash_evidence.watch()
        self._thread = threading.Thread(target=self._live, name="watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the lines under way and end; what runs goes on with the next `start`."""
        if self._crash_evidence is not None:
            self._crash_evidence.close()
        self._stop.set()
        if (pool := self._pool) is not None:
            pool.core.stopping.set()
            pool.ring()
        if self._thread is not None:
            self._thread.join()
        self._held.close()
        for renderer in (*self._retired, self._renderer):
            renderer.close()

    def status(self) -> Status:
        """How things are; never fails."""
        now = self._wall()
        with suppress(sqlite3.Error, AssertionError):
            self._counts = self.journal.counts()
            self._throughput = self.journal.throughput(now)
        return Status(
            paused=self._now.paused,
            watching=self._now.watching,
            waiting=self._now.waiting,
            ignored=self._now.ignored,
            free=free_space(self.layout.out),
            counts=self._counts,
            throughput=self._throughput,
            since=self._since,
            scanned=self._now.scanned,
        )

    def apply(self, settings: Settings, renderer: Renderer | None = None) -> None:
        """Go on with other settings; the folders stay. Jobs under way keep their renderer."""
        ours = self._settings
        self._settings = replace(
            settings, inbox=ours.inbox, out=ours.out, done=ours.done, failed=ours.failed,
            state=ours.state,
        )  # fmt: skip
        if renderer is not None:
            self._retired.append(self._renderer)
            self._renderer = renderer
        if (pool := self._pool) is not None:
            pool.core.settings, pool.core.renderer = self._settings, self._renderer
            pool.ring()

    def cancel(self, id: int) -> None:
        """End a job that has not ended; its file goes to `failed`. Raises `LookupError`."""
        pool = self._working()
        pool.core.cancel(id)
        pool.ring()

    def retry(self, id: int) -> None:
        """Take the file of a failed job, as it is now, as a new job. Raises `LookupError`."""
        pool = self._working()
        pool.core.retry(id)
        pool.ring()

    # --- bringing up and tearing down

    def _working(self) -> WorkerPool:
        pool = self._pool
        if pool is None:
            raise sqlite3.OperationalError(self._now.paused or "the journal is closed")
        return pool

    def _live(self) -> None:
        while not self._stop.is_set():
            if self._pool is None and not self._bring_up():
                self._stop.wait(AGAIN)
                continue
            assert self._pool is not None
            if self._stop.is_set():  # while it was brought up
                self._pool.core.stopping.set()
            self._pool.work()
            pool, self._pool = self._pool, None
            self._damaged = pool.damaged
            pool.core.journal.close()

    def _bring_up(self) -> bool:
        """Open the journal and recover; whether that worked, or else why it did not is told."""
        layout = self.layout
        try:
            self._journal = self._opened(layout.journal)
            core = Core(
                settings=self._settings,
                layout=layout,
                journal=self._journal,
                renderer=self._renderer,
                wall=self._wall,
            )
            try:
                recover(core, evidence=self._evidence)
            except BaseException:
                self._journal.close()
                raise
            status = layout.inbox.stat()
        except (sqlite3.Error, OSError) as error:
            self._now.pause(f"{layout.inbox} cannot be worked on: {error}.")
            return False
        self._evidence = 0
        self._pool = WorkerPool(
            core=core,
            now=self._now,
            inbox=(status.st_dev, status.st_ino),
            clock=self._clock,
            on_end=self._on_end,
            retired=self._retired,
        )
        return True

    def _opened(self, path: Path) -> Journal:
        """The journal; a damaged one is put aside, and the folders tell what is to be done."""
        if not self._damaged:
            try:
                return Journal(path)
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError as error:
                _log.error("the journal is damaged: %s", error)
        aside = f"damaged-{int(self._wall())}"
        for suffix in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                path.with_name(path.name + suffix).rename(path.with_name(f"{aside}.sqlite{suffix}"))
        _log.error("a new journal is begun; the old one is %s.sqlite", aside)
        self._damaged = False
        return Journal(path)
