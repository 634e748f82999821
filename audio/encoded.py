"""PCM pieces <-> packets of MP3, AAC, Opus or G.711, every piece on its own.

A programme is cut into pieces at digital silence. Each piece is a whole number of packets long,
starts with a silent packet, which resets the decoder, and ends with `Codec.margin` silent samples.
An encoder delays what it is given by a constant number of samples (its priming), so the first n
packets of an n-packet piece lack nothing but silence, and the packets of all pieces in a row are
one valid stream with one constant delay, as if it had been encoded at once. A changed line costs
one piece, and pieces may be encoded in as many threads as there are cores: the encoders release
the interpreter's lock.

A programme may also be cut within its sound. Then a piece is encoded together with what lies
around it, and the packets of that are dropped: by then the encoder has the state it would have had,
and the windows of both pieces overlap as those of one do (`tests/audio/test_seams.py` measures it).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, cast

import numpy as np
import numpy.typing as npt

from .band import limited
from .codec import CODECS, Codec, CodecName, decoder_setup
from .wave import Samples

if TYPE_CHECKING:
    from av.audio.codeccontext import AudioCodecContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """One piece as packets."""

    codec: CodecName
    rate: int
    """Hz"""
    channels: int
    packets: tuple[bytes, ...]
    """as many as the piece is long, one `Codec.frame` each"""
    tail: tuple[bytes, ...]
    """what follows if no other piece does: `Codec.tail` packets"""

    @property
    def length(self) -> int:
        """samples"""
        return len(self.packets) * CODECS[self.codec].frame(self.rate)

    def to_bytes(self) -> bytes:
        """All of it as one blob, the same for the same piece."""
        every = self.packets + self.tail
        head = HEAD.pack(
            MAGIC,
            self.codec.encode(),
            self.rate,
            self.channels,
            len(self.tail),
            len(every),
        )
        sizes = np.array([len(packet) for packet in every], "<u4").tobytes()
        return b"".join((head, sizes, *every))

    @classmethod
    def from_bytes(cls, blob: bytes) -> Encoded:
        """The piece `to_bytes` was called on; ValueError for anything else."""
        if len(blob) < HEAD.size:
            raise ValueError("not an encoded piece: too short")
        magic, padded, rate, channels, tail, count = HEAD.unpack_from(blob)
        name = next((name for name in CODECS if name.encode().ljust(4, b"\0") == padded), None)
        body = HEAD.size + 4 * count
        if magic != MAGIC or name is None or tail > count or body > len(blob):
            raise ValueError("not an encoded piece")
        ends = body + np.cumsum(np.frombuffer(blob, "<u4", count, HEAD.size), dtype=np.int64)
        if len(blob) != (int(ends[-1]) if count else body):
            raise ValueError("an encoded piece cut short")
        starts = [body, *ends[:-1].tolist()]
        packets = tuple(blob[a:b] for a, b in zip(starts, ends.tolist(), strict=True))
        cut = count - tail
        return cls(
            codec=name, rate=rate, channels=channels, packets=packets[:cut], tail=packets[cut:]
        )


LOUDEST = 16.0
"""Times full scale. The limiter leaves less than one; LAME aborts somewhere above 1e18."""

LOOK_AHEAD = 2
"""Frames after its last that an encoder decides by."""

MAGIC = b"GLMpkt1\0"
HEAD = struct.Struct("<8s4sIHHI")  # magic, codec, Hz, channels, packets in the tail, packets


def encode(
    codec: Codec, samples: Samples, rate: int, around: tuple[Samples, Samples] | None = None
) -> Encoded:
    """Encode one piece.   samples: [C, T], T a multiple of `codec.frame(rate)`, C 1 or 2.

    A piece that does not begin and end in silence says what is heard `around` it: [C, N] before
    and after, which its neighbours are encoded with as well; none where it is silence after all.
    The encoder hears as much of it as it needs to go on from the one into the other.
    """
    return encode_and_hear(codec, samples, rate, around)[0]


def encode_and_hear(
    codec: Codec, samples: Samples, rate: int, around: tuple[Samples, Samples] | None = None
) -> tuple[Encoded, Samples]:
    """A piece as `encode` makes it, and what listeners hear of it among its neighbours."""
    channels, length = samples.shape
    frame = codec.frame(rate)
    assert rate in codec.rates, f"{codec.name} has no {rate} Hz; resample first"
    assert length, "a piece has at least one packet"
    assert length % frame == 0, f"{length} samples are no whole number of {frame}s"
    _check_levels(samples, *(around or ()))
    options = dict(codec.options)
    first, kept = 0, length // frame
    if around:
        before, after = around
        first = before.shape[1] // frame
        before = before[:, before.shape[1] - first * frame :]
        ahead = (codec.tail(rate) + LOOK_AHEAD) * frame
        more = min(after.shape[1] // frame * frame, ahead)
        samples = np.concatenate([before, samples, after[:, :more]], axis=1)
        if codec.name == "mp3":
            options["reservoir"] = "0"  # no packet may lean on one that is not kept
    packets = tuple(_packets(codec, samples, rate, options))
    end = first + kept + codec.tail(rate)
    assert len(packets) >= end, f"{codec.encoder} gave {len(packets)} packets instead of {end}"
    whole = Encoded(
        codec=codec.name, rate=rate, channels=channels, packets=packets[:end], tail=packets[end:]
    )
    heard = decode(whole)[:, first * frame : first * frame + length]
    last = first + kept
    return replace(whole, packets=packets[first:last], tail=packets[last:end]), heard


def _check_levels(*sounds: Samples) -> None:
    """Raises ValueError for what encoders, which are native code, may abort the process at."""
    for sound in sounds:
        loudest = max(sound.max(initial=0.0), -sound.min(initial=0.0))
        if not loudest <= LOUDEST:  # NaN is not
            raise ValueError(f"sound of {loudest:g} times full scale cannot be encoded")


def _packets(codec: Codec, samples: Samples, rate: int, options: dict[str, str]) -> list[bytes]:
    """All that an encoder makes of [C, T] samples, T a whole number of frames."""
    from av import AudioFrame

    channels, length = samples.shape
    frame = codec.frame(rate)
    context = _context(codec.encoder, "w", rate, channels)
    context.format = codec.sample_format
    context.bit_rate = codec.bit_rate(channels)
    context.time_base = Fraction(1, rate)
    context.options = options
    if codec.factor != 1.0:
        samples = samples / np.float32(codec.factor)
    if codec.band:
        samples = limited(samples, rate, *codec.band)
    packets: list[bytes] = []
    for start in range(0, length, frame):
        block = samples[:, start : start + frame]
        sound = AudioFrame.from_ndarray(
            _block(codec, block), codec.sample_format, context.layout.name
        )
        sound.sample_rate, sound.pts, sound.time_base = rate, start, context.time_base
        packets += map(bytes, context.encode(sound))
    packets += map(bytes, context.encode(None))
    return packets


def _block(codec: Codec, block: Samples) -> npt.NDArray[np.float32] | npt.NDArray[np.int16]:
    """[C, T] as the encoder takes it."""
    if codec.sample_format == "s16":
        whole = np.clip(np.rint(block * 2.0**15), -(2**15), 2**15 - 1)
        return np.asarray(whole, np.int16)
    if codec.sample_format == "flt":  # channels interleaved
        block = block.T.reshape(1, -1)
    return np.ascontiguousarray(block, np.float32)


def decode(encoded: Encoded) -> Samples:
    """What listeners hear of a piece: [C, T] float32, aligned with what was encoded."""
    from av import Packet

    codec = CODECS[encoded.codec]
    context = _context(codec.decoder, "r", encoded.rate, encoded.channels)
    setup = decoder_setup(codec, encoded.rate, encoded.channels, delay=0)
    if setup:
        context.extradata = setup
    packets = (Packet(data) for data in (*encoded.packets, *encoded.tail))
    frames = (frame for packet in (*packets, None) for frame in context.decode(packet))
    decoded = np.concatenate([frame.to_ndarray() for frame in frames], axis=1, dtype=np.float32)
    if codec.sample_format == "s16":
        decoded *= np.float32(2.0**-15)
    return decoded[:, codec.delay : codec.delay + encoded.length]


def _context(name: str, mode: Literal["r", "w"], rate: int, channels: int) -> AudioCodecContext:
    from av import CodecContext

    context = cast("AudioCodecContext", CodecContext.create(name, mode))
    context.sample_rate = rate
    context.layout = "mono" if channels == 1 else "stereo"
    return context
