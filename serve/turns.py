"""Lines that people wait for -> threads that speak them, in the order they came; too many: 429."""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

from ..progress import Cancel
from .failure import Failure

T = TypeVar("T")

_USUAL = 2.0  # s a line takes before any was spoken
_SMOOTH = 0.1  # share of the newest line in the mean
_END = object()


class GoneError(Exception):
    """Whoever wanted the line has gone, or it took too long."""


class Turns:
    """So many lines at once, so many more waiting."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._at_once, self._waiting = at_once, waiting
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="line")
        self._open = 0
        self._usual = _USUAL

    @property
    def speaking(self) -> int:
        return min(self._open, self._at_once)

    @property
    def waiting(self) -> int:
        return max(0, self._open - self._at_once)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Turn]:
        """A place in the queue. Raises `Failure` (429) where there is none."""
        if self._open >= self._at_once + self._waiting:
            after = max(1, math.ceil(self._usual * self._open / self._at_once))
            raise Failure(
                429,
                f"{self._waiting} lines are waiting already. Try again in {after} s.",
                kind="rate_limit_error",
                code="queue_full",
                headers={"Retry-After": str(after)},
            )
        self._open += 1
        began = time.monotonic()
        turn = Turn(self._pool)
        try:
            yield turn
            spent = (time.monotonic() - began) / max(1.0, self._open / self._at_once)
            self._usual += _SMOOTH * (spent - self._usual)
        finally:
            turn.gone.set()
            self._open -= 1

    def close(self) -> None:
        """End the threads once what they speak is cancelled."""
        self._pool.shutdown(cancel_futures=True)


class Turn:
    """One line's threads."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self.gone = threading.Event()
        self._pool = pool

    @property
    def cancel(self) -> Cancel:
        """Ends the work once whoever wanted it has gone."""

        def check() -> None:
            if self.gone.is_set():
                raise GoneError

        return check

    async def run(self, work: Callable[[], T]) -> T:
        """The result of some work in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    @asynccontextmanager
    async def pulled(self, parts: Iterator[T]) -> AsyncIterator[AsyncIterator[T]]:
        """The parts of a generator as they are asked for; it is closed at the end, in a thread."""
        source = _Source(parts)
        try:
            yield self._pulling(source)
        finally:
            self.gone.set()
            self._pool.submit(source.close)

    async def _pulling(self, source: _Source[T]) -> AsyncIterator[T]:
        while True:
            part = await self.run(source.next)
            if part is _END:
                return
            yield part  # type: ignore[misc]


class _Source(Generic[T]):
    """A generator that several threads may use, one after the other."""

    def __init__(self, parts: Iterator[T]) -> None:
        self._parts, self._lock = parts, threading.Lock()

    def next(self) -> T | object:
        with self._lock:
            return next(self._parts, _END)

    def close(self) -> None:
        with self._lock:
            getattr(self._parts, "close", bool)()
