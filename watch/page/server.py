"""The status page by itself: an address in, an HTTP server out."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from aiohttp import web

from ...mistakes import InputError, Place
from .access import SHORTEST_TOKEN, Access, is_loopback
from .context import PageContext
from .routes import routes

_ADDRESS = re.compile(r"(?:(\[[0-9A-Fa-f:.%]+\]|[^:\[\]\s]+):)?(\d{1,5})")
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
        raise InputError.at(Place("$GLMTTS_WATCH_TOKEN"), what, remedy)
    if token is None and not is_loopback(host):
        what = f"Others could reach the page at {host}, and no token is set."
        remedy = "Set $GLMTTS_WATCH_TOKEN or --token-file, or serve it at 127.0.0.1."
        raise InputError.at(place, what, remedy)
    return Address(host, int(found[2]))


@asynccontextmanager
async def serving(context: PageContext, address: Address, token: str | None) -> AsyncIterator[str]:
    """Serve the page while the context lasts; gives its address. Raises `InputError`, `OSError`."""
    app = web.Application()
    app.add_routes(routes(lambda: context, Access(token)))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN)
    await runner.setup()
    try:
        site = web.TCPSite(runner, address.host, address.port)
        await site.start()
        host = f"[{address.host}]" if ":" in address.host else address.host
        yield f"http://{host}:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()
