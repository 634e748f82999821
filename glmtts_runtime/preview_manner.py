"""A speech request -> the settings espeak-ng speaks it with: voice, pitch, range, speed."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from .engine import Emotion, SpeechRequest
from .espeak import Utterance
from .preview_text import Language, Speech
from .prosody import Prosody
from .voice import Voice

# The numbers below are measured on espeak-ng 1.52.0 by bench/preview.py --calibrate.


@dataclass(frozen=True, slots=True, kw_only=True)
class Timbre:
    """One of espeak-ng's voice variants."""

    name: str
    below: float
    """Hz; the first timbre whose bound is above a voice's pitch is the voice's"""
    chinese: float
    """Hz of its median at pitch 50"""
    english: float


TIMBRES = (
    Timbre(name="m3", below=115, chinese=94, english=104),
    Timbre(name="m4", below=155, chinese=85, english=94),
    Timbre(name="f2", below=205, chinese=175, english=195),
    Timbre(name="f3", below=math.inf, chinese=185, english=210),
)
"""From long vocal tracts to short ones, as in people"""

VOLUMES = {Language.CHINESE: 75, Language.ENGLISH: 100}
"""Percent; makes both languages equally loud, and leaves the loudest syllable room"""

PITCHES = ((0, 0.68), (25, 0.81), (50, 1.0), (75, 1.29), (99, 1.66))
"""espeak-ng's pitch, and the frequency it gives as a multiple of that at 50"""

LIFT = 0.002
"""Share by which a step of the range above 50 raises the median"""

SEMITONES_PER_STEP = 0.09
"""What a step of the range adds to it"""

RATES = (
    *((80, 1.71), (120, 2.45), (150, 3.12), (175, 3.71), (200, 4.26), (225, 4.97)),
    *((250, 5.54), (300, 6.86), (350, 7.87), (400, 9.12), (450, 9.27)),
)
"""Words per minute as espeak-ng counts them, and the Mandarin syllables per second they give"""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a line is spoken."""

    prosody: Prosody

    @classmethod
    def of(cls, request: SpeechRequest, prosody: Callable[[Voice], Prosody]) -> Manner:
        """The voice's own manner, moved towards the emotion's, varied a little by the seed."""
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
        """What espeak-ng is told for one stretch."""
        timbre = next(timbre for timbre in TIMBRES if self.prosody.hertz < timbre.below)
        own = timbre.chinese if speech.language is Language.CHINESE else timbre.english
        span = min(99, max(30, round(self.prosody.semitones / SEMITONES_PER_STEP)))
        ratio = self.prosody.hertz / (own * (1 + LIFT * (span - 50)))
        pitches, ratios = zip(*PITCHES, strict=True)
        rates, tempos = zip(*RATES, strict=True)
        return Utterance(
            voice=f"{speech.language.value}+{timbre.name}",
            text=speech.text,
            rate=round(float(np.interp(self.prosody.tempo, tempos, rates))),
            pitch=round(float(np.interp(math.log(ratio), np.log(ratios), pitches))),
            range=span,
            volume=VOLUMES[speech.language],
        )


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
