"""A request -> how it is said: the style of each pass, and how fast."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..engine import Emotion, SpeechRequest
from ..voices.prosody import Prosody
from ..voices.voice import Voice
from .speakers import SPEAKERS, TIMBRE, Blend, Styles, blend, style

SLOWEST, FASTEST = 0.85, 1.2
"""Speeds the model speaks clearly at. Of 335 syllables Whisper base misheard 19 at 0.7, 2 at 1,
9 at 1.3 and 38 at 1.6. What is asked beyond is made of the sound, whose syllables are all there."""

PACE = 1.2
"""An emotion quickens or slows a line by this factor at most."""

# What a seed may change: enough to be heard beside another take, too little to sound like another.
SEED_ROWS = 24
"""Rows of the style table up or down: a little livelier, a little calmer"""
SEED_SPEED = 0.05
SEED_LEANING = 0.18
"""Share of another speaker's way of speaking, in the voice of the own"""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a line is said."""

    who: Blend
    speed: float
    """The model's own, SLOWEST to FASTEST"""
    tempo: float = 1.0
    """How much faster its sound is played beyond that"""
    rows: int = 0
    leaning: Blend = ()
    """Whose way of speaking is mixed in"""
    share: float = 0.0
    """0..1; of `leaning`"""

    @classmethod
    def of(
        cls, request: SpeechRequest, who: Blend, prosody: Callable[[Voice], Prosody]
    ) -> tuple[Manner, tuple[str, ...]]:
        """The manner of a request, and what a person should know of it, a sentence each."""
        speed, notes = request.rate, list[str]()
        if request.emotion is not None:
            speed *= _pace(request.voice, request.emotion, prosody)
            notes.append("kokoro borrows only the pace of an emotion.")
        rows, faster, lean, share = _varied(request.seed)
        speed *= 1 + SEED_SPEED * faster
        own = min(max(speed, SLOWEST), FASTEST)
        manner = cls(
            who=who,
            speed=own,
            tempo=speed / own,
            rows=round(SEED_ROWS * rows),
            leaning=_beside(who, lean) if share else (),
            share=SEED_LEANING * abs(share),
        )
        return manner, tuple(notes)

    def style(self, symbols: int) -> Styles:
        """Of a pass of so many symbols. [256]"""
        row = symbols + self.rows
        found = style(self.who, row)
        if self.leaning:
            other = style(self.leaning, row)
            found[TIMBRE:] += np.float32(self.share) * (other[TIMBRE:] - found[TIMBRE:])
        return found


def _pace(voice: Voice, emotion: Emotion, prosody: Callable[[Voice], Prosody]) -> float:
    """How much faster the emotion's references speak than the voice's own."""
    own = prosody(voice).tempo
    steps = sum(w * math.log(prosody(reference).tempo / own) for reference, w in emotion.parts)
    most = math.log(PACE)
    return math.exp(min(max(emotion.strength * steps, -most), most))


def _varied(seed: int) -> tuple[float, float, float, float]:
    """Four numbers within -1..1 that belong to a seed; none of seed 0, the voice as published."""
    if seed == 0:
        return 0.0, 0.0, 0.0, 0.0
    digest = hashlib.sha256(f"kokoro {seed}".encode()).digest()
    drawn = [int.from_bytes(digest[i : i + 4], "big") / (1 << 31) - 1 for i in range(0, 16, 4)]
    rows, faster, lean, share = (math.copysign(0.4 + 0.6 * abs(x), x) for x in drawn)
    return rows, faster, lean, share


def _beside(who: Blend, lean: float) -> Blend:
    """Another speaker of the same language and sex, chosen by a number within -1..1."""
    first, _ = max(who, key=lambda part: part[1])
    others = [name for name, s in SPEAKERS.items() if s == SPEAKERS[first] and name != first]
    return blend({others[min(int((lean + 1) / 2 * len(others)), len(others) - 1)]: 1.0})
