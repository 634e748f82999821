"""MP3 packets, tags and chapters -> an MP3 file.

Layout: ID3v2 tag, an Info frame, the packets. The Info frame (the one LAME writes, described in
its VbrTag.c and gabriel.mp3-tech.org/mp3infotag.html) is a silent frame that tells players how
many frames follow and how many samples to cut from both ends, which makes durations exact.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from pathlib import Path

from ..codec import CODECS
from ..encoded import Encoded
from ..tags import Chapter, Tags
from . import id3

LAME_DELAY = 576  # the encoder's share of the delay; players add the decoder's 529 themselves
ALL_FIELDS = 15  # frames, bytes, seek table, quality
CBR = 1
SIDE_INFORMATION = {(1152, 2): 32, (1152, 1): 17, (576, 2): 17, (576, 1): 9}  # bytes


def write(path: Path, pieces: Iterable[Encoded], tags: Tags, chapters: Sequence[Chapter]) -> int:
    """Write the file and return its length in samples."""
    length = size = 0
    with path.open("wb") as file:
        for last in pieces:
            if not length:  # a placeholder, as long as what is known at the end
                start = file.write(_head(last, tags, chapters, 0, 0))
            size += file.write(b"".join(last.packets))
            length += last.length
        assert length, "a file has at least one piece"
        size += file.write(b"".join(last.tail))
        file.seek(0)
        assert file.write(_head(last, tags, chapters, length, size)) == start
    return length


def _head(piece: Encoded, tags: Tags, chapters: Sequence[Chapter], length: int, size: int) -> bytes:
    return id3.tag(tags, chapters, piece.rate, length) + _info_frame(piece, length, size)


def _info_frame(piece: Encoded, length: int, size: int) -> bytes:
    """The frame before `size` bytes of packets that stand for `length` samples.

    It has the header of a packet of theirs, so that it is as long as one and of its rate.
    """
    codec = CODECS["mp3"]
    packet = piece.packets[0]
    assert packet[1] & 1, "LAME writes no frame checksums"
    frame_size = len(packet) - (packet[2] >> 1 & 1)  # less the padding byte, if it has one
    frame, tail = codec.frame(piece.rate), codec.tail(piece.rate)
    info = packet[:2] + bytes((packet[2] & ~2, packet[3]))
    info += bytes(SIDE_INFORMATION[frame, piece.channels])
    frames, padding = length // frame + tail, tail * frame - LAME_DELAY
    info += struct.pack(">4s3I", b"Info", ALL_FIELDS, frames, frame_size + size)
    info += bytes(i * 256 // 100 for i in range(100))  # constant rate: evenly spaced
    info += struct.pack(">I9sB", 0, b"LAME3.100", CBR)
    info += bytes(10)  # low-pass, replay gain, flags: unknown
    info += bytes((codec.bit_rate(piece.channels) // 1000,))
    info += (LAME_DELAY << 12 | padding).to_bytes(3, "big")
    info += bytes(4)  # misc, gain, preset: unknown
    info += struct.pack(">IH", frame_size + size, 0)
    info += struct.pack(">H", _crc16(info))
    return info.ljust(frame_size, b"\0")


def _crc16(data: bytes) -> int:
    """CRC-16/ARC."""
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)
    return value
