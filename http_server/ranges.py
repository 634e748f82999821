"""The Range of a request and a file's length -> which of its bytes are sent."""

from __future__ import annotations

import re

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class UnsatisfiableError(ValueError):
    """The range begins behind the end."""


def byte_range(header: str | None, length: int) -> tuple[int, int] | None:
    """First byte and the one after the last; None for the whole file.

    One range only: a list of them, or what is no range, gets the whole file, as RFC 9110 (14.2)
    allows. Raises `UnsatisfiableError`.
    """
    found = _RANGE.fullmatch(header or "")
    if not found or found[0] == "bytes=-":
        return None
    first, last = found[1], found[2]
    if not first:
        if int(last) == 0 or length == 0:
            raise UnsatisfiableError
        return max(0, length - int(last)), length
    if last and int(last) < int(first):
        return None
    if int(first) >= length:
        raise UnsatisfiableError
    return int(first), min(length, int(last) + 1) if last else length
