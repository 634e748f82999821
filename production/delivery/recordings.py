"""Recordings from anywhere -> at a loudness and a rate, and into files of any format."""

from __future__ import annotations

import hashlib
import math
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np

from ...atomic import replacing
from ...audio.containers import PacketFormat, PcmName, write_packets, write_pcm
from ...audio.encoded import encode
from ...audio.limiter import limit
from ...audio.loudness import loudness, true_peak
from ...audio.recording import Recording, resample
from ...audio.tags import Chapter, Tags
from ...scripts.disclosure import Disclosure
from ...scripts.script import Format
from ..mastering.finish import PCM_HEADROOM, Target
from ..provenance.labelling import Labelling
from .formats import codec_of, rate_for
from .labels import labels, sign
from .programme import Programme

_CLOSE_ENOUGH = 0.05  # LU
_ROUNDS = 8


def mastered(recording: Recording, target: Target, rate: int) -> Recording:
    """The recording at `rate` Hz, as loud as the target says and nowhere above its true peak.

    Silence stays as it is. A limiter takes loudness away, so the gain is corrected until what is
    left measures right; where the peak allows no more it comes as near as can be.
    """
    samples = resample(recording.samples, recording.rate, rate)
    level = loudness(samples, rate)
    finished = samples
    gain = 0.0
    for _ in range(_ROUNDS):
        if not math.isfinite(level) or abs(target.loudness - level) <= _CLOSE_ENOUGH:
            break
        gain += target.loudness - level
        loud = samples * np.float32(10 ** (gain / 20))
        finished = limit(loud, rate, target.true_peak - PCM_HEADROOM)
        level = loudness(finished, rate)
    return Recording(limit(finished, rate, target.true_peak - PCM_HEADROOM), rate)


def measured(recording: Recording) -> str:
    """Loudness and true peak, for people."""
    level = loudness(recording.samples, recording.rate)
    peak = true_peak(recording.samples, recording.rate)
    return f"{level:.1f} LUFS, {peak:.1f} dBTP"


def write(
    recording: Recording,
    path: Path,
    format: Format,
    programme: Programme | None,
    *,
    disclosure: Disclosure | None = None,
    labelling: Labelling | None = None,
    **tags: Any,
) -> None:
    """Write a recording as it is, its first two channels at most, into the file `path`.

    A format without its sample rate gets the next higher one. programme: whose tags and chapters
    the file gets; disclosure and labelling: what it says of where its sound comes from, the usual
    unless given; tags: fields of `Tags` in place of the programme's.
    """
    rate = rate_for(format, recording.rate)
    samples = resample(recording.samples[:2], recording.rate, rate)
    house = labelling or Labelling()
    content = hashlib.sha256(samples.astype("<f4").tobytes()).hexdigest()
    told = labels(disclosure or Disclosure(), house, "sound", format, str(rate), content)
    usual = Tags() if programme is None else programme.tags
    named = replace(usual, **tags, labels=told)
    with replacing(path) as temporary:
        _write(Recording(samples, rate), temporary, format, named, _chapters(programme, rate))
        if told:
            sign(temporary, format, house, path.stem)


def _chapters(programme: Programme | None, rate: int) -> tuple[Chapter, ...]:
    """The chapters of a programme at another rate."""
    if programme is None:
        return ()
    of = programme.timeline.rate
    return tuple(replace(mark, start=mark.start * rate // of) for mark in programme.chapters)


def _write(
    recording: Recording, path: Path, format: Format, tags: Tags, chapters: tuple[Chapter, ...]
) -> None:
    """Write a recording at a rate the format has."""
    samples, rate = recording.samples, recording.rate
    codec = codec_of(format)
    if codec is None:
        pcm = cast("PcmName", format)
        write_pcm(
            path, pcm, [samples], rate=rate, channels=len(samples), tags=tags, chapters=chapters
        )
    else:
        whole = np.pad(samples, ((0, 0), (0, -samples.shape[1] % codec.frame(rate))))
        packets = cast("PacketFormat", format)
        write_packets(path, packets, [encode(codec, whole, rate)], tags=tags, chapters=chapters)
