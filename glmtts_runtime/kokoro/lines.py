"""A request -> the passes it is said in, each with the characters it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ...messages import Message
from ...pronunciation.chinese.g2p.sandhi import sandhi
from ...pronunciation.spoken import SpokenText
from ..engine import SpeechError
from ..text_chunks import chunks
from . import english
from .phonemes import Spaces, Unit, units
from .symbols import MARKS, MOST, PAUSES, STOPS

GAPS = {**dict.fromkeys(STOPS, 0.40), **dict.fromkeys(PAUSES, 0.25), ",": 0.18, "…": 0.35}
"""Seconds between two passes, by the mark the first ends in, at the ordinary rate"""
BREATH = 0.06
"""The same where a pass is cut between words"""


@dataclass(frozen=True, slots=True)
class Pass:
    """What is said at once."""

    units: tuple[Unit, ...]
    pause: float = 0.0
    """Seconds of silence after it"""
    asked: bool = False
    """Whether somebody asked for the pause, so that no rate changes it"""

    @property
    def symbols(self) -> str:
        return "".join(unit.symbols for unit in self.units)


def passes(
    spoken: SpokenText, spaces: Spaces, guess: english.Guess
) -> tuple[float, tuple[Pass, ...]]:
    """Seconds of silence before all, and the passes. Raises SpeechError for nothing to say."""
    said = sandhi(spoken)
    lead, found = 0.0, list[Pass]()
    first = 0
    for chunk in chunks(said):
        run = chunk.spoken.characters
        if run:
            first = next(
                i for i in range(first, len(said.characters)) if said.characters[i] is run[0]
            )
        cut = list(_cut(units(run, spaces, guess, first=first)))
        first += len(run)
        if cut and chunk.pause:
            cut[-1] = replace(cut[-1], pause=chunk.pause, asked=True)
        elif chunk.pause and found:
            found[-1] = replace(found[-1], pause=found[-1].pause + chunk.pause, asked=True)
        elif chunk.pause:
            lead += chunk.pause
        found += cut
    if not found:
        raise SpeechError(Message('There is nothing to say in "{}".', spoken.text))
    if not found[-1].asked:
        found[-1] = replace(found[-1], pause=0.0)
    return lead, tuple(found)


def _cut(whole: tuple[Unit, ...]) -> Iterator[Pass]:
    """Passes of no more symbols than the model takes: cut after a mark, else between words."""
    while whole:
        size = most = 0
        while most < len(whole) and size + len(whole[most].symbols) <= MOST:
            size += len(whole[most].symbols)
            most += 1
        assert most, "a unit is shorter than a pass"
        end = most if most == len(whole) else _end(whole[:most])
        said, whole = whole[:end], whole[end:]
        while whole and whole[0].symbols == " ":
            whole = whole[1:]
        last = said[-1].symbols
        yield Pass(said, GAPS.get(last, BREATH))


def _end(units: tuple[Unit, ...]) -> int:
    """Where to cut what is too long, in its later half if it can be."""
    for wanted in (STOPS, PAUSES, " ", MARKS):
        for at in range(len(units) - 1, len(units) // 2, -1):
            if units[at].symbols in wanted:
                return at + 1
    return len(units)
