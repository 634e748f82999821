"""Settings and a renderer -> a folder that is watched: its service, its hooks, and their upkeep.

Both the command line and the node of ComfyUI start one, so what a folder has (settings that are
followed, hooks, results that are kept for a while only) it has wherever it is watched from.
"""

from __future__ import annotations

import logging
import queue
import sqlite3
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from ..event_loop import EventLoop
from ..messages import Message
from ..mistakes import InputError, Place
from .hooks.messenger import Messenger
from .hooks.outbox import Outbox
from .jobs.job import Job
from .jobs.renderer import Renderer
from .retention import forget, sweep
from .service import Service
from .settings.file import SettingsFile
from .settings.hook import MOST
from .settings.layout import state_folder
from .settings.settings import Settings

LOOK = 0.5
"""s between two looks at everything"""
_SWEEP = 3600.0  # s between two sweeps of what is kept for a while
_STUCK = 60.0  # s of pause after which work that was to end by itself is given up
_FOLDERS = ("inbox", "out", "done", "failed", "state")
_RENDERING = ("engine", "voices", "lexicons", "output", "disclosure")
"""Settings that a renderer is made of"""

_log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Supervisor:
    """One folder, from `start` until `close`. `attend` works in between, in any one thread."""

    file: SettingsFile
    override: Callable[[Settings], Settings]
    """The settings of the file with what the shell says put before them."""
    open_renderer: Callable[[Settings], Renderer]
    failures: int = 0
    """Jobs that failed since `start`"""
    service: Service = field(init=False)
    outbox: Outbox = field(init=False)
    _messenger: Messenger = field(init=False)
    _hooks: EventLoop = field(init=False)
    _stops: queue.SimpleQueue[None] = field(default_factory=queue.SimpleQueue)
    _swept: float = -_SWEEP
    _ahead: float | None = None
    """s that the wall clock was ahead of the steady one at the last sweep"""
    _healthy: float = 0.0

    def start(self) -> None:
        """Recover what an earlier process left, and begin. Raises `InputError`."""
        settings = self.override(self.file.current)
        self.outbox = _opened_outbox(settings)
        self._messenger = Messenger(self.outbox, lambda: self.service.settings.hooks)
        self.service = Service(settings, self.open_renderer(settings), on_end=self._ended)
        try:
            self.service.start()
        except BaseException:
            self.service.stop()
            self.outbox.close()
            raise
        self._hooks = EventLoop(self._messenger.run(), "hooks", threads=MOST)

    def attend(self, look: Callable[[], None] = lambda: None, *, once: bool = False) -> str | None:
        """Look after everything until `stop`, with a `look` now and then.

        once: end when all that was there is worked off and delivered; returns why that was given
        up, or None.
        """
        self._healthy = time.monotonic()
        idle = 0
        while True:
            self._follow_settings()
            self._sweep()
            look()
            if once:
                idle = idle + 1 if self._is_idle() else 0
                if idle > 1:  # whoever waits for ends has been notified by now
                    return None
                if obstacle := self._obstacle():
                    return obstacle
            try:
                self._stops.get(timeout=LOOK)
            except queue.Empty:
                continue
            return "Somebody ended it before everything was done." if once else None

    def stop(self) -> None:
        """Have `attend` return; may be called from a signal's handler and from any thread."""
        self._stops.put(None)  # unlike an Event's `set`, safe inside a handler

    def close(self) -> None:
        """End in order: lines under way are finished, what runs goes on with the next start."""
        self._hooks.close()
        self.service.stop()
        self.outbox.close()

    def _ended(self, job: Job) -> None:
        self.failures += job.state == "failed"
        self._messenger.ended(job, self.service.layout.out)
        _log_end(job, self.service)

    def _follow_settings(self) -> None:
        """Take over an edit of the settings; one that cannot be used is logged and left."""
        before = self.file.mistakes
        if self.file.refresh(self._accept):
            _log.info("the settings in %s hold from now on", self.file.path)
        if self.file.mistakes != before:
            for mistake in self.file.mistakes:
                _log.warning("the settings were not taken over: %s", mistake)

    def _accept(self, found: Settings) -> None:
        for folder in _FOLDERS:
            if getattr(self.file.current, folder) != getattr(found, folder):
                what = Message("The folder `{}` changes only when the service starts.", folder)
                raise InputError.at(Place(str(self.file.path)), what, "Start it again.")
        ours, theirs = self.service.settings, self.override(found)
        other = any(getattr(ours, key) != getattr(theirs, key) for key in _RENDERING)
        self.service.apply(theirs, self.open_renderer(theirs) if other else None)

    def _sweep(self) -> None:
        if time.monotonic() - self._swept < _SWEEP:
            return
        self._swept = time.monotonic()
        before, self._ahead = self._ahead, time.time() - _steady()
        try:
            if before is not None and abs(self._ahead - before) > _SWEEP:
                _log.warning("the clock was set: what is kept for a while is kept from now on")
                forget(self.service.layout)
            sweep(self.service.settings, self.service.layout, time.time())
        except OSError as error:
            _log.warning("what was kept long enough cannot be removed: %s", error)

    def _is_idle(self) -> bool:
        """Whether all that was there is worked off and delivered."""
        now = self.service.status()
        under_way = sum(now.counts.get(state, 0) for state in ("queued", "running", "publishing"))
        if now.scanned is None or now.waiting or under_way or self.service.unfiled():
            return False
        try:
            return not (self.service.journal.unnotified(1) or self.outbox.due(time.time()))
        except sqlite3.Error:  # the journal is being opened anew
            return False

    def _obstacle(self) -> str | None:
        """What has kept everything from being worked off for so long that it is given up."""
        obstacle = self.service.status().paused or next(iter(self.service.unfiled()), None)
        if obstacle is None:
            self._healthy = time.monotonic()
        return obstacle if time.monotonic() - self._healthy > _STUCK else None


def _opened_outbox(settings: Settings) -> Outbox:
    """Raises InputError where the state folder cannot be made or written to: a read-only home."""
    try:
        return Outbox(state_folder(settings) / "hooks.sqlite")
    except (OSError, sqlite3.OperationalError) as error:
        what = Message("The state folder {} cannot be used: {}.", state_folder(settings), error)
        remedy = "Write `folders: {state: PATH}` in watch.yaml, a local folder of this user."
        raise InputError.at(Place(str(settings.inbox)), what, remedy) from None


def _steady() -> float:
    """s that nobody sets. Where the system says so, sleep counts: it is no change of the clock."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


def _log_end(job: Job, service: Service) -> None:
    if job.state == "done":
        minutes, seconds = divmod(round(job.seconds), 60)
        made = f"{minutes}:{seconds:02d} in {service.layout.out / job.target}"
        _log.info("done %s: %s", job.name, job.note or made)
        return
    _log.warning("failed %s (%s)", job.name, job.ending)
    for problem in job.problems[:10]:
        _log.warning("  %s", problem)
