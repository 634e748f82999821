"""The name of a chime -> its samples: bars, bells and tones added up from partials that die away.

The frequencies are those of equal temperament (A4 = 440 Hz). A struck bar sounds its ground tone
and, about two and three octaves above, partials that die away sooner (Fletcher and Rossing, The
Physics of Musical Instruments, chapter 19); a gong's partials are no multiples of each other.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..atomic import replacing
from .containers import write_pcm
from .loudness import loudness
from .tags import Tags
from .wave import Samples

VERSION = "1"
"""Changes when a chime sounds different; part of cache keys."""

LEVEL = -20.0
"""LUFS, the level that speech and sounds are brought to before their gains"""

_RATE = 48_000  # Hz of files
_HIGHEST = 0.45  # of the sample rate; partials above are left out
_FADE = 0.05  # s at the end
_QUIET = 5e-3  # of the first strike: what is left of the last one when the sound ends


@dataclass(frozen=True, slots=True)
class _Partial:
    ratio: float
    """of the note's frequency"""
    level: float
    decay: float
    """s after which 1/e is left"""


@dataclass(frozen=True, slots=True)
class _Note:
    start: float
    """s"""
    frequency: float
    """Hz"""
    level: float = 1.0
    held: float | None = None
    """s; None: as the chime says"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chime:
    partials: tuple[_Partial, ...]
    notes: tuple[_Note, ...]
    attack: float = 0.004
    """s a strike takes to full strength"""
    held: float | None = None
    """s a note is held evenly; None: it dies away from the start"""


_BAR = (
    _Partial(1.0, 1.0, 0.42),
    _Partial(2.0, 0.08, 0.3),
    _Partial(3.99, 0.2, 0.16),
    _Partial(9.9, 0.04, 0.05),
)
_GONG = tuple(
    _Partial(ratio * (1 + side * 0.0015), level / 2, decay)
    for ratio, level, decay in (
        (1.0, 1.0, 0.9), (1.47, 0.5, 0.8), (1.98, 0.6, 0.65), (2.44, 0.3, 0.5), (2.93, 0.25, 0.4),
        (3.71, 0.15, 0.3), (4.9, 0.1, 0.2),
    )
    for side in (-1, 1)  # two close tones beat, which is a gong's life
)  # fmt: skip
_TONE = (_Partial(1.0, 1.0, 0.06), _Partial(2.0, 0.2, 0.05), _Partial(3.0, 0.06, 0.04))

_BEEP = (_Partial(1.0, 1.0, 0.006), _Partial(2.0, 0.15, 0.005))
_DOT = 0.12  # s: ten words a minute

_G4, _C5, _E5, _G5 = 391.995, 523.251, 659.255, 783.991
_G3, _A5, _E6 = 195.998, 880.0, 1318.510

_CHIMES = {
    "ding-dong": _Chime(partials=_BAR, notes=(_Note(0, _E5), _Note(0.62, _C5))),
    "rise": _Chime(partials=_BAR, notes=(_Note(0, _C5), _Note(0.36, _E5), _Note(0.72, _G5))),
    "station": _Chime(
        partials=_BAR,
        notes=(_Note(0, _G4), _Note(0.42, _C5), _Note(0.84, _E5), _Note(1.26, _C5)),
    ),
    "gong": _Chime(partials=_GONG, notes=(_Note(0, _G3),), attack=0.09),
    "queue": _Chime(
        partials=_TONE, notes=(_Note(0, _E6, 0.8), _Note(0.17, _A5)), attack=0.006, held=0.09
    ),
    # GB 45438-2025's rhythm, Morse's A and I: a dash is three dots, as is what parts letters.
    "ai": _Chime(
        partials=_BEEP,
        notes=(
            _Note(0, _A5, held=_DOT),
            _Note(2 * _DOT, _A5, held=3 * _DOT),
            _Note(8 * _DOT, _A5, held=_DOT),
            _Note(10 * _DOT, _A5, held=_DOT),
        ),
        attack=0.008,
        held=_DOT,
    ),
    "attention": _Chime(
        partials=_TONE,
        notes=(_Note(0, _G5), _Note(0.45, _G5), _Note(0.9, _G5)),
        attack=0.012,
        held=0.22,
    ),
}


@lru_cache(maxsize=16)
def chime(name: str, rate: int) -> Samples:
    """[1, T] at `rate` Hz, as loud as speech. The same name and rate give the same samples.

    They are kept and may not be written to: a run of announcements asks for one again and again.
    """
    made = _CHIMES[name]
    length = round(_seconds(made) * rate)
    sound = np.zeros(length)
    for note in made.notes:
        start = round(note.start * rate)
        for partial in _audible(made, note, rate):
            sound[start:] += note.level * _struck(partial, note, made, length - start, rate)
    fade = round(_FADE * rate)
    sound[-fade:] *= 0.5 + 0.5 * np.cos(np.pi * np.arange(1, fade + 1) / fade)
    level = loudness(sound.astype(np.float32), rate)
    samples = (sound * 10 ** ((LEVEL - level) / 20)).astype(np.float32)[None]
    samples.setflags(write=False)
    return samples


def write_chime(name: str, folder: Path) -> Path:
    """Write a chime as a WAV file of its name and return its path."""
    path = folder / f"{name}.wav"
    with replacing(path) as temporary:
        write_pcm(
            temporary, "wav", [chime(name, _RATE)], rate=_RATE, channels=1, tags=Tags(title=name)
        )
    return path


def _seconds(made: _Chime) -> float:
    """Until the last note has died away."""
    longest = max(partial.decay * math.log(partial.level / _QUIET) for partial in made.partials)
    return max(note.start for note in made.notes) + (made.held or 0.0) + longest


def _audible(made: _Chime, note: _Note, rate: int) -> Iterator[_Partial]:
    for partial in made.partials:
        if partial.ratio * note.frequency < _HIGHEST * rate:
            yield partial


def _struck(
    partial: _Partial, note: _Note, made: _Chime, length: int, rate: int
) -> npt.NDArray[np.float64]:
    """One partial from its note's start on: a rising cosine, then held, then dying away."""
    time = np.arange(length) / rate
    rise = 0.5 - 0.5 * np.cos(np.pi * np.minimum(time / made.attack, 1))
    held = (made.held if note.held is None else note.held) or 0.0
    decay = np.exp(-np.maximum(time - held, 0) / partial.decay)
    # Partials that began together would add up to one high peak.
    phase = 7 * partial.ratio
    tone = np.sin(2 * np.pi * partial.ratio * note.frequency * time + phase)
    sound: npt.NDArray[np.float64] = partial.level * rise * decay * tone
    return sound
