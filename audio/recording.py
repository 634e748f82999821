"""An audio file -> samples and rate: decoding, mixing to one channel, resampling."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..mistakes import InputError, Place
from .wave import Samples

if TYPE_CHECKING:
    import av
    from av.audio.stream import AudioStream

LONGEST = 3600.0
"""Seconds of sound read from one file unless the caller says otherwise."""

LARGEST = 1 << 30
"""Bytes of a file that is opened at all."""

CHANNELS = 8
"""More than this is not something a person listens to."""

RATES = range(4_000, 384_001)
"""Hz a file may have."""

TAPS = 128
"""Length of the resampling filter, in samples of the slower rate."""

FILTER = f"filter_size={TAPS}:cutoff=0.95:filter_type=kaiser:kaiser_beta=12:exact_rational=1"
"""libswresample: passband to 0.45 of the slower rate, aliases below -120 dB."""

JAIL = {"protocol_whitelist": "none"}
"""The file itself is read through Python; a playlist inside may open no other file or address."""

BLOCK = 1 << 16
"""Samples handed to libswresample at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """What an audio file holds."""

    samples: Samples
    """[C, T] float32, full scale is 1.0"""
    rate: int
    """Hz"""

    @property
    def seconds(self) -> float:
        return float(self.samples.shape[1] / self.rate)


def decode(path: Path, *, place: Place | None = None, longest: float = LONGEST) -> Recording:
    """Read the first sound track of any file FFmpeg can decode: WAV, MP3, M4A, FLAC, Ogg, video.

    `longest` is in seconds. Raises InputError at `place` (the file itself when None) for a file
    that is missing, too large, too long, damaged or without sound.
    """
    import av

    place = place or Place(str(path))
    _check_file(path, place)
    try:
        with path.open("rb") as file, av.open(file, "r", options=JAIL) as container:
            return _first_track(container, path, place, longest)
    except PermissionError as error:
        raise InputError.at(
            place, f"{path.name} cannot be opened ({error}).", "Check its permissions."
        ) from error
    except av.error.FFmpegError as error:
        raise InputError.at(
            place,
            f"{path.name} is not a sound file that can be decoded ({error.strerror}).",
            "Convert it to WAV or FLAC.",
        ) from error


def mono(samples: Samples) -> Samples:
    """The mean of all channels. samples: [C, T] or [T]; returns [T]."""
    if samples.ndim == 1:
        return samples
    mean: Samples = samples.mean(axis=0, dtype=np.float32)
    return mean


def resample(samples: Samples, source: int, target: int) -> Samples:
    """Change the rate of samples from `source` to `target` Hz, moving nothing in time.

    samples: [T] or [C, T]; returns the same shape with T' = round(T * target / source). What lies
    outside the samples counts as silence. Equal input gives equal output, bit for bit.
    """
    if source == target or samples.size == 0:
        return samples
    length = round(samples.shape[-1] * target / source)
    # Padding by whole periods of the two rates keeps every sample where it was.
    step = source // math.gcd(source, target)
    lead = step * math.ceil(TAPS * max(1.0, source / target) / step)
    skip = lead * target // source
    padding = [(0, 0)] * (samples.ndim - 1) + [(lead, lead)]
    padded = np.pad(samples, padding).reshape(-1, samples.shape[-1] + 2 * lead)
    channels = [_convert(channel, source, target)[skip : skip + length] for channel in padded]
    return np.stack(channels).reshape(*samples.shape[:-1], length)


def _check_file(path: Path, place: Place) -> None:
    if not path.is_file():
        raise InputError.at(place, f"There is no file {path}.", "Check the path.")
    size = path.stat().st_size
    if size > LARGEST:
        raise InputError.at(
            place,
            f"{path.name} is {size / LARGEST:.1f} GiB large, more than 1 GiB.",
            "Cut it, or convert it to FLAC.",
        )


def _first_track(
    container: av.container.InputContainer, path: Path, place: Place, longest: float
) -> Recording:
    if not container.streams.audio:
        raise InputError.at(place, f"{path.name} has no sound.", "Give a file with a sound track.")
    stream = container.streams.audio[0]
    rate, channels = stream.rate, stream.channels
    if rate not in RATES or not 1 <= channels <= CHANNELS:
        raise InputError.at(
            place,
            f"{path.name} has {channels} channels at {rate} Hz.",
            "Convert it to mono or stereo at 24000 or 48000 Hz.",
        )
    limit = int(longest * rate)
    blocks: list[Samples] = []
    length = 0
    for block in _blocks(container, stream):
        if length + block.shape[1] > limit:
            raise InputError.at(
                place, f"{path.name} is longer than {longest:g} seconds.", "Cut it to that length."
            )
        blocks.append(block)
        length += block.shape[1]
    if not length:
        raise InputError.at(place, f"{path.name} holds no sound at all.", "Record it again.")
    samples = np.concatenate(blocks, axis=1)
    # A float file may hold infinities; nothing downstream could recover from one.
    return Recording(np.nan_to_num(samples, copy=False, posinf=1.0, neginf=-1.0), rate)


def _blocks(container: av.container.InputContainer, stream: AudioStream) -> Iterator[Samples]:
    """Decode a track to float32 blocks [C, t]; a damaged packet is skipped, as players do."""
    import av

    resampler = av.AudioResampler("fltp", stream.layout, stream.rate)
    for packet in container.demux(stream):
        try:
            frames = packet.decode()
        except av.error.InvalidDataError:
            continue
        for frame in frames:
            for converted in resampler.resample(frame):
                yield converted.to_ndarray().astype(np.float32, copy=False)


def _convert(channel: Samples, source: int, target: int) -> Samples:
    """Run one channel [T] through libswresample, with the silence it adds at the end."""
    import av
    from av.filter import Graph

    graph = Graph()
    entry = graph.add_abuffer(sample_rate=source, format="fltp", layout="mono")
    convert = graph.add("aresample", f"{target}:{FILTER}")
    leave = graph.add("abuffersink")
    entry.link_to(convert)
    convert.link_to(leave)
    graph.configure()
    blocks: list[Samples] = []

    def drain() -> None:
        while True:
            try:
                frame = graph.pull()
            except (av.error.EOFError, av.error.BlockingIOError):
                return
            assert isinstance(frame, av.AudioFrame), "an audio graph yields sound"
            blocks.append(frame.to_ndarray()[0])

    for start in range(0, len(channel), BLOCK):
        block = np.ascontiguousarray(channel[None, start : start + BLOCK], dtype=np.float32)
        frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="mono")
        frame.sample_rate = source
        frame.pts = start
        graph.push(frame)
        drain()
    graph.push(None)
    drain()
    return np.concatenate(blocks)
