"""Spoken texts -> findings: readings worth an ear, and what was a guess."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..messages import Message
from ..mistakes import Place
from . import markup
from .chinese.g2p import readings
from .chinese.hanzi import is_han
from .finding import Finding
from .spoken import SpokenText

DOUBTFUL = 0.935
"""Confidence below which a reading is worth an ear: one character in sixty."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A character of a spoken text whose reading is worth an ear."""

    index: int
    code: str
    dictionaries: str = ""
    """What they say, where the network says something else."""
    network: str = ""


def doubts(texts: Sequence[SpokenText]) -> list[list[Doubt]]:
    """What is worth an ear in each text, in its order. Nobody doubts what a person or rule says."""
    opinions = readings.opinions_all([spoken.spoken for spoken in texts])
    return [_doubts(spoken, decided) for spoken, decided in zip(texts, opinions, strict=True)]


def _doubts(spoken: SpokenText, decided: Mapping[int, tuple[str, str]]) -> list[Doubt]:
    """decided: index -> what the dictionaries say and what the network says."""
    found: list[Doubt] = []
    for i, character in enumerate(spoken.characters):
        if character.pinyin is None:
            if is_han(character.char):
                found.append(Doubt(i, "P203"))
            continue
        if character.source == "inline" or character.source.startswith("rule "):
            continue
        if character.confidence >= DOUBTFUL:
            continue
        said = decided.get(i)
        if said and said[0] != said[1]:
            found.append(Doubt(i, "P201", *said))
        else:
            found.append(Doubt(i, "P202"))
    return found


def lint_spoken(spoken: SpokenText, place: Place) -> list[Finding]:
    """What is worth an ear in a text: disagreements first, then guesses."""
    found: list[Finding] = []
    for doubt in doubts([spoken])[0]:
        i, character = doubt.index, spoken.characters[doubt.index]
        where = Place(place.file, place.line, (place.column or 1) + character.at)
        around = spoken.spoken[max(0, i - 6) : i + 7]
        what = {
            "P201": Message(
                "{} in “{}”: dictionaries say {}, the network {}; read {}.",
                character.char,
                around,
                doubt.dictionaries,
                doubt.network,
                character.pinyin,
            ),
            "P202": Message("{} in “{}”: {}?", character.char, around, character.pinyin),
            "P203": Message("{} in “{}”.", character.char, around),
        }[doubt.code]
        found.append(Finding(doubt.code, where, what))
    found += _guesses(spoken, place)
    return sorted(found, key=lambda finding: finding.code)


def _guesses(spoken: SpokenText, place: Place) -> Iterator[Finding]:
    """Numbers and signs that may have been meant otherwise, and what is almost a mark."""
    for guess in spoken.guesses:
        where = Place(place.file, place.line, (place.column or 1) + guess.at)
        around = spoken.text[max(0, guess.at - 8) : guess.at + len(guess.written) + 8]
        said = guess.said or "nothing"
        yield Finding(
            guess.code, where, Message("“{}” in “{}” is said as “{}”.", guess.written, around, said)
        )
    for at, written in markup.almost(spoken.text):
        where = Place(place.file, place.line, (place.column or 1) + at)
        yield Finding("P306", where, Message("“{}” is read as it stands.", written))
