"""The codecs: MP3, AAC, Opus and G.711, what their encoders take and their decoders must know."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Literal, TypeAlias

from .band import TAPS

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
    factor: float = 1.0
    """what the encoder multiplies sound by"""
    channels: Literal[1, 2] = 2
    """at most"""
    band: tuple[float, float] | None = None
    """Hz; what sounds outside is taken out before encoding"""

    def frame(self, rate: int) -> int:
        """Samples per packet."""
        if self.name == "mp3":
            return 1152 if rate >= 32_000 else 576  # MPEG-1, MPEG-2 (ISO 13818-3)
        return {"m4a": 1024, "opus": 960, "ulaw": 576, "alaw": 576}[self.name]

    @property
    def margin(self) -> int:
        """Samples of digital silence a piece ends with: room for the delay and for ringing."""
        return self.delay + self.spread

    def tail(self, rate: int) -> int:
        """Packets after the last piece that carry what the delay pushed out."""
        return -(-self.delay // self.frame(rate))

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
            factor=0.95,  # LAME's headroom, 0.45 dB: ours has been seen to before
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
            delay=120,
            spread=4 * 960,  # its high-pass filter at 3 Hz rings longest
            mono=48_000,
            stereo=96_000,
            # Only the half of Opus that soon forgets (CELT): the other one's prediction would not
            # let pieces be joined within a sound. At these rates it costs up to 1.5 dB of noise.
            options=(("flags", "+bitexact"), ("application", "lowdelay")),
        ),
        _g711("ulaw", "pcm_mulaw"),
        _g711("alaw", "pcm_alaw"),
    )
}


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
