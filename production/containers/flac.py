"""Sound, tags and chapters -> a 24-bit FLAC file (RFC 9639)."""

from __future__ import annotations

import shutil
import struct
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

from ..tags import Chapter, Tags
from . import vorbis
from .pcm import Samples, quantised

STREAMINFO, COMMENT, PICTURE = 0, 4, 6
LAST = 0x80
LARGEST = (1 << 24) - 1  # bytes of a metadata block


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

    with tempfile.TemporaryFile(dir=path.parent) as sound:
        with soundfile.SoundFile(sound, "w", rate, channels, "PCM_24", format="FLAC") as encoder:
            for block in blocks:
                encoder.write(quantised(block) << 8)
            length = int(encoder.frames)
        sound.seek(0)
        with path.open("wb") as file:
            file.write(b"fLaC" + _stream_info(sound))
            content = vorbis.comments(tags, chapters, rate)
            file.write(_block(COMMENT | (0 if tags.cover else LAST), content))
            if tags.cover:
                file.write(_block(PICTURE | LAST, vorbis.picture(tags.cover)))
            shutil.copyfileobj(sound, file, 1 << 20)
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
