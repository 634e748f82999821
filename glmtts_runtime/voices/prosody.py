"""A voice's reference -> how its owner speaks: pitch, liveliness and tempo."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from ...audio.level import HOP, levels, speaking
from ...audio.pitch import contour
from ...audio.wave import Wave
from ...pronunciation.chinese.hanzi import is_han
from .voice import Voice

ENGLISH = 0.7
"""An English syllable takes about this share of a Mandarin one's time."""

PAUSE = 0.2
"""Seconds of quiet that make a pause; shorter ones are part of the words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prosody:
    """Three numbers by which people tell speakers apart."""

    hertz: float
    """Median fundamental frequency"""
    semitones: float
    """From the lowest tenth of the voiced frames to the highest"""
    tempo: float
    """Mandarin syllables per second of speech without its pauses"""


NEUTRAL = Prosody(hertz=150.0, semitones=6.0, tempo=4.5)
"""Assumed where a reference tells nothing: a whisper, no transcript."""


def prosody(voice: Voice) -> Prosody:
    """Measure the reference; what cannot be measured is NEUTRAL's."""
    hertz, semitones, tempo = NEUTRAL.hertz, NEUTRAL.semitones, NEUTRAL.tempo
    found = contour(voice.reference)
    voiced = found[found > 0]
    if len(voiced) >= 10:
        low, hertz, high = (float(value) for value in np.quantile(voiced, (0.1, 0.5, 0.9)))
        semitones = 12 * float(np.log2(high / low))
    seconds, count = spoken_seconds(voice.reference), syllables(voice.transcript)
    if seconds and count:
        tempo = count / seconds
    return Prosody(hertz=hertz, semitones=semitones, tempo=tempo)


def spoken_seconds(wave: Wave) -> float:
    """How long there is speech, pauses left out."""
    frames = np.flatnonzero(speaking(levels(wave)))
    if not len(frames):
        return 0.0
    steps = np.diff(frames)
    return HOP * (1 + int(np.where(steps * HOP > PAUSE, 1, steps).sum()))


def syllables(text: str) -> float:
    """How long a text is, in Mandarin syllables: one for a character or digit."""
    han = sum(is_han(char) or char.isdigit() for char in text)
    words = re.findall(r"[a-z']+", text.lower())
    english = sum(max(1, len(re.findall(r"[aeiouy]+", word.rstrip("e")))) for word in words)
    return han + ENGLISH * english
