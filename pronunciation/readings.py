"""Sentences -> a reading for each Chinese character, who decided it, and how sure that is."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .hanzi import is_han
from .words import Words

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Decision:
    """The reading of one character."""

    pinyin: str
    source: str
    """"phrase", "model" or "default"."""
    confidence: float


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


def decide(sentences: Sequence[str]) -> list[list[Decision | None]]:
    """For each sentence a decision per character, None for what is not Chinese."""
    from . import network

    table = known_readings()
    found: list[list[Decision | None]] = []
    asked: list[tuple[int, int]] = []
    candidates = network.published().candidates
    for row, sentence in enumerate(sentences):
        decisions: list[Decision | None] = []
        for column, char in enumerate(sentence):
            readings = table.get(char)
            if readings is None:
                decisions.append(None)
                continue
            sure = 1.0 if len(readings) == 1 else 0.9
            decisions.append(Decision(readings[0], "default", sure))
            if char in candidates:
                asked.append((row, column))
        _by_phrase(sentence, decisions)
        found.append(decisions)
    _by_model(sentences, found, asked)
    return found


def _by_phrase(sentence: str, decisions: list[Decision | None]) -> None:
    """Lay the phrases over the sentence from the left, the longest at each place."""
    table, at = known_readings(), 0
    while at < len(sentence):
        phrase, choices = next(phrases().at(sentence, at), ("", ""))
        for offset, choice in enumerate(choices):
            reading = table[phrase[offset]][_DIGITS.index(choice)]
            decisions[at + offset] = Decision(reading, "phrase", 0.97)
        at += max(len(phrase), 1)


def _by_model(
    sentences: Sequence[str], found: list[list[Decision | None]], asked: list[tuple[int, int]]
) -> None:
    import numpy as np

    from . import network

    asked = [
        (row, column)
        for row, column in asked
        if (decision := found[row][column]) and decision.source != "phrase"
    ]
    if not asked:
        return
    net = network.published()
    pieces: list[str] = []
    where: dict[tuple[int, int], tuple[int, int]] = {}
    for row in dict.fromkeys(row for row, _ in asked):
        for start, end, fresh in network.windows(sentences[row]):
            for column in range(fresh, end):
                where[row, column] = (len(pieces), column - start)
            pieces.append(sentences[row][start:end])
    states = net.states(pieces)
    logits = net.logits(np.stack([states[p][c] for p, c in (where[a] for a in asked)]))
    for (row, column), scores in zip(asked, logits, strict=True):
        options = net.candidates[sentences[row][column]]
        weights = np.exp(scores[options] - scores[options].max())
        best = int(weights.argmax())
        found[row][column] = Decision(
            net.classes[options[best]], "model", float(weights[best] / weights.sum())
        )


def _lines(name: str) -> list[str]:
    path = Path(__file__).parent / "data" / name
    return path.read_text(encoding="utf-8").splitlines()


def is_known(char: str) -> bool:
    """Whether `char` is Chinese and has a reading."""
    return is_han(char) and char in known_readings()
