"""What a person wrote of an address -> where to listen, if that is safe without a token."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple

from ..messages import Message
from ..mistakes import InputError, Place
from .access import SHORTEST_TOKEN, is_loopback

_ADDRESS = re.compile(r"(?:(\[[0-9A-Fa-f:.%]+\]|[^:\[\]\s]+):)?(\d{1,5})")


class Address(NamedTuple):
    """Where a server listens."""

    host: str
    port: int


def read_address(text: str, token: str | None, *, option: str, variable: str) -> Address:
    """`127.0.0.1:8765`, `[::1]:8765` or `8765`; raises `InputError`.

    Off this machine's own addresses a token is needed. option: that the text was given with;
    variable: of the environment, which may hold the token.
    """
    place = Place(option)
    found = _ADDRESS.fullmatch(text.strip())
    if not found or int(found[2]) > 65_535:
        raise InputError.at(place, Message('"{}" is no address.', text), "Write 127.0.0.1:8765.")
    host = (found[1] or "127.0.0.1").strip("[]")
    if token is not None and len(token) < SHORTEST_TOKEN:
        what = Message("The token is shorter than {} characters.", SHORTEST_TOKEN)
        remedy = 'Make one: python -c "import secrets; print(secrets.token_urlsafe())"'
        raise InputError.at(Place(f"${variable}"), what, remedy)
    if token is None and not is_loopback(host):
        what = Message("Others could reach the page at {}, and no token is set.", host)
        remedy = Message("Set ${} or --token-file, or serve it at 127.0.0.1.", variable)
        raise InputError.at(place, what, remedy)
    return Address(host, int(found[2]))


def read_token(file: Path | None, variable: str) -> str | None:
    """The token in a file, or else in the environment; raises `InputError`."""
    if file is None:
        return os.environ.get(variable) or None
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        what = Message("{} cannot be read: {}.", file, error)
        raise InputError.at(Place("--token-file"), what, "Check the path.") from None
