"""Packets or sound, tags and chapters -> finished files of every format.

Everything is a function of what goes in: no clock, no chance, no encoder's version. Every function
returns the length of what it wrote, in samples, which is also what players show.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal, TypeAlias

from ..encoded import Encoded
from ..tags import Chapter, Tags
from ..wave import Samples
from . import flac, g711, m4a, mp3, opus, wav

PcmName: TypeAlias = Literal["wav", "flac"]
PacketFormat: TypeAlias = Literal[
    "mp3", "m4a", "m4b", "opus", "ulaw", "alaw", "ulaw.wav", "alaw.wav"
]


def write_packets(
    path: Path,
    format: PacketFormat,
    pieces: Iterable[Encoded],
    *,
    tags: Tags,
    chapters: Sequence[Chapter] = (),
) -> int:
    """Write a file of packets; the pieces are of its codec, of one rate and one width."""
    writers = {
        "mp3": mp3.write,
        "m4a": m4a.write,
        "m4b": m4a.write_book,
        "opus": opus.write,
        "ulaw": g711.write_raw,
        "alaw": g711.write_raw,
        "ulaw.wav": g711.write_wav,
        "alaw.wav": g711.write_wav,
    }
    codec = "m4a" if format == "m4b" else format.removesuffix(".wav")
    return writers[format](path, _one_stream(codec, pieces), tags, chapters)


def _one_stream(codec: str, pieces: Iterable[Encoded]) -> Iterator[Encoded]:
    shapes = set()
    for piece in pieces:
        shapes.add((piece.codec, piece.rate, piece.channels))
        assert len(shapes) == 1, f"pieces of one file differ: {shapes}"
        assert piece.codec == codec, f"{piece.codec} packets in an {codec} file"
        yield piece


def write_pcm(
    path: Path,
    format: PcmName,
    blocks: Iterable[Samples],
    *,
    rate: int,
    channels: int,
    tags: Tags,
    chapters: Sequence[Chapter] = (),
) -> int:
    """Write a 24-bit WAV or FLAC file.   blocks: [C, T] float32 each, full scale is 1.0."""
    write = wav.write if format == "wav" else flac.write
    return write(path, blocks, rate=rate, channels=channels, tags=tags, chapters=chapters)
