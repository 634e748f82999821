"""Sentences -> a reading for each Chinese character, who decided it, and how sure that is.

Where a character has several readings three witnesses are asked: the words that hold it and settle
its reading (data/words.txt, written for this), the phrases that hold it (data/phrases.txt, from
pypinyin) and the network. Each adds to a reading's score; the weights were fitted on CPP's
development set, see docs/pronunciation.md.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..words import Words

if TYPE_CHECKING:
    from .network import Floats

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"

# What a witness adds to the score of the reading it tells, by the length of the word (2, 3, 4+).
_WORD = {2: 4.3, 3: 4.6, 4: 4.6}
_PHRASE = {2: 0.51, 3: 2.5, 4: 1.5}
_ANY_PHRASE = 1.09
"""Of the phrases that hold a character the longest counts twice: here and in _PHRASE."""
_NETWORK = 0.324
"""Factor of the network's log probability."""
_FLOOR = -8.0
"""Log probability below which it counts no further: the network is often too sure of itself."""
_UNHEARD = -4.0
"""Log probability of a reading the network does not know."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The reading of one character."""

    pinyin: str
    source: str
    """"phrase", "model" or "default"."""
    confidence: float


@dataclass(slots=True)
class _Heard:
    """What words and phrases say of one character of a sentence."""

    word: tuple[int, str] | None = None
    """Length and reading of the longest word."""
    phrase: tuple[int, str] | None = None
    """Length and reading of the longest phrase."""
    phrases: tuple[str, ...] = ()
    """The readings of all phrases."""


@functools.cache
def known_readings() -> dict[str, tuple[str, ...]]:
    """Every character's readings, the usual one first (data/readings.txt)."""
    table: dict[str, tuple[str, ...]] = {}
    for line in _lines("readings.txt"):
        found, _, chars = line.partition("\t")
        table.update(dict.fromkeys(chars, tuple(found.split(" "))))
    return table


@functools.cache
def phrases() -> Words[str]:
    """Phrases; each value says, per character, which of its readings (data/phrases.txt)."""
    return Words(dict(line.split("\t") for line in _lines("phrases.txt")))


@functools.cache
def words() -> Words[dict[int, str]]:
    """Words that settle a character's reading: (index in the word) -> reading (data/words.txt)."""
    table: dict[str, dict[int, str]] = {}
    for line in _lines("words.txt"):
        char, reading, *found = line.split(" ")
        for word in found:
            told = table.setdefault(word, {})
            told.update((i, reading) for i, other in enumerate(word) if other == char)
    return Words(table)


def phrase_readings(phrase: str, choices: str) -> list[str]:
    """The readings of a phrase's characters, from its entry in `phrases`."""
    table = known_readings()
    return [table[c][_DIGITS.index(choice)] for c, choice in zip(phrase, choices, strict=True)]


def decide(sentences: Sequence[str]) -> list[list[Decision | None]]:
    """For each sentence a decision per character, None for what is not Chinese."""
    from . import network

    table = known_readings()
    candidates = network.published().candidates
    heard = [_hear(sentence) for sentence in sentences]
    found: list[list[Decision | None]] = []
    asked: list[tuple[int, int]] = []
    for row, sentence in enumerate(sentences):
        decisions: list[Decision | None] = []
        told = heard[row]
        for column, char in enumerate(sentence):
            readings = table.get(char)
            if readings is None:
                decisions.append(None)
            elif char in candidates:
                asked.append((row, column))
                decisions.append(None)
            else:
                decisions.append(_without_network(readings, told.get(column)))
        found.append(decisions)
    logits = _logits(sentences, asked)
    for (row, column), scores in zip(asked, logits, strict=True):
        char = sentences[row][column]
        options = candidates[char]
        values = scores[options]
        values = values - values.max()
        values -= math.log(float(sum(math.exp(v) for v in values)))
        classes = network.published().classes
        heard_of = {classes[o]: float(v) for o, v in zip(options, values, strict=True)}
        found[row][column] = _weighed(heard_of, heard[row].get(column))
    return found


def opinions(sentence: str) -> dict[int, tuple[str, str]]:
    """Index -> what words and phrases say and what the network says, where both know something."""
    return opinions_all([sentence])[0]


def opinions_all(sentences: Sequence[str]) -> list[dict[int, tuple[str, str]]]:
    """The `opinions` on each sentence. Many at once are asked for much faster than singly."""
    from . import network

    net = network.published()
    heard = [_hear(sentence) for sentence in sentences]
    asked = [
        (row, i)
        for row, sentence in enumerate(sentences)
        for i, char in enumerate(sentence)
        if i in heard[row] and char in net.candidates
    ]
    found: list[dict[int, tuple[str, str]]] = [{} for _ in sentences]
    for (row, i), scores in zip(asked, _logits(sentences, asked), strict=True):
        told = heard[row][i].word or heard[row][i].phrase
        options = net.candidates[sentences[row][i]]
        if told:
            found[row][i] = (told[1], net.classes[options[int(scores[options].argmax())]])
    return found


def _hear(sentence: str) -> dict[int, _Heard]:
    """What words and phrases say, by the character's index."""
    found: dict[int, _Heard] = {}
    for start, phrase, choices in phrases().in_text(sentence):
        length = len(phrase)
        for i, reading in enumerate(phrase_readings(phrase, choices), start):
            heard = found.setdefault(i, _Heard())
            heard.phrases += (reading,)
            if heard.phrase is None or length > heard.phrase[0]:
                heard.phrase = length, reading
    for start, word, told in words().in_text(sentence):
        for offset, reading in told.items():
            heard = found.setdefault(start + offset, _Heard())
            if heard.word is None or len(word) > heard.word[0]:
                heard.word = len(word), reading
    return found


def _without_network(readings: tuple[str, ...], heard: _Heard | None) -> Decision:
    """The reading of a character the network was not trained on."""
    told = heard and (heard.word or heard.phrase)
    if told:
        return Decision(told[1], "phrase", 0.97 if len(readings) > 1 else 1.0)
    return Decision(readings[0], "default", 0.9 if len(readings) > 1 else 1.0)


def _weighed(network: Mapping[str, float], heard: _Heard | None) -> Decision:
    """The reading with the highest score. network: log probability of each reading.

    Of phrases only readings count that the network knows too: the others are neutral tones, which
    dictionaries do not agree on.
    """
    scores = {reading: _NETWORK * max(value, _FLOOR) for reading, value in network.items()}
    witnessed: set[str] = set()
    if heard:
        witnessed.update(reading for reading in heard.phrases if reading in scores)
        for reading in witnessed:
            scores[reading] += _ANY_PHRASE
        if heard.phrase and heard.phrase[1] in scores:
            scores[heard.phrase[1]] += _PHRASE[min(heard.phrase[0], 4)]
        if heard.word:
            length, reading = heard.word
            scores[reading] = scores.get(reading, _NETWORK * _UNHEARD) + _WORD[min(length, 4)]
            witnessed.add(reading)
    best = max(scores, key=scores.__getitem__)
    weight = sum(math.exp(score - scores[best]) for score in scores.values())
    return Decision(best, "phrase" if best in witnessed else "model", 1 / weight)


def _logits(sentences: Sequence[str], asked: Sequence[tuple[int, int]]) -> Sequence[Floats]:
    """What the network says of the characters at (sentence, index)."""
    if not asked:
        return []
    import numpy as np

    from . import network

    net = network.published()
    pieces: list[str] = []
    where: dict[tuple[int, int], tuple[int, int]] = {}
    for row in dict.fromkeys(row for row, _ in asked):
        for start, end, fresh in network.windows(sentences[row]):
            where.update(((row, c), (len(pieces), c - start)) for c in range(fresh, end))
            pieces.append(sentences[row][start:end])
    states = net.states(pieces)
    return list(net.logits(np.stack([states[p][c] for p, c in (where[a] for a in asked)])))


def _lines(name: str) -> list[str]:
    path = Path(__file__).parents[1] / "data" / name
    return path.read_text(encoding="utf-8").splitlines()
