"""Instruments of a small band, and the loop they play in: plucked strings, a pad, a bass."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Waveform = npt.NDArray[np.float64]
"""[T] mono or [T, 2] stereo"""

RATE = 48_000

_PARTIALS = ((1, 1.0), (2, 0.28), (3, 0.12), (4, 0.04))


class Loop:
    """A stereo stretch whose end runs on into its beginning."""

    def __init__(self, seconds: float) -> None:
        self.sound: Waveform = np.zeros((round(seconds * RATE), 2))

    def add(self, at: float, sound: Waveform, gain: float, pan: float = 0.0) -> None:
        """Mix in a mono sound at a time in s; pan is -1 for left, 1 for right."""
        angle = (pan + 1) * np.pi / 4
        sides = np.array([np.cos(angle), np.sin(angle)]) * gain
        places = (round(at * RATE) + np.arange(len(sound))) % len(self.sound)
        np.add.at(self.sound, places, sound[:, None] * sides)


def hertz(note: float) -> float:
    """Of a MIDI note, equal temperament."""
    return float(440.0 * 2 ** ((note - 69) / 12))


def pluck(
    note: int, seconds: float, rng: np.random.Generator, *, half_life: float = 0.5
) -> Waveform:
    """A plucked string (Karplus and Strong, 1983), played a little off its rate into tune.

    half_life: s in which it is half as loud.
    """
    period = RATE / hertz(note)
    delay = round(period - 0.5)  # the averaging adds half a sample
    speed = (delay + 0.5) / period
    ring = rng.uniform(-1, 1, delay + 1)
    for _ in range(3):  # a soft finger, not a pick
        ring = (ring + np.roll(ring, 1)) / 2
    ring -= ring.mean()
    keep = 0.5 ** (period / RATE / half_life)
    count = int(seconds * RATE)
    string = np.zeros(int(count * speed) + 2)
    string[: delay + 1] = ring / np.abs(ring).max()
    for begin in range(delay + 1, len(string), delay):
        end = min(begin + delay, len(string))
        newer, older = (string[begin - back : end - back] for back in (delay, delay + 1))
        string[begin:end] = keep * (newer + older) / 2
    tuned = np.interp(np.arange(count) * speed, np.arange(len(string)), string)
    return faded(tuned, 0.002, 0.3)


def pad(note: int, seconds: float, *, rise: float = 0.8, fall: float = 1.2) -> Waveform:
    """A soft, slowly swelling tone: few partials, two of each a little apart."""
    time = np.arange(int(seconds * RATE)) / RATE
    tone = np.zeros_like(time)
    for partial, strength in _PARTIALS:
        for cents in (-4, 4):
            frequency = hertz(note) * partial * 2 ** (cents / 1200)
            tone += strength * np.sin(2 * np.pi * frequency * time + partial)
    return faded(tone, rise, fall) / 3


def bass(note: int, seconds: float = 1.6, *, decay: float = 0.9) -> Waveform:
    """A round low tone that dies away.   decay: s in which it falls to 1/e."""
    time = np.arange(int(seconds * RATE)) / RATE
    frequency = hertz(note)
    tone = np.sin(2 * np.pi * frequency * time) + 0.3 * np.sin(4 * np.pi * frequency * time)
    return faded(tone * np.exp(-time / decay), 0.01, 0.4)


def faded(sound: Waveform, rise: float, fall: float) -> Waveform:
    """Smooth ends, in seconds."""
    shaped: Waveform = sound.copy()
    up, down = (np.sin(np.linspace(0, np.pi / 2, int(part * RATE))) ** 2 for part in (rise, fall))
    shaped[: len(up)] *= up
    shaped[len(sound) - len(down) :] *= down[::-1]
    return shaped
