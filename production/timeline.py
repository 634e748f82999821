"""The timeline: which take, cue and chapter lies where, in samples of the finished file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..listening.written import Word


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """One line's take at its place."""

    line: int
    """The line's number in the script, from 1."""
    speaker: str
    text: str
    """What subtitles show: the line as written, without markup."""
    take: str
    """Key of the take in the store."""
    start: int
    """samples"""
    length: int
    """samples"""
    gain: float = 0.0
    """dB"""
    words: tuple[Word, ...] = ()
    """Of the text, in seconds from `start`; () where nobody knows when they are said"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bed:
    """A sound cue at its place: music or an effect."""

    file: Path
    digest: str
    """Hex SHA-256 of the file's bytes."""
    start: int
    """samples"""
    length: int
    """samples"""
    offset: int = 0
    """samples into the file (at the timeline's rate) of what is heard at `start`"""
    loop: bool = False
    gain: float = 0.0
    """dB"""
    fade_in: int = 0
    """samples from `start`"""
    fade_out: int = 0
    """samples up to `start + length`"""
    duck: float = 0.0
    """dB while a clip sounds over it"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A chapter begins."""

    start: int
    """samples"""
    title: str
    url: str | None = None
    image: Path | None = None


@dataclass(frozen=True, slots=True)
class Tone:
    """A quiet noise behind everything: `room_tone.py`."""

    loudness: float
    """LUFS before the master's gain"""
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Everything that sounds, in order of start."""

    rate: int
    """Hz"""
    channels: int
    length: int
    """samples"""
    clips: tuple[Clip, ...]
    beds: tuple[Bed, ...] = ()
    marks: tuple[Mark, ...] = ()
    tone: Tone | None = None
    """None: digital silence where nothing sounds."""

    @property
    def seconds(self) -> float:
        return self.length / self.rate
