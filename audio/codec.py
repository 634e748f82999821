"""PCM pieces <-> packets of MP3, AAC, Opus or G.711, every piece on its own.

A programme is cut into pieces at digital silence. Each piece is a whole number of packets long,
starts with `Codec.lead` silent samples and ends with `Codec.margin` of them. An encoder delays
what it is given by a constant number of samples (its priming), so the first n packets of an
n-packet piece lack nothing but silence, and the packets of all pieces in a row are one valid
stream with one constant delay, as if it had been encoded at once. A changed line costs one
piece, and pieces may be encoded in as many threads as there are cores: the encoders release the
interpreter's lock.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

import numpy as np
import numpy.typing as npt

from .band import TAPS, limited

if TYPE_CHECKING:
    from av.audio.codeccontext import AudioCodecContext

Samples: TypeAlias = npt.NDArray[np.float32]
CodecName: TypeAlias = Literal["mp3", "m4a", "opus", "ulaw", "alaw"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Codec:
    """One compressed format: what its encoder takes, and how it lays sound out in packets."""

    name: CodecName
    encoder: str
    decoder: str
    sample_format: Literal["fltp", "flt", "s16"]
    rates: tuple[int, ...]
    """Hz, ascending"""
    delay: int
    """samples by which what is decoded lags behind what was encoded (priming)"""
    spread: int
    """samples around it that one sample touches: the reach of windows, filters and prediction"""
    mono: int
    """bit/s"""
    stereo: int
    """bit/s"""
    options: tuple[tuple[str, str], ...] = (("flags", "+bitexact"),)
    """the encoder's own; bitexact: no version strings inside packets"""
    channels: Literal[1, 2] = 2
    """at most"""
    band: tuple[float, float] | None = None
    """Hz; what sounds outside is taken out before encoding"""

    def frame(self, rate: int) -> int:
        """Samples per packet."""
        if self.name == "mp3":
            return 1152 if rate >= 32_000 else 576  # MPEG-1, MPEG-2 (ISO 13818-3)
        return {"m4a": 1024, "opus": 960, "ulaw": 576, "alaw": 576}[self.name]

    def lead(self, rate: int) -> int:
        """Samples of digital silence a piece starts with: the packet that resets the decoder."""
        return self.frame(rate)

    def margin(self, rate: int) -> int:
        """Samples of digital silence a piece ends with: room for the delay and for ringing."""
        return self.delay + self.spread

    def tail(self, rate: int) -> int:
        """Packets after the last piece that carry what the delay pushed out."""
        return -(-self.delay // self.frame(rate))

    def rate_for(self, rate: int) -> int:
        """The rate to resample to: the lowest supported one that loses nothing, or the highest."""
        return next((known for known in self.rates if known >= rate), self.rates[-1])

    def bit_rate(self, channels: int) -> int:
        """bit/s; constant for MP3, a mean for the others."""
        return self.mono if channels == 1 else self.stereo


SPEECH_RATES = (16_000, 22_050, 24_000, 32_000, 44_100, 48_000)


def _g711(name: Literal["ulaw", "alaw"], library: str) -> Codec:
    """The two laws of G.711: a byte a sample, for lines that carry 300 to 3400 Hz."""
    return Codec(
        name=name,
        encoder=library,
        decoder=library,
        sample_format="s16",
        rates=(8_000,),
        delay=0,
        spread=TAPS // 2 + 1,
        mono=64_000,
        stereo=64_000,
        channels=1,
        # Flat from 220 to 3440 Hz; nothing below 100, where loudspeakers of telephones rattle.
        band=(160.0, 3500.0),
    )


CODECS: dict[CodecName, Codec] = {
    codec.name: codec
    for codec in (
        Codec(
            name="mp3",
            encoder="libmp3lame",
            decoder="mp3float",
            sample_format="fltp",
            rates=SPEECH_RATES,
            delay=1105,  # 576 of LAME's encoder, 529 of every MP3 decoder
            spread=1152 + 512,  # long block, polyphase filter
            mono=96_000,
            stereo=128_000,
            # The psychoacoustics LAME calls good for its speed: the same signal-to-noise ratio on
            # speech with music as at its slowest setting, in half the time.
            options=(("flags", "+bitexact"), ("compression_level", "5")),
        ),
        Codec(
            name="m4a",
            encoder="aac",
            decoder="aac",
            sample_format="fltp",
            rates=SPEECH_RATES,
            delay=1024,
            spread=1024,
            mono=80_000,
            stereo=128_000,
            # At these rates the fast search is no worse and four times faster. With noise
            # substitution every decoder would make its own noise: no peak would be sure.
            options=(("flags", "+bitexact"), ("aac_coder", "fast"), ("aac_pns", "0")),
        ),
        Codec(
            name="opus",
            encoder="libopus",
            decoder="opus",
            sample_format="flt",
            rates=(48_000,),
            delay=312,
            spread=4 * 960,  # its high-pass filter at 3 Hz rings longest
            mono=48_000,
            stereo=96_000,
        ),
        _g711("ulaw", "pcm_mulaw"),
        _g711("alaw", "pcm_alaw"),
    )
}


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


MAGIC = b"GLMpkt1\0"
HEAD = struct.Struct("<8s4sIHHI")  # magic, codec, Hz, channels, packets in the tail, packets


def encode(
    codec: Codec, samples: Samples, rate: int, around: tuple[Samples, Samples] | None = None
) -> Encoded:
    """Encode one piece.   samples: [C, T], T a multiple of `codec.frame(rate)`, C 1 or 2.

    A piece that does not begin and end in silence says what is heard `around` it: [C, N] before
    and after, alike for all pieces that follow each other. The encoder hears as much of it as it
    needs to go on from the one into the other.
    """
    channels, length = samples.shape
    frame = codec.frame(rate)
    assert rate in codec.rates, f"{codec.name} has no {rate} Hz; resample to rate_for() first"
    assert length, "a piece has at least one packet"
    assert length % frame == 0, f"{length} samples are no whole number of {frame}s"
    options = dict(codec.options)
    first, kept = 0, length // frame
    if around:
        before, after = around
        first = before.shape[1] // frame
        samples = np.concatenate(
            [before[:, -first * frame :], samples, after[:, : codec.tail(rate) * frame]], axis=1
        )
        if codec.name == "mp3":
            options["reservoir"] = "0"  # no packet may lean on one that is not kept
    packets = _packets(codec, samples, rate, options)[first:]
    end = kept + codec.tail(rate)
    assert len(packets) >= end, f"{codec.encoder} gave {len(packets)} packets instead of {end}"
    return Encoded(
        codec=codec.name,
        rate=rate,
        channels=channels,
        packets=tuple(packets[:kept]),
        tail=tuple(packets[kept:end]),
    )


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
    heard = np.concatenate([frame.to_ndarray() for frame in frames], axis=1, dtype=np.float32)
    if codec.sample_format == "s16":
        heard *= np.float32(2.0**-15)
    return heard[:, codec.delay : codec.delay + encoded.length]


def _context(name: str, mode: Literal["r", "w"], rate: int, channels: int) -> AudioCodecContext:
    from av import CodecContext

    context = cast("AudioCodecContext", CodecContext.create(name, mode))
    context.sample_rate = rate
    context.layout = "mono" if channels == 1 else "stereo"
    return context


def decoder_setup(codec: Codec, rate: int, channels: int, delay: int | None = None) -> bytes:
    """What a decoder must know before the first packet: nothing for MP3.

    AAC: AudioSpecificConfig (ISO 14496-3, 1.6.2.1), low complexity. Opus: the identification
    header (RFC 7845, 5.1) with gain 0 and mapping family 0; a decoder cuts off `delay` samples
    by itself, the codec's own unless said otherwise.
    """
    if codec.name == "m4a":
        return struct.pack(">H", 2 << 11 | AAC_RATES.index(rate) << 7 | channels << 3)
    if codec.name == "opus":
        skip = codec.delay if delay is None else delay
        return b"OpusHead" + struct.pack("<BBHIhB", 1, channels, skip, rate, 0, 0)
    return b""


AAC_RATES = (96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000)
