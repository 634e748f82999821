"""Sound, tags and chapters -> a 24-bit FLAC file (RFC 9639)."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

from ..tags import Chapter, Tags
from ..wave import Samples
from . import vorbis
from .head import replace_head
from .pcm import quantised

STREAMINFO, PADDING, COMMENT, PICTURE = 0, 1, 4, 6
LAST = 0x80
LARGEST = (1 << 24) - 1  # bytes of a metadata block
SPARE = 4096  # bytes for other programs to edit tags in place


def write(
    path: Path,
    blocks: Iterable[Samples],
    *,
    rate: int,
    channels: int,
    tags: Tags,
    chapters: Sequence[Chapter],
) -> int:
    """Write the file and return its length in samples.   blocks: [C, T] each."""
    import soundfile

    try:
        with soundfile.SoundFile(path, "w", rate, channels, "PCM_24", format="FLAC") as encoder:
            for block in blocks:
                encoder.write(quantised(block) << 8)
            length = int(encoder.frames)
    except soundfile.LibsndfileError as error:  # a full disk, for one
        raise OSError(f"{path} cannot be written: {error}") from error
    with path.open("r+b") as file:
        head = b"fLaC" + _stream_info(file)
        head += _block(COMMENT, vorbis.comments(tags, chapters, rate))
        if tags.cover:
            head += _block(PICTURE, vorbis.picture(tags.cover))
        replace_head(file, file.tell(), head + _block(PADDING | LAST, bytes(SPARE)))
    return length


def _stream_info(file: BinaryIO) -> bytes:
    """The first metadata block, not marked as the last; leaves `file` at its first frame."""
    assert file.read(4) == b"fLaC"
    found = b""
    last = False
    while not last:
        (head,) = struct.unpack(">I", file.read(4))
        last, kind, size = bool(head >> 31), head >> 24 & 0x7F, head & LARGEST
        content = file.read(size)
        if kind == STREAMINFO:
            found = _block(kind, content)
    return found


def _block(kind: int, content: bytes) -> bytes:
    assert len(content) <= LARGEST, "a metadata block holds 16 MB at most"
    return struct.pack(">I", kind << 24 | len(content)) + content
