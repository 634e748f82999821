"""Sound, tags and chapters -> a 24-bit WAV file; above 4 GB an RF64 one (EBU Tech 3306).

After the sound come the tags as LIST INFO (for file managers) and as an ID3 tag (for players:
cover and chapters too), the chapters as labelled cue points (for editors), and the AIGC label as a
chunk of that name.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from ..tags import AIGC, Chapter, Tags
from ..wave import Samples
from . import id3
from .pcm import quantised

BYTES = 3  # a sample
LARGEST = 0xFFFFFFFF


def write(
    path: Path,
    blocks: Iterable[Samples],
    *,
    rate: int,
    channels: int,
    tags: Tags,
    chapters: Sequence[Chapter],
    largest: int = LARGEST,
) -> int:
    """Write the file and return its length in samples.   blocks: [C, T] each.

    A file of more than `largest` bytes becomes RF64.
    """
    with path.open("wb") as file:
        start = file.write(_head(rate, channels, 0, 0, largest))
        size = 0
        for block in blocks:
            size += file.write(_packed(block))
        length = size // (BYTES * channels)
        file.write(bytes(size % 2))
        file.writelines(_chunks(tags, chapters, rate, length))
        total = file.tell()
        file.seek(0)
        assert file.write(_head(rate, channels, size, total, largest)) == start
    return length


def _head(rate: int, channels: int, size: int, total: int, largest: int) -> bytes:
    """Everything before `size` bytes of sound in a file of `total` bytes."""
    width = BYTES * channels
    format_ = struct.pack("<HHIIHH", 1, channels, rate, rate * width, width, 8 * BYTES)
    if total > largest:
        long = struct.pack("<QQQI", total - 8, size, size // width, 0)
        riff = struct.pack("<4sI4s", b"RF64", LARGEST, b"WAVE") + _chunk(b"ds64", long)
        size = LARGEST
    else:
        riff = struct.pack("<4sI4s", b"RIFF", max(total - 8, 0), b"WAVE") + _chunk(
            b"JUNK", bytes(28)
        )
    return riff + _chunk(b"fmt ", format_) + struct.pack("<4sI", b"data", size)


def _packed(block: Samples) -> bytes:
    """[C, T] -> interleaved samples of three bytes."""
    whole = np.ascontiguousarray(quantised(block), "<i4")
    return whole.view("u1").reshape(*whole.shape, 4)[..., :BYTES].tobytes()


def _chunks(tags: Tags, chapters: Sequence[Chapter], rate: int, length: int) -> Iterator[bytes]:
    texts = {
        b"INAM": tags.title,
        b"IART": tags.author,
        b"IPRD": tags.album,
        b"ICRD": tags.date,
        b"ICMT": tags.description,
    }
    fields = [_chunk(name, text.encode() + b"\0") for name, text in texts.items() if text]
    if fields:
        yield _chunk(b"LIST", b"INFO" + b"".join(fields))
    if chapters:
        points = [
            struct.pack("<II4sIII", number, chapter.start, b"data", 0, 0, chapter.start)
            for number, chapter in enumerate(chapters)  # from 0, as FFmpeg counts those of the tag
        ]
        labels = [
            _chunk(b"labl", struct.pack("<I", number) + chapter.title.encode() + b"\0")
            for number, chapter in enumerate(chapters)
        ]
        yield _chunk(b"cue ", struct.pack("<I", len(points)) + b"".join(points))
        yield _chunk(b"LIST", b"adtl" + b"".join(labels))
    yield from (
        _chunk(AIGC.encode(), label.value.encode()) for label in tags.labels if label.name == AIGC
    )
    if fields or chapters or tags.cover or tags.labels:
        yield _chunk(b"id3 ", id3.tag(tags, chapters, rate, length))


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack("<4sI", name, len(content)) + content + bytes(len(content) % 2)
