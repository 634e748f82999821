"""The run of `glmtts watch`: the service, its page, its hooks and its settings, until a signal."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ..mistakes import InputError, Place
from .errors import show_failure
from .watch_display import display

if TYPE_CHECKING:
    from ..watch.hooks.outbox import Outbox
    from ..watch.jobs.job import Job
    from ..watch.jobs.renderer import Renderer
    from ..watch.page.server import Address
    from ..watch.service import Service
    from ..watch.settings.file import SettingsFile
    from ..watch.settings.settings import Settings

_LOOK = 0.5  # s between two looks at everything
_SWEEP = 3600.0  # s between two sweeps of what is kept for a while
_STOP = 9.0  # s that the lines under way may take to end; whoever stops a service waits for 10
_STUCK = 60.0  # s of pause after which `--once` gives up
_FOLDERS = ("inbox", "out", "done", "failed", "state")

_log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Watching:
    """One run. It ends by a signal, or when everything is worked off if that was asked for."""

    file: SettingsFile
    chosen: Callable[[Settings], Settings]
    """The settings of the file with what the command line says put before them."""
    open_renderer: Callable[[Settings], Renderer]
    engine: str | None
    """How people call what speaks; None: as the settings do."""
    address: Address | None
    token: str | None
    once: bool
    _failed: int = 0
    _stop: asyncio.Event = field(default_factory=asyncio.Event)
    _swept: float = -_SWEEP
    _healthy: float = field(default_factory=time.monotonic)

    def run(self) -> int:
        """Work; returns the exit code. Raises `InputError` before anything was begun."""
        return asyncio.run(self._run())

    async def _run(self) -> int:
        from ..watch.hooks.messenger import Messenger
        from ..watch.hooks.outbox import Outbox
        from ..watch.service import Service

        settings = self.chosen(self.file.current)
        service: Service
        outbox = Outbox(_state(settings) / "hooks.sqlite")
        messenger = Messenger(outbox, lambda: service.settings.hooks)

        def ended(job: Job) -> None:
            self._failed += job.state == "failed"
            messenger.ended(job, service.layout.out)
            _tell(job, service)

        service = Service(settings, self.open_renderer(settings), on_end=ended)
        self._listen()
        try:
            await asyncio.to_thread(service.start)
            async with AsyncExitStack() as stack:
                url = await self._open_page(stack, service, outbox)
                telling = asyncio.create_task(messenger.run())
                _log.info("watching %s (%s)%s", settings.inbox, self._speaker(service), url)
                with display(service, self._speaker(service)) as show:
                    over = await self._look_on(service, outbox, show)
                telling.cancel()
                await asyncio.gather(telling, return_exceptions=True)
        finally:
            await _stopped(service)
            outbox.close()
        return over

    async def _open_page(self, stack: AsyncExitStack, service: Service, outbox: Outbox) -> str:
        if self.address is None:
            return ""
        from ..watch.page.context import Desk
        from ..watch.page.server import serving

        desk = Desk(
            service=service,
            engine=lambda: self._speaker(service),
            settings=self.file,
            outbox=outbox,
        )
        url = await stack.enter_async_context(serving(desk, self.address, self.token))
        return f", status at {url}"

    def _speaker(self, service: Service) -> str:
        return self.engine or service.settings.engine.engine

    async def _look_on(self, service: Service, outbox: Outbox, show: Callable[[], None]) -> int:
        """Follow the settings and show how things are until the end; returns the exit code."""
        quiet = 0
        while not self._stop.is_set():
            await asyncio.to_thread(self._follow, service)
            await asyncio.to_thread(self._sweep, service)
            show()
            if self.once:
                quiet = quiet + 1 if await asyncio.to_thread(_idle, service, outbox) else 0
                if quiet > 1:  # whoever waits for ends has been told by now
                    return int(self._failed > 0)
                if self._stuck(service):
                    show_failure(f"Given up: {service.status().paused}")
                    return 1
            try:
                await asyncio.wait_for(self._stop.wait(), _LOOK)
            except asyncio.TimeoutError:
                continue
        return 0

    def _follow(self, service: Service) -> None:
        """Take over an edit of the settings; one that cannot be used is told of and left."""
        before = self.file.mistakes

        def accept(found: Settings) -> None:
            ours, theirs = service.settings, self.chosen(found)
            for folder in _FOLDERS:
                if getattr(self.file.current, folder) != getattr(found, folder):
                    what = f"The folder `{folder}` changes only when the service starts."
                    raise InputError.at(Place(str(self.file.path)), what, "Start it again.")
            service.apply(theirs, self.open_renderer(theirs) if _sounds(ours, theirs) else None)

        if self.file.refresh(accept):
            _log.info("the settings in %s hold from now on", self.file.path)
        if self.file.mistakes != before:
            for mistake in self.file.mistakes:
                _log.warning("the settings were not taken over: %s", mistake)

    def _sweep(self, service: Service) -> None:
        from ..watch.retention import sweep

        if time.monotonic() - self._swept < _SWEEP:
            return
        self._swept = time.monotonic()
        try:
            sweep(service.settings, service.layout, time.time())
        except OSError as error:
            _log.warning("what was kept long enough cannot be removed: %s", error)

    def _stuck(self, service: Service) -> bool:
        if service.status().paused is None:
            self._healthy = time.monotonic()
        return time.monotonic() - self._healthy > _STUCK

    def _listen(self) -> None:
        """End in order on SIGINT, SIGTERM and Windows' Ctrl-Break."""
        loop = asyncio.get_running_loop()

        def stop(_number: int, _frame: object) -> None:
            loop.call_soon_threadsafe(self._stop.set)

        for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, stop)


def _state(settings: Settings) -> Path:
    from ..watch.settings.layout import state_folder

    return state_folder(settings)


def _sounds(one: Settings, other: Settings) -> bool:
    """Whether two settings need different renderers."""
    return any(
        getattr(one, key) != getattr(other, key)
        for key in ("engine", "voices", "lexicons", "output")
    )


def _idle(service: Service, outbox: Outbox) -> bool:
    """Whether all that was there is worked off and told."""
    now = service.status()
    under_way = now.counts.get("queued", 0) + now.counts.get("running", 0)
    return (
        now.scanned is not None
        and not now.waiting
        and not under_way
        and not now.counts.get("publishing", 0)
        and not service.journal.untold(1)
        and not outbox.due(time.time())
    )


def _tell(job: Job, service: Service) -> None:
    if job.state == "done":
        minutes, seconds = divmod(round(job.seconds), 60)
        made = f"{minutes}:{seconds:02d} in {service.layout.out / job.target}"
        _log.info("done %s: %s", job.name, job.note or made)
        return
    _log.warning("failed %s (%s)", job.name, job.ending)
    for problem in job.problems[:10]:
        _log.warning("  %s", problem)


async def _stopped(service: Service) -> None:
    """Stop; whatever does not end in time is cut off, and done again by the next start."""
    _log.info("ending; what is not finished goes on with the next start")
    stopping = asyncio.create_task(asyncio.to_thread(service.stop))
    done, _ = await asyncio.wait({stopping}, timeout=_STOP)
    if not done:
        _log.warning("a line takes too long to end; the next start speaks it again")
        logging.shutdown()
        os._exit(0)
    stopping.result()
