"""A wave and what it should say -> a verdict: what a person should listen to, and how far off.

Two hearings judge what looks wrong, the second in a whole window: Whisper's own slips differ from
one to the other, a take's do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from ..audio.wave import Wave
from ..messages import Message
from ..pronunciation.chinese.hanzi import has_han
from ..pronunciation.reader import Language
from ..pronunciation.spoken import SpokenText
from . import comparison
from .comparison import Difference
from .ears import Ears, Heard
from .sound import clipped, silences
from .units import Unit, size
from .units import heard as units_heard
from .units import told as units_told
from .word_times import Times

Kind: TypeAlias = Literal[
    "missing", "repeated", "invented", "replaced", "cut off", "silence", "clipped", "language"
]

_WORDS = frozenset(("missing", "repeated", "invented", "replaced", "cut off", "language"))

VERSION = 2
"""Goes up whenever the same hearing could be judged otherwise."""
NOTICED = 0.65
"""Syllables' worth of difference in one place from which it is found; fitted: docs/listening.md"""
FOREIGN = 0.3
"""What a difference counts at a foreign word in a Chinese line, which Whisper base hears badly"""
UNDERSTOOD = 0.3
"""Share of a line in differences of any size from which all of it is in doubt"""
_STRANGE = 0.6  # probability of another language
_FEW = 4  # syllables: too few to tell a language by


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to listen to."""

    kind: Kind
    start: int
    end: int
    """Spoken characters it is about; equal where something was added between them"""
    told: str = ""
    heard: str = ""
    seconds: float | None = None
    """Where in the wave; None where nobody knows"""

    def __str__(self) -> str:
        match self.kind:
            case "missing" | "cut off" | "repeated":
                return f"{self.kind}: “{self.told or self.heard}”"
            case "replaced":
                return f"“{self.told}” sounds like “{self.heard}”"
            case "language":
                return Message("sounds like another language ({})", self.heard)
            case "silence":
                return f"{self.heard} of silence"
            case "clipped":
                return "the sound is clipped"
            case _:
                return f"{self.kind}: “{self.heard}”"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What listening to one take gave."""

    heard: str
    findings: tuple[Finding, ...]
    error: float
    """All differences in syllables' worth; takes of one line are compared by it"""
    syllables: float
    """Of the text"""
    times: Times = ()
    """Seconds: where each spoken character begins and ends; () where nobody knows"""

    @property
    def is_good(self) -> bool:
        return not self.findings


def check(ears: Ears, wave: Wave, spoken: SpokenText) -> Verdict:
    """Listen to a wave that should say the text."""
    language: Language = "zh" if has_han(spoken.spoken) else "en"
    heard = ears.hear(wave, language, spoken)
    first = judged(heard, wave, spoken)
    if not any(finding.kind in _WORDS for finding in first.findings):
        return first
    careful = ears.hear(wave, language, carefully=True)
    again = replace(careful, times=heard.times, repeats=heard.repeats)
    return min(first, judged(again, wave, spoken), key=badness)


def badness(verdict: Verdict) -> tuple[bool, int, float]:
    """What makes one take of a line worse than another."""
    return not verdict.is_good, len(verdict.findings), verdict.error


def judged(heard: Heard, wave: Wave, spoken: SpokenText) -> Verdict:
    """The verdict on a hearing."""
    language: Language = "zh" if has_han(spoken.spoken) else "en"
    told, listened = units_told(spoken), units_heard(heard.text, language)
    found = comparison.differences(told, listened, comparison.aligned(told, listened))
    weights = [_weight(one, told, found, language) for one in found]
    syllables = sum(map(size, told))
    error = sum(weights)
    noticed = [o for o, weight in zip(found, weights, strict=True) if weight >= NOTICED]
    if not noticed and error > UNDERSTOOD * syllables:
        noticed = [one for one in found if one.weight]
    findings = [
        *(_finding(one, told, listened, spoken, heard.times) for one in noticed),
        *_twice(heard, noticed, told, spoken),
        *_language(heard, told, language),
        *(
            Finding("silence", 0, 0, heard=f"{seconds:.1f} s", seconds=round(at, 2))
            for at, seconds in silences(wave, asked=[pause.seconds for pause in spoken.breaks])
        ),
        *(Finding("clipped", 0, 0, seconds=round(at, 2)) for at in clipped(wave)[:1]),
    ]
    return Verdict(heard.text, tuple(findings), round(error, 3), syllables, heard.times)


def _weight(
    one: Difference, told: Sequence[Unit], found: Sequence[Difference], language: Language
) -> float:
    if language != "zh":
        return one.weight
    near = any(
        other.heard[0] < other.heard[1]
        and any(not unit.chinese for unit in told[slice(*other.told)])
        and other.told[0] - one.told[1] <= 1
        and one.told[0] - other.told[1] <= 1
        for other in found
    )
    return one.weight * (FOREIGN if near else 1.0)


def _finding(
    one: Difference,
    told: Sequence[Unit],
    listened: Sequence[Unit],
    spoken: SpokenText,
    times: Times,
) -> Finding:
    first, last = one.told
    start = told[first].start if first < len(told) else len(spoken.characters)
    end = told[last - 1].end if last > first else start
    heard = " ".join(str(unit).rstrip("*") for unit in listened[slice(*one.heard)])
    seconds = times[min(start, len(times) - 1)][0] if times else None
    return Finding(one.kind, start, end, spoken.spoken[start:end], heard, seconds)


def _twice(
    heard: Heard, noticed: Sequence[Difference], told: Sequence[Unit], spoken: SpokenText
) -> Iterator[Finding]:
    """Words that may have been said twice, but where something is found anyway."""
    for start, end in heard.repeats:
        at = next(i for i, unit in enumerate(told) if unit.end > start)
        if not any(one.told[0] - 2 <= at <= one.told[1] + 2 for one in noticed):
            seconds = heard.times[start][0] if heard.times else None
            said = spoken.spoken[start:end]
            yield Finding("repeated", start, end, said, f"{said} {said}", seconds)


def _language(heard: Heard, told: Sequence[Unit], language: Language) -> Iterator[Finding]:
    foreign = sum(size(unit) for unit in told if not unit.chinese)
    if not heard.languages or not heard.text or sum(map(size, told)) < _FEW:
        return
    name, share = heard.languages[0]
    if name != language and share > _STRANGE and (language == "en" or not foreign):
        yield Finding("language", 0, 0, heard=name)
