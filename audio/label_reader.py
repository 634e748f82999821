"""A finished file -> the labels in it, whoever wrote them; nothing of its sound is looked at.

What lies where: RIFF chunks (and RF64's), ID3v2.3 and 2.4, Vorbis comments in FLAC and Ogg, and in
MP4 `moov.udta.meta` with QuickTime's keys or iTunes' free-form items. A file may be anybody's, so
every length in it is only believed as far as the file goes, and no block is read that is larger
than `LARGEST`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from .tags import AIGC, Label

LARGEST = 32 << 20
"""Bytes of a block of metadata; a cover is the largest thing in one."""

_TEXT_ENCODINGS = {0: "latin-1", 1: "utf-16", 2: "utf-16-be", 3: "utf-8"}  # ID3v2.4, 4
_STREAMINFO_TO_COMMENT = 4  # FLAC's kind of block
_NESTED = (b"moov", b"udta")  # MP4's boxes that may hold a `meta`, one inside the other


def read_labels(path: Path) -> tuple[Label, ...]:
    """Every pair of name and value in a file's metadata, each once; titles and the like too.

    () for a file without any, and for what is no WAV, MP3, FLAC, Ogg or MP4 file. Raises OSError.
    """
    with path.open("rb") as file:
        try:
            return tuple(dict.fromkeys(_labels(file)))
        except (struct.error, IndexError, ValueError):  # cut short, or no such file after all
            return ()


def _labels(file: BinaryIO) -> Iterator[Label]:
    head = file.read(12)
    file.seek(0)
    if head[:4] in {b"RIFF", b"RF64"} and head[8:] == b"WAVE":
        yield from _riff(file)
    elif head[:3] == b"ID3":
        size = _syncsafe(file.read(10)[6:])
        file.seek(0)
        yield from _id3(_block(file, 10 + size))
        if file.read(4) == b"fLaC":  # some programs put a tag in front
            yield from _flac(file)
    elif head[:4] == b"fLaC":
        file.seek(4)
        yield from _flac(file)
    elif head[:4] == b"OggS":
        yield from _ogg(file)
    elif head[4:8] == b"ftyp":
        yield from _boxes(file, 0, _end(file))


def _riff(file: BinaryIO) -> Iterator[Label]:
    end, position, sound = _end(file), 12, 0
    while position + 8 <= end:
        file.seek(position)
        name, size = struct.unpack("<4sI", file.read(8))
        if name == b"ds64":
            (sound,) = struct.unpack("<8xQ", file.read(16))
        elif name == AIGC.encode():
            yield Label(AIGC, _block(file, size).rstrip(b"\0 ").decode())
        elif name in {b"id3 ", b"ID3 "}:
            yield from _id3(_block(file, size))
        if name == b"data" and size == 0xFFFFFFFF:
            size = sound
        position += 8 + size + size % 2


def _id3(tag: bytes) -> Iterator[Label]:
    """The user's text frames of a tag."""
    version, flags, size = tag[3], tag[5], _syncsafe(tag[6:10])
    body = tag[10 : 10 + size]
    if flags & 0x80 and version < 4:  # unsynchronised as a whole
        body = body.replace(b"\xff\0", b"\xff")
    position = 0
    if flags & 0x40:  # an extended header, which counts itself in version 2.4 alone
        position = _syncsafe(body[:4]) if version == 4 else struct.unpack(">I", body[:4])[0] + 4
    while position + 10 <= len(body) and body[position]:
        name, sized = body[position : position + 4], body[position + 4 : position + 8]
        length = _syncsafe(sized) if version == 4 else struct.unpack(">I", sized)[0]
        if name == b"TXXX":
            content = body[position + 10 : position + 10 + length]
            text = content[1:].decode(_TEXT_ENCODINGS[content[0]])
            key, _, value = text.partition("\0")
            yield Label(key, value.strip("\0\ufeff"))
        position += 10 + length


def _flac(file: BinaryIO) -> Iterator[Label]:
    last = False
    while not last:
        (head,) = struct.unpack(">I", file.read(4))
        last, kind, size = bool(head >> 31), head >> 24 & 0x7F, head & 0xFFFFFF
        content = _block(file, size)
        if kind == _STREAMINFO_TO_COMMENT:
            yield from _comments(content)


def _ogg(file: BinaryIO) -> Iterator[Label]:
    """The comments in the second packet of an Opus or Vorbis stream."""
    packets, packet = 0, bytearray()
    while packets < 2 and len(packet) < LARGEST:
        head = file.read(27)
        if head[:4] != b"OggS":
            return
        lacing = file.read(head[26])
        for size in lacing:
            packet += _block(file, size)
            if size < 255:
                packets += 1
                if packets == 2:
                    break
                packet.clear()
    for mark in (b"OpusTags", b"\x03vorbis"):
        if packet.startswith(mark):
            yield from _comments(bytes(packet[len(mark) :]))


def _comments(content: bytes) -> Iterator[Label]:
    (vendor,) = struct.unpack_from("<I", content)
    position = 4 + vendor
    (count,) = struct.unpack_from("<I", content, position)
    position += 4
    for _ in range(count):
        (size,) = struct.unpack_from("<I", content, position)
        text = content[position + 4 : position + 4 + size].decode("utf-8", "replace")
        name, _, value = text.partition("=")
        yield Label(name.upper(), value)
        position += 4 + size


def _boxes(file: BinaryIO, position: int, end: int, inside: int = 0) -> Iterator[Label]:
    """The metadata of boxes from `position` to `end`, which lie in so many of `_NESTED`."""
    for name, start, stop in _each_box(file, position, end):
        if name in _NESTED[inside : inside + 1]:
            yield from _boxes(file, start, stop, inside + 1)
        elif name == b"meta":
            yield from _meta(file, start, stop)


def _each_box(file: BinaryIO, position: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, and where the content begins and ends, of each box."""
    while position + 8 <= end:
        file.seek(position)
        size, name = struct.unpack(">I4s", file.read(8))
        head = 8
        if size == 1:
            (size,), head = struct.unpack(">Q", file.read(8)), 16
        size = size or end - position
        if size < head:
            return
        yield name, position + head, min(position + size, end)
        position += size


def _meta(file: BinaryIO, start: int, end: int) -> Iterator[Label]:
    file.seek(start + 4)
    plain = file.read(4) == b"hdlr"  # QuickTime's own is no full box: no version, no flags
    start += 0 if plain else 4
    keys: list[str] = []
    for name, begin, stop in _each_box(file, start, end):
        if name == b"keys":
            keys = [
                _read(file, first, last).decode("utf-8", "replace")
                for _, first, last in _each_box(file, begin + 8, stop)
            ]
        elif name == b"ilst":
            for item, first, last in _each_box(file, begin, stop):
                yield from _item(file, item, (first, last), keys)


def _item(file: BinaryIO, item: bytes, span: tuple[int, int], keys: list[str]) -> Iterator[Label]:
    parts = {name: (first, last) for name, first, last in _each_box(file, *span)}
    if b"data" not in parts:
        return
    number = int.from_bytes(item, "big")
    key = keys[number - 1] if 0 < number <= len(keys) else ""
    if item == b"----" and b"name" in parts:
        key = _read(file, *parts[b"name"])[4:].decode("utf-8", "replace")
    if key:
        yield Label(key, _read(file, *parts[b"data"])[8:].decode("utf-8", "replace"))


def _read(file: BinaryIO, start: int, end: int) -> bytes:
    file.seek(start)
    return _block(file, end - start)


def _block(file: BinaryIO, size: int) -> bytes:
    if size > LARGEST:
        raise ValueError("a block of metadata larger than any is")
    block = file.read(size)
    if len(block) < size:
        raise ValueError("a block that is cut short")
    return block


def _end(file: BinaryIO) -> int:
    end = file.seek(0, 2)
    file.seek(0)
    return end


def _syncsafe(data: bytes) -> int:
    value = 0
    for byte in data[:4]:
        value = value << 7 | byte & 0x7F
    return value
