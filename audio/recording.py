"""An audio file -> samples and rate: decoding, mixing to one channel, resampling."""

from __future__ import annotations

import json
import math
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..messages import Message
from ..mistakes import InputError, Place
from .limits import FILE_BYTES, LOUDEST, SAMPLES, SECONDS
from .media import answered, asked
from .wave import Samples

TAPS = 128
"""Length of the resampling filter, in samples of the slower rate."""

FILTER = f"filter_size={TAPS}:cutoff=0.95:filter_type=kaiser:kaiser_beta=12:exact_rational=1"
"""libswresample: passband to 0.45 of the slower rate, aliases below -120 dB."""

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


@dataclass(frozen=True, slots=True)
class Track:
    """A file's sound while it is decoded."""

    rate: int
    """Hz"""
    channels: int
    blocks: Iterator[Samples]
    """[C, t] each, one second or so; raises InputError where the file turns out to be bad"""


@contextmanager
def decoding(
    path: Path, *, place: Place | None = None, longest: float = SECONDS
) -> Iterator[Track]:
    """The first sound track of any file FFmpeg can decode: WAV, MP3, M4A, FLAC, Ogg, video.

    It is decoded in another process. `longest` is in seconds. Raises InputError at `place` (the
    file itself when None) for a file that is missing, too large, too long, too loud, damaged or
    without sound, and for one that ends that process.
    """
    place = place or Place(str(path))
    _check_file(path, place)
    request = {"decode": str(path.absolute()), "longest": longest, "most": SAMPLES}
    with closing(answered(request, path.name, place)) as answers:
        head = json.loads(bytes(next(answers)))
        rate, channels = int(head["rate"]), int(head["channels"])
        parts = (np.frombuffer(part, "<f4").reshape(-1, channels).T for part in answers)
        yield Track(rate, channels, (cleaned(part, path.name, place) for part in parts))


def decode(path: Path, *, place: Place | None = None, longest: float = SECONDS) -> Recording:
    """All of a file's sound at once; see `decoding`."""
    with decoding(path, place=place, longest=longest) as track:
        blocks = deque(track.blocks)
    samples = np.empty((track.channels, sum(block.shape[1] for block in blocks)), np.float32)
    end = 0
    while blocks:  # each is let go as soon as it is copied
        block = blocks.popleft()
        samples[:, end : end + block.shape[1]] = block
        end += block.shape[1]
    return Recording(samples, track.rate)


def cleaned(samples: Samples, name: str, place: Place) -> Samples:
    """The samples, of any shape, without NaN and infinities.

    A float file may hold them; nothing downstream could recover from one. Raises InputError at
    `place` for levels that no sound has.
    """
    loudest = _loudest(samples)
    if not math.isfinite(loudest):
        samples = np.nan_to_num(samples, posinf=1.0, neginf=-1.0)
        loudest = _loudest(samples)
    if loudest > LOUDEST:
        what = Message(
            "{} holds levels of up to {:.0e} times full scale: that is no sound.", name, loudest
        )
        raise InputError.at(place, what, "Export it again, as 16-bit or 24-bit WAV.")
    return samples


def _loudest(samples: Samples) -> float:
    """NaN where one is."""
    return max(float(samples.max(initial=0.0)), -float(samples.min(initial=0.0)))


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
    whole = samples.reshape(-1, samples.shape[-1])
    blocks = [*resampled([whole], source, target)]
    return np.concatenate(blocks, axis=1).reshape(*samples.shape[:-1], -1)


def resampled(blocks: Iterable[Samples], source: int, target: int) -> Iterator[Samples]:
    """As `resample` changes a sound, of which these are the [C, t] blocks, one after the other."""
    if source == target:
        yield from blocks
        return
    # Padding by whole periods of the two rates keeps every sample where it was.
    step = source // math.gcd(source, target)
    lead = step * math.ceil(TAPS * max(1.0, source / target) / step)
    skip = lead * target // source
    filters: list[_Filter] = []
    taken = given = 0
    for block in blocks:
        if not filters:
            filters = [_Filter(source, target, lead, skip) for _ in block]
        taken += block.shape[1]
        ready = np.stack([one.push(part) for one, part in zip(filters, block, strict=True)])
        given += ready.shape[1]
        yield ready
    if filters:
        rest = round(taken * target / source) - given
        yield np.stack([one.end()[:rest] for one in filters])


class _Filter:
    """libswresample at work on one channel."""

    def __init__(self, source: int, target: int, lead: int, skip: int) -> None:
        """lead: samples of silence before and after; skip: what the first of them become."""
        from av.filter import Graph

        self._graph = Graph()
        entry = self._graph.add_abuffer(sample_rate=source, format="fltp", layout="mono")
        convert = self._graph.add("aresample", f"{target}:{FILTER}")
        leave = self._graph.add("abuffersink")
        entry.link_to(convert)
        convert.link_to(leave)
        self._graph.configure()
        self._rate, self._at, self._skip = source, 0, skip
        self._silence = np.zeros(lead, np.float32)
        self.push(self._silence)

    def push(self, samples: Samples) -> Samples:
        """What [t] more samples give."""
        import av

        for start in range(0, len(samples), BLOCK):
            block = np.ascontiguousarray(samples[None, start : start + BLOCK], dtype=np.float32)
            frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="mono")
            frame.sample_rate, frame.pts = self._rate, self._at
            self._graph.push(frame)
            self._at += block.shape[1]
        return self._ready()

    def end(self) -> Samples:
        """What the silence after the last sample gives."""
        last = self.push(self._silence)
        self._graph.push(None)
        return np.concatenate([last, self._ready()])

    def _ready(self) -> Samples:
        import av

        blocks = [np.empty(0, np.float32)]
        while True:
            try:
                frame = self._graph.pull()
            except (av.error.EOFError, av.error.BlockingIOError):
                break
            assert isinstance(frame, av.AudioFrame), "an audio graph yields sound"
            blocks.append(frame.to_ndarray()[0])
        ready = np.concatenate(blocks)
        self._skip, skipped = max(0, self._skip - len(ready)), self._skip
        return ready[skipped:]


def seconds(path: Path, *, place: Place | None = None) -> float:
    """How long a file is by its own word; raises InputError for what is no sound."""
    place = place or Place(str(path))
    return float(asked({"seconds": str(path.absolute())}, path.name, place)["seconds"])


def _check_file(path: Path, place: Place) -> None:
    if not path.is_file():
        raise InputError.at(place, Message("There is no file {}.", path), "Check the path.")
    try:
        with path.open("rb"):
            size = path.stat().st_size
    except PermissionError as error:
        what = Message("{} cannot be opened ({}).", path.name, error)
        raise InputError.at(place, what, "Check its permissions.") from error
    if size > FILE_BYTES:
        what = Message("{} is {:.1f} GiB large, more than 1 GiB.", path.name, size / FILE_BYTES)
        raise InputError.at(place, what, "Cut it, or convert it to FLAC.")
