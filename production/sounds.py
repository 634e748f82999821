"""Sounds of a script, files and chimes: measured once, remembered, decoded only where mixed.

What is decoded lies in a file without a name, mapped: an hour of music costs disk, not memory.
"""

from __future__ import annotations

import hashlib
import mmap
import struct
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ..audio import chimes
from ..audio.loudness import energies, grid, integrated
from ..audio.recording import decoding, resampled
from ..audio.wave import Samples
from ..digests import file_digest
from ..messages import Message
from ..mistakes import InputError, Mistake, Place
from ..progress import unwatched
from ..scripts.chimes import chime_name
from ..scripts.script import Sound
from .store import Store, key_of

_MEASURED = struct.Struct("<4sId")  # magic, samples, loudness
_MAGIC = b"CUE1"
_PART = 20  # s
_SHORTEST = 0.05  # s; a loop of less is a tone, and one made in as many steps as turns


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundFile:
    """A cue's file, measured."""

    file: Path
    digest: str
    """Hex SHA-256 of the file's bytes, or of a chime's name."""
    rate: int
    """Hz it is wanted at"""
    length: int
    """samples at `rate`"""
    loudness: float
    """LUFS"""
    samples: Callable[[], Samples] = field(repr=False, compare=False)
    """[C, length] at `rate`, one or two channels; not to be written to"""
    forget: Callable[[], None] = field(default=unwatched, repr=False, compare=False)
    """Let go of the memory that what was read of them takes."""


def read_sounds(cues: Iterable[Sound], rate: int, store: Store) -> dict[str, SoundFile]:
    """Measure each file once, by its path.

    Raises `InputError` with all that are no audio, and all cues that begin after their file's end.
    """
    sounds: dict[str, SoundFile] = {}
    mistakes: list[Mistake] = []
    bad: set[Path] = set()
    for cue in cues:
        name = str(cue.file)
        if cue.file in bad:
            continue
        try:
            if name not in sounds:
                sounds[name] = _measure(cue.file, cue.place, rate, store)
        except InputError as error:
            mistakes += error.mistakes
            bad.add(cue.file)
            continue
        seconds = sounds[name].length / rate
        if cue.start >= seconds:
            what = Message(
                'The sound "{}" ends at {:.1f} s, before its start.', cue.file.name, seconds
            )
            mistakes.append(Mistake(cue.place, what, "Give an earlier start."))
    if mistakes:
        raise InputError(mistakes)
    return sounds


def _measure(file: Path, place: Place, rate: int, store: Store) -> SoundFile:
    try:
        digest = _digest(file)
    except OSError as error:
        what = Message('The sound "{}" cannot be read: {}.', file.name, error.strerror)
        raise InputError.at(place, what, "Check its permissions.") from error
    source = _Source(file, place, rate, store)
    key = key_of("cue", digest, str(rate))
    blob = store.read(key)
    if blob is None or len(blob) != _MEASURED.size or not blob.startswith(_MAGIC):
        samples = source.samples()
        if samples.shape[1] < _SHORTEST * rate:
            what = Message('The sound "{}" is shorter than {:.0f} ms.', file.name, _SHORTEST * 1000)
            raise InputError.at(place, what, "Use a longer file.")
        level = _loudness(samples, rate, source.forget)
        blob = _MEASURED.pack(_MAGIC, samples.shape[1], level)
        store.write(key, blob)
    _, length, level = _MEASURED.unpack(blob)
    return SoundFile(
        file=file,
        digest=digest,
        rate=rate,
        length=length,
        loudness=level,
        samples=source.samples,
        forget=source.forget,
    )


def _loudness(samples: Samples, rate: int, forget: Callable[[], None]) -> float:
    """LUFS of [C, T] samples, read part by part."""
    cell = grid(rate, rate // 100)
    part, before = _PART * rate // cell * cell, -(-rate // cell) * cell
    found = []
    for start in range(0, samples.shape[1], part):
        lead = min(before, start)
        window = samples[:, start - lead : start + part]
        found.append(energies(window, rate, cell)[lead // cell :])
        forget()
    return integrated(np.concatenate(found), cell, rate)


def _digest(file: Path) -> str:
    name = chime_name(file)
    if name is None:
        return file_digest(file)
    return hashlib.sha256(f"chime {name} {chimes.VERSION}".encode()).hexdigest()


class _Source:
    """A sound at one rate: decoded with the first need of it, once for all threads."""

    def __init__(self, file: Path, place: Place, rate: int, store: Store) -> None:
        self._file, self._place, self._rate, self._store = file, place, rate, store
        self._lock = threading.Lock()
        self._samples: Samples | None = None
        self._mapping: mmap.mmap | None = None

    def samples(self) -> Samples:
        with self._lock:
            if self._samples is None:
                name = chime_name(self._file)
                self._samples = self._mapped() if name is None else chimes.chime(name, self._rate)
            return self._samples

    def forget(self) -> None:
        """Free the memory of what was read, where the system can: Windows cannot."""
        if self._mapping is not None and hasattr(mmap, "MADV_DONTNEED"):
            self._mapping.madvise(mmap.MADV_DONTNEED)

    def _mapped(self) -> Samples:
        with decoding(self._file, place=self._place) as track, self._store.scratch() as scratch:
            blocks = (block[:2] for block in track.blocks)
            for block in resampled(blocks, track.rate, self._rate):
                scratch.write(np.ascontiguousarray(block.T).data)
            scratch.flush()
            if not scratch.tell():
                return np.empty((min(track.channels, 2), 0), np.float32)
            self._mapping = mmap.mmap(scratch.fileno(), 0, access=mmap.ACCESS_READ)
            mapped: Samples = np.frombuffer(self._mapping, np.float32)
        shaped: Samples = mapped.reshape(-1, min(track.channels, 2)).T
        return shaped
