"""Requests to a speech server, one after the other, over one connection that is made anew."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from ...messages import Message
from ...mistakes import InputError, Place
from ..options import SERVER_TOKEN
from ..wire import LENGTH

CONNECT = 10.0
"""s until a connection stands"""
READ = 30.0
"""s without a byte; a server that speaks says every second that it is there"""
LARGEST_FRAME = 256 << 20
"""Bytes of one outcome"""
_MOST_ANSWER = 4 << 20  # bytes of a JSON answer


class UnreachableError(ConnectionError):
    """The server is not there, or went away: it may come again."""


class RefusalError(Exception):
    """What a server answered instead of what was asked for."""

    def __init__(self, status: int, message: str, told: dict[str, Any], after: float) -> None:
        super().__init__(message)
        self.status, self.message = status, message
        self.code = str(told.get("code"))
        self.told = told
        """The error as JSON"""
        self.after = after
        """s to wait, where it said so"""


class Connection:
    """Speaks to one server. Not for several threads at once."""

    def __init__(self, url: str) -> None:
        """url: `http://host:port`, perhaps with a path in front of `/v1`. Raises InputError."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            what = Message('"{}" is no address of a server.', url)
            raise InputError.at(Place("engine"), what, "Write http://127.0.0.1:8766.")
        self._url, self._parts = url, parts
        self._base = parts.path.rstrip("/").removesuffix("/v1")
        token = os.environ.get(SERVER_TOKEN)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._open: HTTPConnection | None = None

    def json(self, method: str, path: str, body: bytes | None = None) -> dict[str, Any]:
        """The JSON object of an answer. Raises `UnreachableError`, `RefusalError`, InputError."""
        with self._asking():
            data = self._answer(method, path, body).read(_MOST_ANSWER)
        return _object(data)

    def frames(self, path: str, body: bytes) -> Iterator[bytes]:
        """The frames of an answer, empty ones too. Raises as `json` does."""
        with self._asking():
            answer = self._answer("POST", path, body)
            while head := answer.read(LENGTH.size):
                if len(head) < LENGTH.size:
                    raise HTTPException("the answer is cut off")
                (length,) = LENGTH.unpack(head)
                if length > LARGEST_FRAME:
                    raise HTTPException("a frame is too large")
                data = answer.read(length) if length else b""
                if len(data) < length:
                    raise HTTPException("the answer is cut off")
                yield data

    def close(self) -> None:
        """Hang up; what was asked for is cancelled."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def _asking(self) -> _Asking:
        return _Asking(self, self._url)

    def _answer(self, method: str, path: str, body: bytes | None) -> HTTPResponse:
        if self._open is None:
            safe = self._parts.scheme == "https"
            assert self._parts.hostname
            self._open = (HTTPSConnection if safe else HTTPConnection)(
                self._parts.hostname, self._parts.port, timeout=CONNECT
            )
            self._open.connect()
            self._open.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._open.sock.settimeout(READ)
        kind_of = {
            "Content-Type": "application/json" if method == "POST" else "application/octet-stream"
        }
        headers = {**self._headers, **(kind_of if body is not None else {})}
        self._open.request(method, self._base + path, body, headers)
        answer = self._open.getresponse()
        if answer.status >= 300:
            raise self._refused(answer)
        return answer

    def _refused(self, answer: HTTPResponse) -> Exception:
        error = _object(answer.read(_MOST_ANSWER)).get("error")
        told = error if isinstance(error, dict) else {}
        message = str(told.get("message") or answer.reason)
        if answer.status in {401, 403}:
            remedy = Message("Set ${} to the server's token.", SERVER_TOKEN)
            return InputError.at(Place(self._url), message, remedy)
        after = answer.getheader("Retry-After", "")
        seconds = float(after) if after.isdecimal() else 0.0
        return RefusalError(answer.status, message, told, seconds)


class _Asking:
    """Hangs up after whatever goes wrong, and names what may pass."""

    def __init__(self, connection: Connection, url: str) -> None:
        self._connection, self._url = connection, url

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        if kind is None or issubclass(kind, (RefusalError, InputError)):
            return
        self._connection.close()
        if issubclass(kind, (OSError, HTTPException)):
            raise UnreachableError(
                Message("{} cannot be reached: {}", self._url, error or kind.__name__)
            )


def _object(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
