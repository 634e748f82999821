"""Opus packets, tags and chapters -> an Ogg Opus file (RFC 3533, RFC 7845)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from ..codec import CODECS, decoder_setup
from ..encoded import Encoded
from ..tags import Chapter, Tags
from . import vorbis

PACKETS = 50  # a page: one second, as RFC 7845 advises
SEGMENTS = 255  # a page at most, of up to 255 bytes each
CONTINUED, FIRST, LAST = 1, 2, 4
NOTHING_ENDS = -1  # position of a page on which no packet ends


def write(path: Path, pieces: Iterable[Encoded], tags: Tags, chapters: Sequence[Chapter]) -> int:
    """Write the file and return its length in samples."""
    codec = CODECS["opus"]
    length = position = 0
    with path.open("wb") as file:
        waiting: list[bytes] = []
        for last in pieces:
            if not length:
                comments = vorbis.comments(tags, chapters, last.rate, cover=tags.cover)
                pages = _Pages(file, serial=zlib.crc32(comments))
                pages.write_packets([decoder_setup(codec, last.rate, last.channels)], 0, FIRST)
                pages.write_long(b"OpusTags" + comments)
            length += last.length
            waiting += last.packets
            *full, waiting = _batches(waiting)
            for batch in full:
                position += len(batch) * codec.frame(last.rate)
                pages.write_packets(batch, position)
        assert length, "a file has at least one piece"
        *full, waiting = _batches(waiting + list(last.tail))
        for batch in full:
            position += len(batch) * codec.frame(last.rate)
            pages.write_packets(batch, position)
        # Less than what the packets hold: players cut off the rest.
        pages.write_packets(waiting, codec.delay + length, LAST)
    return length


def _batches(packets: Sequence[bytes]) -> Iterator[list[bytes]]:
    """Packets as they share pages; at least one batch, the last may be open to more."""
    batch: list[bytes] = []
    segments = 0
    for packet in packets:
        needed = len(packet) // 255 + 1
        if len(batch) == PACKETS or segments + needed > SEGMENTS:
            yield batch
            batch, segments = [], 0
        batch.append(packet)
        segments += needed
    yield batch


class _Pages:
    """The pages of one stream, numbered as they are written."""

    def __init__(self, file: BinaryIO, serial: int) -> None:
        self._file = file
        self._serial = serial
        self._number = 0

    def write_packets(self, packets: Sequence[bytes], position: int, flags: int = 0) -> None:
        """Write whole packets as one page."""
        lacing = b"".join(_lacing(packet) for packet in packets)
        self._write(lacing, b"".join(packets), position, flags)

    def write_long(self, packet: bytes) -> None:
        """Write one header packet of any size as pages of its own."""
        lacing = _lacing(packet)
        for start in range(0, len(lacing), SEGMENTS):
            part = lacing[start : start + SEGMENTS]
            body = packet[start * 255 : (start + SEGMENTS) * 255]
            ends = start + SEGMENTS >= len(lacing)
            self._write(part, body, 0 if ends else NOTHING_ENDS, CONTINUED if start else 0)

    def _write(self, lacing: bytes, body: bytes, position: int, flags: int) -> None:
        head = struct.pack("<4sBBqII", b"OggS", 0, flags, position, self._serial, self._number)
        tail = bytes((len(lacing),)) + lacing + body
        checksum = struct.pack("<I", _crc(head + bytes(4) + tail))
        self._file.write(head + checksum + tail)
        self._number += 1


def _lacing(packet: bytes) -> bytes:
    """The sizes of a packet's segments: 255 each but the last, which is shorter."""
    return b"\xff" * (len(packet) // 255) + bytes((len(packet) % 255,))


REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def _crc(data: bytes) -> int:
    """Ogg's CRC-32: zlib's polynomial with its bits the other way round and nothing inverted."""
    mirrored = zlib.crc32(data.translate(REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)
