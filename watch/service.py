"""A watched folder -> its jobs, rendered and published one after the other: the threads of it.

One thread looks at the inbox, `Settings.jobs` threads render, one tells whoever waits for ends.
When the journal is unwell (locked, full, damaged) all of them end, and the first brings everything
up again as after a crash, as often as it takes.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from ..atomic import InUseError, exclusive
from ..mistakes import InputError, Place
from .core import Core
from .deaths import Witness
from .filing import filed
from .intake import Intake, Seen
from .job import Job, State
from .journal import Journal, Throughput
from .layout import Layout
from .mounts import file_system, network
from .recovery import recover, tidy
from .renderer import Renderer
from .run import run
from .settings import Settings

AGAIN = 1.0
"""s between two tries to bring things up"""
_BREATH = 0.2  # s between two looks, however many events there are
_TRIM = 500  # ends after which the journal is trimmed

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A service at one moment; the jobs themselves are in its journal."""

    paused: str | None
    """Why nothing is taken or begun: a sentence; None when all is well."""
    watching: str
    """How the inbox is watched: "events" or "poll"."""
    waiting: int
    """Files in the inbox that are not yet taken"""
    ignored: tuple[str, ...]
    """Some of the files there that are no jobs"""
    free: int | None
    """bytes on the disk of `out`; None where nobody can say"""
    counts: dict[State, int]
    throughput: Throughput
    since: float
    """When it began, seconds since 1970"""
    scanned: float | None
    """When the inbox was last read"""


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
        self._stop, self._bell, self._ended = (threading.Event() for _ in range(3))
        self._held = ExitStack()
        self._turn = threading.Condition()
        self._thread: threading.Thread | None = None
        self._layout: Layout | None = None
        self._witness: Witness | None = None
        self._core: Core | None = None
        self._journal: Journal | None = None
        self._retired: list[Renderer] = []
        self._damaged = False
        self._inbox: tuple[int, int] | None = None  # device and inode
        self._paused: str | None = None
        self._seen = Seen()
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
            what = f"The state folder cannot be used: {error}."
            raise InputError.at(place, what, "Make room, or choose another `state`.") from None
        kind = file_system(layout.state)
        if network(kind):
            self._held.close()
            what = f"The journal cannot lie in {layout.state}, on a network drive ({kind})."
            raise InputError.at(place, what, "Choose a `state` folder on a local disk.")
        self._witness = Witness(layout.state)
        self._since = self._wall()
        self._bring_up(self._witness.evidence())
        with suppress(OSError):  # a full disk: then nobody is blamed
            self._witness.watch()
        self._thread = threading.Thread(target=self._live, name="watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the lines under way and end; what runs goes on with the next `start`."""
        if self._witness is not None:
            self._witness.close()
        self._stop.set()
        if self._core is not None:
            self._core.stopping.set()
        self._ring()
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
            paused=self._paused,
            watching=self._seen.watching,
            waiting=self._seen.waiting,
            ignored=self._seen.ignored,
            free=_free(self.layout.out),
            counts=self._counts,
            throughput=self._throughput,
            since=self._since,
            scanned=self._seen.scanned,
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
        if self._core is not None:
            self._core.settings, self._core.renderer = self._settings, self._renderer
        self._ring()

    def cancel(self, id: int) -> None:
        """End a job that has not ended; its file goes to `failed`. Raises `LookupError`."""
        self._working().cancel(id)
        self._ring()

    def retry(self, id: int) -> None:
        """Take the file of a failed job, as it is now, as a new job. Raises `LookupError`."""
        self._working().retry(id)
        self._ring()

    # --- bringing up and tearing down

    def _working(self) -> Core:
        core = self._core
        if core is None:
            raise sqlite3.OperationalError(self._paused or "the journal is closed")
        return core

    def _live(self) -> None:
        while not self._stop.is_set():
            if self._core is None and not self._bring_up(0):
                self._stop.wait(AGAIN)
                continue
            assert self._core is not None
            self._work(self._core)
            journal, self._core = self._core.journal, None
            journal.close()

    def _bring_up(self, evidence: int) -> bool:
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
                recover(core, evidence=evidence)
            except BaseException:
                self._journal.close()
                raise
            status = layout.inbox.stat()
        except (sqlite3.Error, OSError) as error:
            self._pause(f"{layout.inbox} cannot be worked on: {error}.")
            return False
        self._inbox = (status.st_dev, status.st_ino)
        self._core = core
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

    def _fail(self, core: Core, error: sqlite3.Error) -> None:
        """End all threads of a core, for its journal is unwell."""
        if not core.stopping.is_set():
            self._damaged = not isinstance(error, sqlite3.OperationalError)
            self._pause(f"The journal cannot be written: {error}.")
        core.stopping.set()
        self._ring()

    def _pause(self, reason: str | None) -> None:
        if reason != self._paused:
            if reason:
                _log.warning("paused: %s", reason)
            else:
                _log.warning("going on")
        self._paused = reason

    def _ring(self) -> None:
        self._bell.set()
        self._ended.set()
        self._next_turn()

    def _next_turn(self) -> None:
        with self._turn:
            self._turn.notify_all()

    # --- the threads

    def _work(self, core: Core) -> None:
        """Look at the inbox until the service or its journal ends; the other threads with it."""
        threads: list[threading.Thread] = []
        intake = Intake(core, self._clock, self._bell, self._seen)
        self._begin(threads, self._tell, core)
        try:
            while not core.stopping.is_set() and not self._stop.is_set():
                while len(threads) - 1 < core.settings.jobs:
                    self._begin(threads, self._render, core, len(threads) - 1)
                self._bell.clear()
                self._tick(core, intake)
                self._bell.wait(intake.wait())
                core.stopping.wait(_BREATH)
        finally:
            core.stopping.set()
            self._ring()
            for thread in threads:
                thread.join()
            intake.close()

    def _begin(
        self, threads: list[threading.Thread], work: Callable[..., None], *arguments: object
    ) -> None:
        thread = threading.Thread(
            target=work, args=arguments, name=f"watch{work.__name__}", daemon=True
        )
        threads.append(thread)
        thread.start()

    def _tick(self, core: Core, intake: Intake) -> None:
        """One look at everything."""
        try:
            if not core.layout.work.is_dir() and self._is_ours(core.layout.inbox):
                core.layout.make()
            trouble = core.trouble()
            if trouble is None:
                core.layout.make()
                if self._paused is not None:
                    tidy(core)
                core.file_all()
                intake.take(self._next_turn)
            self._pause(trouble)
            self._close_retired(core)
        except sqlite3.Error as error:
            self._fail(core, error)
        except OSError as error:
            self._pause(f"{core.layout.inbox} cannot be worked on: {error}.")

    def _is_ours(self, inbox: Path) -> bool:
        """Whether it is the folder we began with, and not, say, where a share was mounted."""
        try:
            status = inbox.stat()
        except OSError:
            return False
        return (status.st_dev, status.st_ino) == self._inbox

    def _close_retired(self, core: Core) -> None:
        if self._retired and not core.journal.running():
            for renderer in self._retired:
                renderer.close()
            self._retired.clear()

    def _render(self, core: Core, index: int) -> None:
        while not core.stopping.is_set():
            job = None
            try:
                if self._paused is None and index < core.settings.jobs:
                    job = core.next()
                if job is not None:
                    run(core, job)
                    self._ended.set()
            except sqlite3.Error as error:
                self._fail(core, error)
            if job is None:
                with self._turn:
                    self._turn.wait(0.5)

    def _tell(self, core: Core) -> None:
        """Tell of ends, each at least once, and keep the journal short."""
        told, pause = 0, 0.0
        while not core.stopping.wait(pause):
            self._ended.clear()
            try:
                for job in core.journal.untold():
                    self._on_end(job)
                    core.journal.tell(job.id)
                    told += 1
                if told >= _TRIM:
                    core.journal.trim(core.settings.remember)
                    told = 0
                pause = 0.0
            except sqlite3.Error as error:
                self._fail(core, error)
            except Exception:  # noqa: BLE001
                # It is the listener's, and must not end the watching.
                _log.exception("whoever waits for ends could not be told; they are told again")
                pause = min(60.0, 2 * pause + 0.5)
            self._ended.wait(0.5)


def _free(folder: Path) -> int | None:
    import shutil

    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None
