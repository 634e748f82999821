"""A server of requests -> the same for strangers: few connections, and none that only waits.

A connection without a request under way has some seconds to send the next one whole, and to take
the answer to the last. When there are too many, the one that has been idle longest makes room:
whoever sends a request at once is always answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

MOST = 200
"""Connections at once"""
PATIENCE = 10.0
"""s until a request has come whole, but for its body"""


class Connections:
    """Gives each connection its protocol; `middleware` belongs to the application served."""

    def __init__(self, most: int = MOST, patience: float = PATIENCE) -> None:
        self._most, self._patience = most, patience
        self._idle: dict[asyncio.Protocol, _Connection] = {}
        """Those without a request under way, the longest first, by their handlers"""
        self._all: dict[asyncio.Protocol, _Connection] = {}

    def of(self, server: Callable[[], asyncio.Protocol]) -> Callable[[], asyncio.Protocol]:
        """What `create_server` is given instead of a server."""
        return lambda: _Connection(self, server())

    @web.middleware
    async def middleware(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Note that a request has come, and that it has been answered."""
        self._busy(request.protocol)
        try:
            return await handler(request)
        finally:
            self._wait(request.protocol)

    def opened(self, handler: asyncio.Protocol, connection: _Connection) -> None:
        """Give a new connection its time, and have another make room for it."""
        self._all[handler] = connection
        self._wait(handler)
        if len(self._all) > self._most:
            self.abort(next(iter(self._idle)))

    def abort(self, handler: asyncio.Protocol) -> None:
        """End a connection at once, whatever is still to be sent."""
        self._busy(handler)
        if (connection := self._all.pop(handler, None)) is not None:
            connection.transport.abort()

    def closed(self, handler: asyncio.Protocol) -> None:
        """Forget a connection."""
        self._busy(handler)
        self._all.pop(handler, None)

    def _wait(self, handler: asyncio.Protocol) -> None:
        if (connection := self._all.get(handler)) is not None:
            self._idle[handler] = connection
            self._check_later(handler, connection)

    def _check_later(self, handler: asyncio.Protocol, connection: _Connection) -> None:
        unsent = connection.transport.get_write_buffer_size()
        loop = asyncio.get_running_loop()
        connection.check = loop.call_later(self._patience, self._check, handler, unsent)

    def _check(self, handler: asyncio.Protocol, unsent: int) -> None:
        connection = self._idle[handler]
        if connection.transport.get_write_buffer_size() < unsent:  # it takes its answer
            self._check_later(handler, connection)
        else:
            self.abort(handler)

    def _busy(self, handler: asyncio.Protocol) -> None:
        connection = self._idle.pop(handler, None)
        if connection is not None and connection.check is not None:
            connection.check.cancel()


class _Connection(asyncio.Protocol):
    """Passes everything on to the handler of requests."""

    transport: asyncio.Transport

    def __init__(self, connections: Connections, handler: asyncio.Protocol) -> None:
        self._connections, self._handler = connections, handler
        self.check: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._handler.connection_made(transport)
        self._connections.opened(self._handler, self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.closed(self._handler)
        self._handler.connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._handler.data_received(data)

    def eof_received(self) -> bool | None:
        return self._handler.eof_received()

    def pause_writing(self) -> None:
        self._handler.pause_writing()

    def resume_writing(self) -> None:
        self._handler.resume_writing()
