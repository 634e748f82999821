"""Names of audio formats -> what their files can hold."""

from __future__ import annotations

from typing import cast

from ...audio.codec import CODECS, Codec, CodecName
from ...documents.fields import SAMPLE_RATES
from ...scripts.script import Format


def codec_of(format: Format) -> Codec | None:
    """The codec of a format's packets; None for what is written sample by sample."""
    if format in ("wav", "flac"):
        return None
    name = "m4a" if format == "m4b" else format.removesuffix(".wav")
    return CODECS[cast("CodecName", name)]


def is_telephone(format: Format) -> bool:
    """Whether files of the format are for telephone lines, which carry a narrow band."""
    codec = codec_of(format)
    return codec is not None and codec.band is not None


def sample_rates(format: Format) -> tuple[int, ...]:
    """Hz, ascending, that files of a format can have."""
    codec = codec_of(format)
    return codec.rates if codec else SAMPLE_RATES


def rate_for(format: Format, wanted: int) -> int:
    """The rate in Hz for a file of a format: the one wanted, or the nearest that loses nothing."""
    rates = sample_rates(format)
    return next((rate for rate in rates if rate >= wanted), rates[-1])
