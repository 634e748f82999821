"""Requests to a server as they are given, for the tests of every server here."""

from __future__ import annotations

import http.client
import json
from typing import Any, NamedTuple
from urllib.parse import urlsplit


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def error(self) -> dict[str, Any]:
        """A refusal in OpenAI's shape."""
        found: dict[str, Any] = self.json["error"]
        assert set(found) == {"message", "type", "param", "code"}
        return found


def ask(url: str, path: str, method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
    """One request; `_` in the names of headers is `-`, and one that is "" is not sent."""
    address = urlsplit(url)
    assert address.hostname
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    length = {"Content-Length": str(len(body))} if method in {"POST", "PUT"} else {}
    given = {key.replace("_", "-"): value for key, value in headers.items()}
    for key, value in {"Host": address.netloc, **length, **given}.items():
        if value:
            connection.putheader(key, value)
    connection.endheaders(body or None)
    answer = connection.getresponse()
    found = Answer(answer.status, dict(answer.getheaders()), answer.read())
    connection.close()
    return found
