"""The status page by itself: an address in, an HTTP server out."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import NamedTuple

from aiohttp import web

from ...mistakes import InputError, Place
from ..event_loop import EventLoop
from ..token import TOKEN_VARIABLE
from .access import SHORTEST_TOKEN, Access, is_loopback
from .connections import MOST, Connections
from .context import PageContext
from .routes import routes

_ADDRESS = re.compile(r"(?:(\[[0-9A-Fa-f:.%]+\]|[^:\[\]\s]+):)?(\d{1,5})")
_THREADS = 16  # requests whose files are read or written at once
_SHUTDOWN = 2.0  # s that answers under way may take when the service ends


class Address(NamedTuple):
    """Where the page is served."""

    host: str
    port: int


def read_address(text: str, token: str | None) -> Address:
    """`127.0.0.1:8765`, `[::1]:8765` or `8765`; raises `InputError`.

    Off this machine's own addresses a token is needed.
    """
    place = Place("--status")
    found = _ADDRESS.fullmatch(text.strip())
    if not found or int(found[2]) > 65_535:
        raise InputError.at(place, f'"{text}" is no address.', "Write 127.0.0.1:8765.")
    host = (found[1] or "127.0.0.1").strip("[]")
    if token is not None and len(token) < SHORTEST_TOKEN:
        what = f"The token is shorter than {SHORTEST_TOKEN} characters."
        remedy = 'Make one: python -c "import secrets; print(secrets.token_urlsafe())"'
        raise InputError.at(Place(f"${TOKEN_VARIABLE}"), what, remedy)
    if token is None and not is_loopback(host):
        what = f"Others could reach the page at {host}, and no token is set."
        remedy = f"Set ${TOKEN_VARIABLE} or --token-file, or serve it at 127.0.0.1."
        raise InputError.at(place, what, remedy)
    return Address(host, int(found[2]))


@contextmanager
def serving(context: PageContext, address: Address, token: str | None) -> Iterator[str]:
    """Serve the page, in a thread of its own, while the context lasts; gives its URL.

    Raises `InputError` and OSError.
    """
    started: Future[str] = Future()
    page = EventLoop(_serve(context, address, token, started), "page", threads=_THREADS)
    try:
        yield started.result()
    finally:
        page.close()


async def _serve(
    context: PageContext, address: Address, token: str | None, started: Future[str]
) -> None:
    connections = Connections(_most_connections())
    app = web.Application(middlewares=[connections.middleware])
    app.add_routes(routes(lambda: context, Access(token)))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN)
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
