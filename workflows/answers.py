"""What a server answers -> JSON of a sensible size, or ServerError.

The address may be a stranger's, or the server's nodes may: what it says is taken for what it means
only where it has the form that ComfyUI gives it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from ..messages import Message
from ..mistakes import InputError

if TYPE_CHECKING:
    import aiohttp

MOST_JSON = 128 << 20
"""Bytes of one answer; /object_info of a server with thousands of nodes has some 20 MiB."""

_CHUNK = 1 << 20


class ServerError(RuntimeError):
    """The server, or the prompt on it, failed; the words are for people."""


def public(url: str) -> str:
    """An address as it may be logged, shown and published: without a password or a query."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


@contextmanager
def understood(what: str) -> Iterator[None]:
    """Takes an answer about `what` apart; raises ServerError where it has another form."""
    try:
        yield
    except InputError:  # a ValueError, but a person's: what a node refused
        raise
    except (
        AttributeError, IndexError, KeyError, OverflowError, RecursionError, TypeError, ValueError,
    ) as error:  # fmt: skip
        said = f"{type(error).__name__}: {str(error)[:100]}"
        raise ServerError(
            Message("What the server says of {} is not ComfyUI's ({}).", what, said)
        ) from None


async def read_json(answer: aiohttp.ClientResponse) -> Any:
    """The JSON of an answer; raises ServerError, and ClientResponseError for a refusal."""
    refuse_redirect(answer)
    answer.raise_for_status()
    chunks: list[bytes] = []
    size = 0
    async for chunk in answer.content.iter_chunked(_CHUNK):
        chunks.append(chunk)
        size += len(chunk)
        if size > MOST_JSON:
            raise ServerError(
                Message("The server's answer is longer than {} MiB.", MOST_JSON >> 20)
            )
    with understood(answer.url.path):
        return json.loads(b"".join(chunks))


def refuse_redirect(answer: aiohttp.ClientResponse) -> None:
    """Raise ServerError for an answer that sends elsewhere: nobody named that address."""
    if 300 <= answer.status < 400:
        where = public(answer.headers.get("Location", ""))[:200]
        raise ServerError(
            Message("The server sends to another address ({}). Name that one.", where)
        )
