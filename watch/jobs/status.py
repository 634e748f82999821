"""How a service is doing: what its threads note while they work, and what others are told of it."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from .job import State
from .journal import Throughput

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Now:
    """What the threads of a service note; it outlives a journal that is opened anew."""

    paused: str | None = None
    """Why nothing is taken or begun"""
    watching: str = "poll"
    waiting: int = 0
    ignored: tuple[str, ...] = ()
    scanned: float | None = None

    def pause(self, reason: str | None) -> None:
        """Note why nothing is done, or that all is well; changes are logged."""
        if reason != self.paused:
            _log.warning("paused: %s" if reason else "going on%s", reason or "")
        self.paused = reason


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
