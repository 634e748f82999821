"""A recording and its words -> whether it makes a good reference, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from ...audio.level import HOP, SILENCE, floor, levels, mean, speaking
from ...audio.recording import Recording, mono
from ...audio.wave import Samples, Wave
from .prosody import spoken_seconds, syllables

FULL = 0.999
"""Samples at or above this count as clipped"""

FLAT = 1e-4
"""Crests flatter than this were clipped before somebody turned the recording down"""


class Verdict(Enum):
    OK = "ok"
    WARN = "warn"
    BAD = "bad"

    @classmethod
    def worst(cls, verdicts: list[Verdict]) -> Verdict:
        return max(verdicts, key=list(cls).index)


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that was measured."""

    name: str
    value: float
    unit: str
    verdict: Verdict = Verdict.OK
    advice: str = ""
    """What a person can do, or "" where there is nothing to do"""


@dataclass(frozen=True, slots=True)
class Quality:
    """All that was measured of one recording."""

    measures: tuple[Measure, ...]

    def __getitem__(self, name: str) -> Measure:
        """The measure of that name; raises KeyError."""
        found = {measure.name: measure for measure in self.measures}
        return found[name]

    @property
    def verdict(self) -> Verdict:
        """The worst of all."""
        return Verdict.worst([measure.verdict for measure in self.measures])


def check(recording: Recording, transcript: str) -> Quality:
    """Measure and judge a reference; nothing is raised, however bad it is."""
    wave = Wave(mono(recording.samples), recording.rate)
    frames = levels(wave)
    speech = speaking(frames)
    return Quality(
        (
            _duration(recording.seconds),
            _rate(recording.rate),
            _channels(recording),
            _clipping(recording.samples),
            *_loudness(mean(frames[speech]), floor(frames)),
            *_edges(np.flatnonzero(speech), len(frames)),
            _tempo(syllables(transcript), spoken_seconds(wave)),
        )
    )


def _duration(seconds: float) -> Measure:
    verdict, advice = Verdict.OK, ""
    if seconds < 3:
        verdict = Verdict.BAD if seconds < 2 else Verdict.WARN
        advice = "Record 3 to 10 seconds; 5 to 8 are best."
    elif seconds > 10:
        verdict = Verdict.BAD if seconds > 30 else Verdict.WARN
        advice = "Cut it to 3 to 10 seconds, with its transcript; 5 to 8 are best."
    elif not 5 <= seconds <= 8:
        advice = "This will do; 5 to 8 seconds are best."
    return Measure("duration", seconds, "s", verdict, advice)


def _rate(rate: int) -> Measure:
    if rate >= 22_050:
        return Measure("sample rate", rate, "Hz")
    verdict = Verdict.WARN if rate >= 16_000 else Verdict.BAD
    advice = "The voice will sound dull; record at 24000 Hz or more."
    return Measure("sample rate", rate, "Hz", verdict, advice)


def _channels(recording: Recording) -> Measure:
    """Stereo is fine, unless mixing its channels to one cancels them."""
    count = len(recording.samples)
    kept, whole = np.sum(mono(recording.samples) ** 2), np.sum(recording.samples**2) / count
    if count > 1 and kept < whole / 8:  # two unrelated channels keep a half
        advice = "The channels cancel each other; keep only the left one."
        return Measure("channels", count, "", Verdict.BAD, advice)
    if count > 2:
        return Measure("channels", count, "", Verdict.WARN, "Mix it to one channel.")
    return Measure("channels", count, "")


def _clipping(samples: Samples) -> Measure:
    share = 100 * _clipped(samples)
    verdict = Verdict.BAD if share > 0.5 else Verdict.WARN if share > 0.01 else Verdict.OK
    advice = "" if verdict is Verdict.OK else "Record it again with the microphone turned down."
    return Measure("clipping", share, "%", verdict, advice)


def _clipped(samples: Samples) -> float:
    """The share of samples at full scale, or on a flat top of three or more at the peak."""
    size = np.abs(samples)
    peak = float(size.max(initial=0.0))
    top = size >= peak * (1 - FLAT) if peak > 0.1 else np.zeros_like(size, dtype=bool)
    inside = top[:, 1:-1] & top[:, :-2] & top[:, 2:]
    flat = np.zeros_like(top)
    for shift in range(3):
        flat[:, shift : shift + inside.shape[1]] |= inside
    return float(np.mean(flat | (size >= FULL))) if size.size else 0.0


def _loudness(speech: float, noise: float) -> tuple[Measure, ...]:
    if speech <= SILENCE:
        silent = Measure("level", speech, "dBFS", Verdict.BAD, "Nobody speaks; record it again.")
        return (silent, Measure("noise floor", noise, "dBFS"), Measure("SNR", 0.0, "dB"))
    verdict, advice = Verdict.OK, ""
    if speech < -35:
        verdict = Verdict.BAD if speech < -50 else Verdict.WARN
        advice = "It is very quiet; record it again, nearer to the microphone."
    elif speech > -8:
        verdict, advice = Verdict.WARN, "It is very loud; turn it down."
    ratio = speech - noise
    noisy, quieter = Verdict.OK, ""
    if ratio < 25:
        noisy = Verdict.BAD if ratio < 15 else Verdict.WARN
        quieter = "The noise would be spoken too; record it in a quieter place."
    return (
        Measure("level", speech, "dBFS", verdict, advice),
        Measure("noise floor", noise, "dBFS"),
        Measure("SNR", ratio, "dB", noisy, quieter),
    )


def _edges(speech: np.typing.NDArray[np.intp], count: int) -> tuple[Measure, ...]:
    """Silence before and after the speech. speech: the frames [n] of `count` that hold it"""
    first, last = (int(speech[0]), int(speech[-1])) if len(speech) else (count, -1)
    return (
        _edge("leading silence", "first", HOP * first),
        _edge("trailing silence", "last", HOP * (count - 1 - max(last, -1))),
    )


def _edge(name: str, word: str, seconds: float) -> Measure:
    if seconds > 0.5:
        return Measure(name, seconds, "s", Verdict.WARN, "Cut it to about 0.2 seconds.")
    if seconds <= 0:
        advice = f"The {word} word may be cut off; leave about 0.2 seconds around the speech."
        return Measure(name, seconds, "s", Verdict.WARN, advice)
    return Measure(name, seconds, "s")


def _tempo(count: float, seconds: float) -> Measure:
    name, unit = "speech rate", "syllables/s"
    if not count:
        advice = "There is no transcript; write down exactly what is said."
        return Measure(name, 0.0, unit, Verdict.BAD, advice)
    tempo = count / seconds if seconds else 0.0
    if 2.5 <= tempo <= 7.5:
        return Measure(name, tempo, unit)
    verdict = Verdict.WARN if 1.5 <= tempo <= 9 else Verdict.BAD
    amount = "fewer" if tempo < 2.5 else "more"
    advice = f"The transcript has {amount} words than are likely; write exactly what is said."
    return Measure(name, tempo, unit, verdict, advice)
