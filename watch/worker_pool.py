"""A core -> its jobs done, one after the other: the threads that work on it until it is stopped.

The caller's thread looks at the inbox, `Settings.jobs` threads render, one tells whoever waits for
ends. When the journal is unwell (locked, full, damaged) all of them end.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from .intake.intake import Intake
from .jobs.attempt import attempt
from .jobs.core import Core
from .jobs.job import Job
from .jobs.recovery import tidy
from .jobs.renderer import Renderer
from .jobs.status import Now

_BREATH = 0.2  # s between two looks, however many events there are
_IDLE = 0.5  # s between two looks at the journal
_TRIM = 500  # ends after which the journal is trimmed
_LONGEST = 60.0  # s after which somebody who could not be told is told again

_log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class WorkerPool:
    """One stretch of work. `clock` never goes back."""

    core: Core
    now: Now
    inbox: tuple[int, int]
    """Device and inode of the folder as we know it"""
    clock: Callable[[], float]
    on_end: Callable[[Job], None]
    retired: list[Renderer]
    """Renderers that jobs under way may still be using"""
    damaged: bool = False
    """Whether it ended because the journal cannot be trusted any more"""
    _bell: threading.Event = field(default_factory=threading.Event)
    _ended: threading.Event = field(default_factory=threading.Event)
    _turn: threading.Condition = field(default_factory=threading.Condition)

    def work(self) -> None:
        """Do what there is to do until the core is stopped or its journal is unwell."""
        core = self.core
        intake = Intake(core, self.clock, self._bell, self.now)
        threads: list[threading.Thread] = []
        self._begin(threads, self._notify)
        try:
            while not core.stopping.is_set():
                while len(threads) - 1 < core.settings.jobs:
                    self._begin(threads, self._render, len(threads) - 1)
                self._bell.clear()
                self._look(intake)
                self._bell.wait(intake.wait())
                core.stopping.wait(_BREATH)
        finally:
            core.stopping.set()
            self.ring()
            for thread in threads:
                thread.join()
            intake.close()

    def ring(self) -> None:
        """Wake every thread: something may have changed."""
        self._bell.set()
        self._ended.set()
        self._next_turn()

    def _begin(
        self, threads: list[threading.Thread], work: Callable[..., None], *arguments: int
    ) -> None:
        # Daemons: a program that ends without `stop` must not be kept alive by them.
        thread = threading.Thread(target=work, args=arguments, name="watch", daemon=True)
        threads.append(thread)
        thread.start()

    def _next_turn(self) -> None:
        with self._turn:
            self._turn.notify_all()

    def _fail(self, error: sqlite3.Error) -> None:
        if not self.core.stopping.is_set():
            # SQLite's own word for a file that is torn; all else may pass.
            self.damaged = type(error) is sqlite3.DatabaseError
            self.now.pause(f"The journal cannot be written: {error}.")
        self.core.stopping.set()
        self.ring()

    def _look(self, intake: Intake) -> None:
        """One look at everything."""
        core = self.core
        try:
            if not core.layout.work.is_dir() and self._is_ours():
                core.layout.make()
            trouble = core.trouble()
            if trouble is None:
                core.layout.make()
                if self.now.paused is not None:
                    tidy(core)
                core.file_all()
                intake.take(self._next_turn)
            self.now.pause(trouble)
            self._close_retired()
        except sqlite3.Error as error:
            self._fail(error)
        except OSError as error:
            self.now.pause(f"{core.layout.inbox} cannot be worked on: {error}.")
        except Exception:  # noqa: BLE001 - whatever a file's name or date brings about
            _log.exception("the inbox cannot be looked at")
            self.now.pause("An error of this program, see its log.")

    def _is_ours(self) -> bool:
        """Whether it is the folder we began with, and not, say, where a share was mounted."""
        try:
            status = self.core.layout.inbox.stat()
        except OSError:
            return False
        return (status.st_dev, status.st_ino) == self.inbox

    def _close_retired(self) -> None:
        if self.retired and not self.core.journal.running():
            for renderer in self.retired:
                renderer.close()
            self.retired.clear()

    def _render(self, index: int) -> None:
        core = self.core
        while not core.stopping.is_set():
            job = None
            try:
                if self.now.paused is None and index < core.settings.jobs:
                    job = core.next()
                if job is not None:
                    attempt(core, job)
                    self._ended.set()
            except sqlite3.Error as error:
                self._fail(error)
            if job is None:
                with self._turn:
                    self._turn.wait(_IDLE)

    def _notify(self) -> None:
        """Tell of ends, each at least once, and keep the journal short."""
        journal = self.core.journal
        count, pause = 0, 0.0
        while not self.core.stopping.wait(pause):
            self._ended.clear()
            failed = False
            try:
                for job in journal.unnotified():
                    failed |= not self._is_notified(job)
                    count += 1
                if count >= _TRIM:
                    journal.trim(self.core.settings.remember)
                    count = 0
            except sqlite3.Error as error:
                self._fail(error)
            pause = min(_LONGEST, 2 * pause + _IDLE) if failed else 0.0
            self._ended.wait(_IDLE)

    def _is_notified(self, job: Job) -> bool:
        try:
            self.on_end(job)
        except Exception:  # noqa: BLE001
            # It is the listener's, and must end neither the watching nor what comes after it.
            _log.exception("the end of job %d could not be told; that is tried again", job.id)
            return False
        self.core.journal.notified(job.id)
        return True
