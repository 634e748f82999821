"""A speech request -> the settings espeak-ng speaks it with: voice, pitch, range, speed."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from ..engine import Emotion, SpeechRequest
from ..voices.prosody import Prosody
from ..voices.voice import Voice
from .espeak import Utterance
from .text import Language, Speech

# The numbers below were measured on espeak-ng 1.52.0; `bench/preview.py --calibrate` prints them.


@dataclass(frozen=True, slots=True, kw_only=True)
class Timbre:
    """One of espeak-ng's voice variants."""

    name: str
    below: float
    """Hz; a voice has the first timbre whose bound is above its pitch"""
    hertz: Mapping[Language, float]
    """Median at pitch 50 and range 50"""


TIMBRES = (
    Timbre(name="m3", below=115, hertz={Language.CHINESE: 94, Language.ENGLISH: 104}),
    Timbre(name="adam", below=160, hertz={Language.CHINESE: 91, Language.ENGLISH: 101}),
    Timbre(name="f2", below=205, hertz={Language.CHINESE: 173, Language.ENGLISH: 194}),
    Timbre(name="f3", below=math.inf, hertz={Language.CHINESE: 182, Language.ENGLISH: 210}),
)
"""From long vocal tracts to short ones, as in people"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """How a language answers to espeak-ng's settings."""

    volume: int
    """Percent; makes the languages equally loud, and leaves the loudest syllable room"""
    lift: float
    """Share by which each step of the range above 50 raises the median"""
    ratios: tuple[float, ...]
    """What the settings of PITCHES multiply the median by"""


PITCHES = (0, 25, 50, 75, 99)

CALIBRATIONS = {
    Language.CHINESE: Calibration(volume=55, lift=0.0015, ratios=(0.68, 0.815, 1.0, 1.30, 1.71)),
    Language.ENGLISH: Calibration(volume=72, lift=0.0030, ratios=(0.70, 0.815, 1.0, 1.27, 1.63)),
}

SEMITONES = 4.6
"""What range 50 spans at pitch 50; the range counts hertz, so that it spans less at a higher one"""

RATES = (
    *((80, 1.76), (120, 2.54), (150, 3.23), (175, 3.84), (200, 4.44), (225, 5.10)),
    *((250, 5.71), (300, 7.09), (350, 7.97), (400, 9.07), (450, 9.53)),
)
"""Words per minute as espeak-ng counts them, and the Mandarin syllables per second they give"""


@dataclass(frozen=True, slots=True)
class Parameters:
    """The prosody of a line, as espeak-ng can be asked for it."""

    prosody: Prosody

    @classmethod
    def of(cls, request: SpeechRequest, prosody: Callable[[Voice], Prosody]) -> Parameters:
        """The voice's own prosody, moved towards the emotion's, varied a little by the seed."""
        own = prosody(request.voice)
        moved = _towards(own, request.emotion, prosody) if request.emotion else own
        pitch, span, speed = _varied(request.seed)
        return cls(
            Prosody(
                hertz=moved.hertz * 2 ** (pitch / 24),  # up to half a semitone
                semitones=moved.semitones * (1 + 0.1 * span),
                tempo=moved.tempo * (1 + 0.02 * speed) * request.rate,
            )
        )

    def utterance(self, speech: Speech) -> Utterance:
        """One stretch, in espeak-ng's units."""
        timbre = next(timbre for timbre in TIMBRES if self.prosody.hertz < timbre.below)
        calibration = CALIBRATIONS[speech.language]
        ratio = self.prosody.hertz / timbre.hertz[speech.language]
        span = _within(50 * self.prosody.semitones / SEMITONES * ratio)
        ratio /= 1 + calibration.lift * (span - 50)
        rates, tempos = zip(*RATES, strict=True)
        return Utterance(
            voice=f"{speech.language.value}+{timbre.name}",
            text=speech.text,
            rate=round(float(np.interp(self.prosody.tempo, tempos, rates))),
            pitch=round(float(np.interp(math.log(ratio), np.log(calibration.ratios), PITCHES))),
            range=span,
            volume=calibration.volume,
        )


def _within(span: float) -> int:
    """A range espeak-ng has, 30 to 99. Above 80 it bends, so that livelier still stays livelier."""
    bent = 80 + 19 * math.tanh((span - 80) / 40) if span > 80 else span
    return round(max(30.0, bent))


def _towards(own: Prosody, emotion: Emotion, prosody: Callable[[Voice], Prosody]) -> Prosody:
    """Liveliness and tempo on the way to the emotion's references; pitch stays the voice's own."""
    semitones, tempo = math.log(own.semitones), math.log(own.tempo)
    for reference, weight in emotion.parts:
        borrowed = prosody(reference)
        share = emotion.strength * weight
        semitones += share * math.log(borrowed.semitones / own.semitones)
        tempo += share * math.log(borrowed.tempo / own.tempo)
    return replace(own, semitones=math.exp(semitones), tempo=math.exp(tempo))


def _varied(seed: int) -> tuple[float, float, float]:
    """Three numbers within -1..1 that belong to a seed."""
    digest = hashlib.sha256(f"preview {seed}".encode()).digest()
    pitch, span, speed = (int.from_bytes(digest[i : i + 4], "big") / (2**31) - 1 for i in (0, 4, 8))
    return pitch, span, speed
