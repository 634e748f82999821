"""A finished file and what should be said in it -> what a producer looks at before publishing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..audio.loudness import loudness, true_peak
from ..audio.wave import Wave
from ..pronunciation.spoken import SpokenText
from .check import NOTICED
from .comparison import aligned, differences
from .ears import Ears, Heard
from .sound import clipped, silences
from .units import Unit, size
from .units import heard as units_heard
from .units import told as units_told


@dataclass(frozen=True, slots=True)
class Remark:
    """A place to listen to."""

    line: int | None
    """Of the script, from 1; None for what belongs to none"""
    seconds: float | None
    kind: str
    told: str
    heard: str


@dataclass(frozen=True, slots=True)
class ScoreCard:
    """What was heard of a file, and how it compares."""

    heard: Heard
    seconds: float
    loudness: float
    """LUFS"""
    true_peak: float
    """dBTP"""
    pace: float
    """Syllables a second of speech"""
    remarks: tuple[Remark, ...]
    error: float | None
    """Share of the script's syllables that were heard otherwise; None without a script"""


def score_card(ears: Ears, wave: Wave, lines: Sequence[SpokenText] = ()) -> ScoreCard:
    """Listen to a whole file. lines: of its script, in order; none: nothing is compared."""
    heard = ears.hear(wave, None)
    parts = [part for part in heard.parts if part.text]
    listened = [unit for part in parts for unit in units_heard(part.text, "zh")]
    begins = [part.start for part in parts for _ in units_heard(part.text, "zh")]
    speech = sum(part.end - part.start for part in parts)
    remarks = [
        *(Remark(None, round(at, 2), "silence", "", f"{s:.1f} s") for at, s in silences(wave)),
        *(Remark(None, round(at, 2), "clipped", "", "") for at in clipped(wave)[:1]),
    ]
    error = None
    if lines:
        found, error = _compared(lines, listened, begins)
        remarks += found
    samples = wave.samples[None]
    return ScoreCard(
        heard=heard,
        seconds=wave.seconds,
        loudness=loudness(samples, wave.rate),
        true_peak=true_peak(samples, wave.rate),
        pace=sum(map(size, listened)) / speech if speech else 0.0,
        remarks=tuple(remarks),
        error=error,
    )


def _compared(
    lines: Sequence[SpokenText], listened: Sequence[Unit], begins: Sequence[float]
) -> tuple[list[Remark], float]:
    told = [(number, unit) for number, line in enumerate(lines, 1) for unit in units_told(line)]
    units = [unit for _, unit in told]
    found = differences(units, listened, aligned(units, listened))
    remarks = []
    for one in found:
        if one.weight < NOTICED:
            continue
        at = min(one.told[0], len(told) - 1)
        begin = begins[min(one.heard[0], len(begins) - 1)] if begins else None
        said = "".join(lines[n - 1].spoken[u.start : u.end] for n, u in told[slice(*one.told)])
        written = " ".join(str(unit).rstrip("*") for unit in listened[slice(*one.heard)])
        remarks.append(Remark(told[at][0], begin, one.kind, said, written))
    total = sum(map(size, units))
    return remarks, sum(one.weight for one in found) / total if total else 0.0
