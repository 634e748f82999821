"""An application and an address -> an HTTP server in a thread and an event loop of its own."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager

from aiohttp import web

from ..event_loop import EventLoop
from .address import Address
from .connections import MOST, Connections

_SHUTDOWN = 2.0  # s that answers under way may take when the server ends


@contextmanager
def serving(
    app: web.Application, address: Address, name: str, *, threads: int, cancels: bool = False
) -> Iterator[str]:
    """Serve the application while the context lasts; gives its URL. Raises OSError.

    threads: requests whose files are read or written at once. cancels: whether a handler ends when
    whoever asked goes away.
    """
    started: Future[str] = Future()
    loop = EventLoop(_serve(app, address, started, cancels), name, threads=threads)
    try:
        yield started.result()
    finally:
        loop.close()


async def _serve(
    app: web.Application, address: Address, started: Future[str], cancels: bool
) -> None:
    connections = Connections(_most_connections())
    app.middlewares.insert(0, connections.middleware)
    runner = web.AppRunner(
        app, access_log=None, shutdown_timeout=_SHUTDOWN, handler_cancellation=cancels
    )
    await runner.setup()
    assert runner.server is not None
    try:
        server = await asyncio.get_running_loop().create_server(
            connections.of(runner.server), address.host, address.port
        )
    except OSError as error:
        started.set_exception(error)
        return
    try:
        host = f"[{address.host}]" if ":" in address.host else address.host
        started.set_result(f"http://{host}:{server.sockets[0].getsockname()[1]}/")
        await asyncio.Event().wait()  # until it is cancelled
    finally:
        server.close()
        await runner.cleanup()


def _most_connections() -> int:
    """So few that files can still be opened, whoever connects."""
    if sys.platform == "win32":
        return MOST
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST if soft == resource.RLIM_INFINITY else max(8, min(MOST, soft // 4))
