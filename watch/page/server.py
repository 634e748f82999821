"""The status page by itself: an address in, an HTTP server out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web

from ...http_server.access import Access
from ...http_server.address import Address
from ...http_server.server import serving as serving_application
from .context import PageContext
from .routes import routes

_THREADS = 16  # requests whose files are read or written at once


@contextmanager
def serving(context: PageContext, address: Address, token: str | None) -> Iterator[str]:
    """Serve the page, in a thread of its own, while the context lasts; gives its URL.

    Raises OSError.
    """
    app = web.Application()
    app.add_routes(routes(lambda: context, Access(token)))
    with serving_application(app, address, "page", threads=_THREADS) as url:
        yield url
