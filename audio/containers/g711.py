"""G.711 packets -> what telephone systems play: the bare bytes, or a WAV file around them.

Nothing else goes in: telephone systems expect a plain header, so tags, chapters and
labels stay out.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from pathlib import Path

from ..encoded import Encoded
from ..tags import Chapter, Tags

_FORMAT_TAGS = {"alaw": 6, "ulaw": 7}  # RFC 2361, A.3 and A.4
_HEAD = struct.Struct("<4sI4s4sIHHIIHHH4sII4sI")


def write_raw(
    path: Path, pieces: Iterable[Encoded], tags: Tags, chapters: Sequence[Chapter]
) -> int:
    """Write a byte a sample and return the length in samples."""
    length = 0
    with path.open("wb") as file:
        for piece in pieces:
            file.writelines(piece.packets)
            length += piece.length
    return length


def write_wav(
    path: Path, pieces: Iterable[Encoded], tags: Tags, chapters: Sequence[Chapter]
) -> int:
    """Write a WAV file of one channel and return its length in samples."""
    length = 0
    with path.open("wb") as file:
        file.write(bytes(_HEAD.size))
        for piece in pieces:
            file.writelines(piece.packets)
            length += piece.length
        assert length, "a file has at least one piece"
        file.write(bytes(length % 2))
        file.seek(0)
        file.write(_head(piece, length))
    return length


def _head(piece: Encoded, length: int) -> bytes:
    size = _HEAD.size - 8 + length + length % 2
    tag, rate = _FORMAT_TAGS[piece.codec], piece.rate
    return _HEAD.pack(
        *(b"RIFF", size, b"WAVE"),
        *(b"fmt ", 18, tag, 1, rate, rate, 1, 8, 0),
        *(b"fact", 4, length),
        *(b"data", length),
    )
