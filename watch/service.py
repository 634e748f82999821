"""A watched folder -> its jobs, rendered and published one after the other: the threads of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from .job import Job, State
from .journal import Journal, Throughput
from .renderer import Renderer
from .settings import Settings


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
    """bytes on the disk of `out`"""
    counts: dict[State, int]
    throughput: Throughput
    since: float
    """When it began, seconds since 1970"""
    scanned: float | None
    """When the inbox was last read"""


class Service:
    """One watched folder. Threads begin with `start` and have ended when `stop` returns."""

    def __init__(
        self,
        settings: Settings,
        renderer: Renderer,
        *,
        on_end: Callable[[Job], None] = lambda job: None,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None: ...

    @property
    def journal(self) -> Journal: ...

    @property
    def settings(self) -> Settings: ...

    def start(self) -> None:
        """Recover what an earlier process left, then work. Raises `InputError`, `InUseError`."""

    def stop(self) -> None:
        """Finish the lines under way and end; what runs goes on with the next `start`."""

    def status(self) -> Status: ...

    def apply(self, settings: Settings, renderer: Renderer | None = None) -> None:
        """Go on with other settings; the folders stay. Jobs under way keep the renderer they have."""

    def cancel(self, id: int) -> None:
        """End a job that has not ended; its file goes to `failed`. Raises `LookupError`."""

    def retry(self, id: int) -> None:
        """Take the file of a failed job, as it is now, as a new job. Raises `LookupError`."""
