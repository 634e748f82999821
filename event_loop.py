"""A coroutine -> the same at work in a thread, an event loop and an executor of its own.

Whatever hangs in one such loop (a hook, somebody's browser) keeps no other from its work.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

_SILENCE = 60.0  # s between two complaints

_log = logging.getLogger(__name__)


class EventLoop:
    """Runs `work` until it ends or `close` cancels it.

    threads: how many things that block, a hook's program or a slow disk, go on at once.
    """

    def __init__(self, work: Coroutine[None, None, None], name: str, *, threads: int) -> None:
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(self._complain)
        self._complained = -_SILENCE
        self._loop.set_default_executor(ThreadPoolExecutor(threads, name))
        self._task = self._loop.create_task(work)
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Cancel the work, and wait for its end."""
        self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join()
        self._loop.close()

    def _complain(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Log what nobody else sees, as sockets that cannot be accepted, but no flood of it."""
        if loop.time() - self._complained >= _SILENCE:
            self._complained = loop.time()
            _log.error("%s", context["message"], exc_info=context.get("exception"))

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(asyncio.gather(self._task, return_exceptions=True))
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
