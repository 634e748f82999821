"""A coroutine -> the same at work in a thread, an event loop and an executor of its own.

Whatever hangs in one such loop (a hook, somebody's browser) keeps no other from its work.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine


class EventLoop:
    """Runs `work` until it ends or `close` cancels it."""

    def __init__(self, work: Coroutine[None, None, None], name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._task = self._loop.create_task(work)
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Cancel the work, and wait for its end."""
        self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join()
        self._loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(asyncio.gather(self._task, return_exceptions=True))
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
