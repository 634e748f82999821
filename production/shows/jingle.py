"""A style and its seed -> a show's own music: a theme and a bed that loop, and a stinger.

Plucked strings over a soft pad and a bass. A new show begins with it, so that it can be heard
before anybody has looked for music; it belongs to whoever makes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .instruments import RATE, Loop, Waveform, bass, pad, pluck

BARS = 8
BEATS = 4  # a bar

_RHYTHMS = ((0, 1.5, 2, 3), (0, 1, 2.5, 3), (0, 2, 3.5), (0.5, 1, 2, 3.5), (0, 1, 2, 3))


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """What tells one show's music from another's."""

    seed: int
    tempo: float = 84.0
    """beats a minute"""
    root: int = 48
    """the key as a MIDI note; 48 is the C below middle C"""
    scale: tuple[int, ...] = (0, 2, 4, 7, 9)
    """semitones the melody uses, within an octave"""
    chords: tuple[tuple[int, ...], ...] = ((0, 4, 7), (9, 12, 16), (5, 9, 12), (7, 11, 14))
    """semitones above the root, a chord a bar, over and over"""

    @property
    def beat(self) -> float:
        """s"""
        return 60.0 / self.tempo


def write_music(folder: Path, style: Style) -> None:
    """Write `theme.ogg`, `bed.ogg` and `stinger.ogg` into a folder, their peaks at -3 dBFS."""
    import soundfile

    for name, make in (("theme", theme), ("bed", bed), ("stinger", stinger)):
        sound = make(style)
        sound = sound / np.abs(sound).max() * 10 ** (-3 / 20)
        path = folder / f"{name}.ogg"
        soundfile.write(path, sound, RATE, format="OGG", subtype="VORBIS", compression_level=0.7)


def theme(style: Style) -> Waveform:
    """[T, 2] eight bars with a melody; their end runs on into their beginning."""
    loop = _ground(style)
    rng = np.random.default_rng(style.seed)
    degree, size = 0, len(style.scale)
    for bar in range(BARS):
        rhythm = _RHYTHMS[rng.integers(len(_RHYTHMS))]
        for beat in rhythm:
            degree = int(np.clip(degree + rng.integers(-2, 3), -2, size + 2))
            if bar == BARS - 1 and beat == rhythm[-1]:
                degree = 0
            octave, step = divmod(degree, size)
            note = style.root + 24 + 12 * octave + style.scale[step]
            at = (bar * BEATS + beat) * style.beat
            loop.add(at, pluck(note, 2.4, rng), 0.2 + 0.08 * rng.random(), rng.uniform(-0.5, 0.5))
    return loop.sound


def bed(style: Style) -> Waveform:
    """[T, 2] eight quiet bars to speak over: no melody, single plucks of the chords."""
    loop = _ground(style)
    rng = np.random.default_rng(style.seed + 1)
    for bar in range(BARS):
        chord = style.chords[bar % len(style.chords)]
        for index in range(2):
            note = style.root + 12 + chord[int(rng.integers(len(chord)))]
            at = (bar * BEATS + 2 * index + 0.5) * style.beat
            loop.add(at, pluck(note, 2.4, rng), 0.12, rng.uniform(-0.7, 0.7))
    return loop.sound


def stinger(style: Style) -> Waveform:
    """[T, 2] a rising figure that ends on the first chord, 2.4 s."""
    rng = np.random.default_rng(style.seed + 2)
    loop = Loop(2.4)
    for step, degree in enumerate((0, 2, 4)):
        note = style.root + 24 + style.scale[degree % len(style.scale)]
        loop.add(0.02 + 0.14 * step, pluck(note, 1.9, rng), 0.3, 0.3 * (step - 1))
    for index, tone in enumerate(style.chords[0]):
        loop.add(0.46, pluck(style.root + 12 + tone, 1.8, rng), 0.25, 0.4 * (index - 1))
    fall = np.clip((len(loop.sound) - np.arange(len(loop.sound))) / (0.6 * RATE), 0, 1)
    faded: Waveform = loop.sound * fall[:, None]
    return faded


def _ground(style: Style) -> Loop:
    """Pad and bass."""
    bar = BEATS * style.beat
    loop = Loop(BARS * bar)
    for number in range(BARS):
        chord = style.chords[number % len(style.chords)]
        for index, tone in enumerate(chord):
            pan = 0.6 * (index - (len(chord) - 1) / 2)
            loop.add(number * bar, pad(style.root + 12 + tone, bar + 1.2), 0.1, pan)
        for beat in (0, 2.5):
            low = style.root - 12 + chord[0] % 12
            loop.add(number * bar + beat * style.beat, bass(low), 0.22)
    return loop
