"""Waves as they come -> an encoded file as it grows: MP3, AAC, Ogg Opus, FLAC, WAV, PCM.

The bytes depend on the samples alone, never on how they were cut into waves.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from .containers import id3
from .tags import AIGC, Label, Tags
from .wave import Samples, Wave

StreamFormat: TypeAlias = Literal["mp3", "opus", "aac", "flac", "wav", "pcm"]

RATE = 24_000
"""Hz of what goes in, and of every format but Opus"""
OPUS_RATE = 48_000
_BLOCK = 480  # samples that are encoded at a time: 20 ms
_UNKNOWN = 0xFFFF_FFFF  # a WAV's length while nobody knows it; players read to the end


@dataclass(frozen=True, slots=True, kw_only=True)
class _Container:
    encoder: str
    format: str
    rate: int = RATE
    bit_rate: int = 0
    """bit/s; 0 where nothing is lost"""
    options: tuple[tuple[str, str], ...] = ()
    """Of the container"""


_CONTAINERS: dict[StreamFormat, _Container] = {
    "mp3": _Container(
        encoder="libmp3lame",
        format="mp3",
        bit_rate=96_000,
        # No header before the sound: it would hold the length, which nobody knows yet.
        options=(("write_xing", "0"), ("id3v2_version", "0")),
    ),
    "opus": _Container(
        encoder="libopus",
        format="ogg",
        rate=OPUS_RATE,
        bit_rate=48_000,
        options=(("page_duration", "200000"),),  # μs: little waits for a page to be full
    ),
    "aac": _Container(encoder="aac", format="adts", bit_rate=80_000),
    "flac": _Container(encoder="flac", format="flac"),
}


def encoded(
    waves: Iterable[Wave],
    format: StreamFormat,
    *,
    whole: bool = False,
    labels: Sequence[Label] = (),
) -> Iterator[bytes]:
    """The file of some waves, a part for each wave as soon as it can be had, none of them empty.

    waves: at RATE. whole: FLAC and WAV tell their length, for which they wait for the last wave.
    labels: of the file; PCM has no place for any.
    """
    if format == "pcm":
        yield from filter(None, (_pcm(wave.samples) for wave in waves))
    elif format == "wav":
        yield from _wav(waves, whole, labels)
    else:
        if labels and format in ("mp3", "aac"):
            yield id3.tag(Tags(labels=tuple(labels)), (), RATE, 0)
        yield from _muxed(waves, _CONTAINERS[format], whole and format == "flac", labels)


def _pcm(samples: Samples) -> bytes:
    """16 bits, little-endian."""
    scaled = np.clip(np.rint(samples * 32_767), -32_768, 32_767)
    return scaled.astype("<i2").tobytes()


def _wav(waves: Iterable[Wave], whole: bool, labels: Sequence[Label]) -> Iterator[bytes]:
    told = b"".join(map(_chunk, labels))  # before the sound: what follows it may never be read
    if whole:
        data = b"".join(_pcm(wave.samples) for wave in waves)
        yield _wav_head(len(data), told) + data
        return
    yield _wav_head(None, told)
    yield from filter(None, (_pcm(wave.samples) for wave in waves))


def _chunk(label: Label) -> bytes:
    """A label as a RIFF chunk of its name; nothing for one whose name is none."""
    if label.name != AIGC:
        return b""
    data = label.value.encode()
    return struct.pack("<4sI", AIGC.encode(), len(data)) + data + bytes(len(data) % 2)


def _wav_head(length: int | None, told: bytes) -> bytes:
    """RIFF of one channel, 16 bits; length: bytes of the samples, None for unknown."""
    riff, data = (_UNKNOWN, _UNKNOWN) if length is None else (length + 36 + len(told), length)
    head = struct.pack(
        "<4sI4s4sIHHIIHH",
        b"RIFF", riff, b"WAVE", b"fmt ", 16, 1, 1, RATE, RATE * 2, 2, 16,
    )  # fmt: skip
    return head + told + struct.pack("<4sI", b"data", data)


class _Sink(io.RawIOBase):
    """Keeps what is written until it is taken; nobody can go back in it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        part = bytes(data)  # type: ignore[call-overload]
        self._parts.append(part)
        return len(part)

    def taken(self) -> bytes:
        data = b"".join(self._parts)
        self._parts.clear()
        return data


def _muxed(
    waves: Iterable[Wave], container: _Container, whole: bool, labels: Sequence[Label]
) -> Iterator[bytes]:
    import av

    sink: _Sink | io.BytesIO = io.BytesIO() if whole else _Sink()
    options = {"fflags": "+bitexact+flush_packets", **dict(container.options)}
    with av.open(sink, "w", format=container.format, options=options) as muxer:
        stream = muxer.add_stream(container.encoder, rate=container.rate)
        if container.format in ("flac", "ogg"):
            muxer.metadata.update({label.name: label.value for label in labels})
            stream.metadata.update({label.name: label.value for label in labels})
        stream.codec_context.layout = "mono"
        stream.codec_context.options = {"flags": "+bitexact"}
        if container.bit_rate:
            stream.codec_context.bit_rate = container.bit_rate
        # The encoder's own resampler brings each block to its rate, format and frame size.
        for block in _blocks(waves):
            frame = av.AudioFrame.from_ndarray(block[None], "s16", "mono")
            frame.sample_rate = RATE
            muxer.mux(stream.encode(frame))
            if isinstance(sink, _Sink) and (data := sink.taken()):
                yield data
        muxer.mux(stream.encode(None))
    if data := sink.taken() if isinstance(sink, _Sink) else sink.getvalue():
        yield data


def _blocks(waves: Iterable[Wave]) -> Iterator[npt.NDArray[np.int16]]:
    """The samples in blocks of one size, but for the last."""
    rest = np.zeros(0, np.int16)
    for wave in waves:
        assert wave.rate == RATE, "waves are asked for at the rate of the answer"
        rest = np.concatenate([rest, np.frombuffer(_pcm(wave.samples), "<i2").astype(np.int16)])
        end = len(rest) // _BLOCK * _BLOCK
        for start in range(0, end, _BLOCK):
            yield rest[start : start + _BLOCK]
        rest = rest[end:]
    if len(rest):
        yield rest
