"""Packets or sound, tags and chapters -> finished files of the five formats.

Everything is a function of what goes in: no clock, no chance, no encoder's version. Every function
returns the length of what it wrote, in samples, which is also what players show.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal, TypeAlias

from ..codec import CodecName, Encoded
from ..tags import Chapter, Tags
from . import flac, m4a, mp3, opus, wav
from .pcm import Samples

PcmName: TypeAlias = Literal["wav", "flac"]


def write_packets(
    path: Path,
    codec: CodecName,
    pieces: Iterable[Encoded],
    *,
    tags: Tags,
    chapters: Sequence[Chapter] = (),
) -> int:
    """Write an MP3, M4A or Ogg Opus file; the pieces are of `codec`, one rate and one width."""
    writers = {"mp3": mp3.write, "m4a": m4a.write, "opus": opus.write}
    return writers[codec](path, _one_stream(codec, pieces), tags, chapters)


def _one_stream(codec: CodecName, pieces: Iterable[Encoded]) -> Iterator[Encoded]:
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
