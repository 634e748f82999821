"""Makes theme.ogg (24 s, loops) and stinger.ogg: plucked strings over a soft pad.

Run `python make_music.py`. The sound is the same every time, the
files differ in Ogg's random serial number. The music is ours and as free as the project.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile
from comfyui_glmtts.production.shows.instruments import (
    RATE,
    Loop,
    Waveform,
    bass,
    faded,
    pad,
    pluck,
)

BEAT = 0.75  # s: 80 beats a minute
BARS = 8  # of four beats: 24 s

NOTES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}

# A chord a bar: bass note, then the pad's voices.
CHORDS = (
    ("F2", "F3 A3 C4 E4"),
    ("G2", "G3 B3 D4 E4"),
    ("E2", "E3 G3 B3 D4"),
    ("A2", "E3 A3 C4 E4"),
    ("D2", "F3 A3 C4 D4"),
    ("G2", "G3 A3 C4 D4"),
    ("C2", "E3 G3 C4 D4"),
    ("C2", "E3 G3 C4 E4"),
)

# The melody, pentatonic: beat within the loop, note, strength.
MELODY = (
    (0.0, "E5", 1.0), (1.0, "G5", 0.8), (1.5, "A5", 0.9), (2.5, "G5", 0.7), (3.0, "E5", 0.8),
    (4.0, "D5", 0.9), (5.0, "E5", 0.7), (5.5, "G5", 0.9), (7.0, "D5", 0.7),
    (8.0, "B4", 0.9), (9.0, "D5", 0.8), (9.5, "E5", 0.8), (10.5, "G5", 0.9), (11.5, "E5", 0.6),
    (12.0, "A5", 1.0), (13.0, "G5", 0.7), (13.5, "E5", 0.8), (14.5, "C5", 0.7),
    (16.0, "D5", 0.9), (17.0, "E5", 0.7), (17.5, "A5", 1.0), (18.5, "C6", 0.9), (19.5, "A5", 0.7),
    (20.0, "G5", 1.0), (21.5, "D5", 0.7), (22.0, "E5", 0.8), (23.0, "D5", 0.7),
    (24.0, "C5", 1.0), (25.0, "E5", 0.6), (25.5, "G5", 0.7), (26.0, "C6", 0.8), (27.0, "G5", 0.6),
    (28.0, "E5", 0.9), (29.5, "D5", 0.6), (30.0, "C5", 0.8),
)  # fmt: skip


def note_of(name: str) -> int:
    """The MIDI note of a name such as A4."""
    return NOTES[name[:-1]] + 12 * (int(name[-1]) + 1)


def string(name: str, seconds: float, rng: np.random.Generator) -> Waveform:
    return pluck(note_of(name), seconds, rng, half_life=0.55)


def shaker(rng: np.random.Generator) -> Waveform:
    """A breath of high noise."""
    count = int(0.09 * RATE)
    noise = np.diff(rng.uniform(-1, 1, count + 2), 2)
    return faded(noise * np.exp(-np.arange(count) / (0.02 * RATE)), 0.008, 0.03)


class Echoes(Loop):
    """A loop that sounds again from the other side."""

    def echoed(self, beats: float, gain: float) -> Waveform:
        """With echoes that change sides."""
        step = round(beats * BEAT * RATE)
        first = np.roll(self.sound[:, ::-1], step, axis=0)
        second = np.roll(self.sound, 2 * step, axis=0)
        return self.sound + gain * first + gain**2 * second


def theme(rng: np.random.Generator) -> Waveform:
    strings, ground = (Echoes(BARS * 4 * BEAT) for _ in range(2))
    for beat, note, strength in MELODY:
        strings.add(beat * BEAT, string(note, 2.5, rng), 0.46 * strength, pan=0.25)
    for bar, (low, chord) in enumerate(CHORDS):
        begin = bar * 4 * BEAT
        ground.add(begin, bass(note_of(low), 2.6, decay=1.3), 0.13)
        ground.add(begin + 2.5 * BEAT, bass(note_of(low), 1.2, decay=1.3), 0.07)
        voices = chord.split()
        for index, note in enumerate(voices):
            ground.add(
                begin - 0.3,
                pad(note_of(note), 4 * BEAT + 1.4, rise=0.9, fall=1.4),
                0.05,
                pan=(index - 1.5) / 2,
            )
        for eighth in range(8):  # a broken chord below the melody
            note = voices[(0, 2, 1, 3, 2, 1, 3, 2)[eighth]]
            strings.add(begin + eighth * BEAT / 2, string(note, 1.8, rng), 0.14, pan=-0.35)
            ground.add(begin + eighth * BEAT / 2, shaker(rng), 0.012 + 0.01 * (eighth % 2), pan=0.5)
    return ground.sound + strings.echoed(0.75, 0.22)


def stinger(rng: np.random.Generator) -> Waveform:
    """A rising figure that ends on an open chord."""
    loop = Loop(4.0)  # its end is silent, so nothing runs on
    for step, note in enumerate(("G4", "C5", "D5", "G5")):
        loop.add(0.03 + step * 0.16, string(note, 2.0, rng), 0.25 + 0.04 * step, pan=step / 4 - 0.4)
    for note, pan in (("C3", 0.0), ("G3", -0.4), ("E4", 0.4), ("D5", 0.1)):
        loop.add(0.67, string(note, 2.0, rng), 0.2, pan)
    sound = loop.sound[: int(2.6 * RATE)]
    return np.stack([faded(side, 0.001, 0.8) for side in sound.T], axis=1)


def write(path: Path, sound: Waveform) -> None:
    """Ogg Vorbis with its peak at -3 dBFS."""
    sound = sound / np.abs(sound).max() * 10 ** (-3 / 20)
    soundfile.write(path, sound, RATE, format="OGG", subtype="VORBIS", compression_level=0.6)


def main() -> None:
    folder = Path(__file__).parent
    rng = np.random.default_rng(1909)
    write(folder / "theme.ogg", theme(rng))
    write(folder / "stinger.ogg", stinger(rng))


if __name__ == "__main__":
    main()
