"""Sentences -> a reading for each Chinese character, who decided it, and how sure that is.

Words come first (`lattice`). Then, character by character: what the grammar of function words says
(`grammar`); else our own word or phrase that holds the character and follows the words (`overlay`);
else pypinyin's phrases and the network, each of which adds to a reading's score.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import dictionary, grammar, neutral, overlay, surnames
from .lattice import Phrase, Token, words_of

if TYPE_CHECKING:
    from .network import Floats

# What pypinyin's phrase adds to the score of its reading, by its length (2, 3, 4+).
_PHRASE = {2: 2.6, 3: 4.0, 4: 3.0}
_NETWORK = 0.4
"""Factor of the network's log probability."""
_LIKELIER = 1.2
"""What a line of the grammar with a ? adds."""
_FLOOR = -8.0
"""Log probability below which it counts no further: the network is often too sure of itself."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The reading of one character."""

    pinyin: str
    source: str
    """"grammar", "phrase", "model" or "default"."""
    confidence: float


@dataclass(frozen=True, slots=True)
class _Heard:
    """What words and grammar say of a sentence, by the character's index."""

    grammar: Mapping[int, str]
    likelier: Mapping[int, str]
    ours: Mapping[int, tuple[int, str]]
    """(length of the phrase, reading)"""
    theirs: Mapping[int, tuple[int, str]]


@functools.cache
def known_readings() -> Mapping[str, tuple[str, ...]]:
    """Every character's readings, the usual one first: pypinyin's, then ours."""
    table = dict(dictionary.installed().readings)
    for char, more in overlay.readings().items():
        found = table.get(char, ())
        table[char] = (*found, *(reading for reading in more if reading not in found))
    return table


def decide(sentences: Sequence[str]) -> list[list[Decision | None]]:
    """For each sentence a decision per character, None for what is not Chinese."""
    from . import network

    table = known_readings()
    candidates = network.published().candidates
    heard = [_hear(sentence) for sentence in sentences]
    found: list[list[Decision | None]] = []
    asked: list[tuple[int, int]] = []
    for row, (sentence, told) in enumerate(zip(sentences, heard, strict=True)):
        decisions: list[Decision | None] = []
        for column, char in enumerate(sentence):
            readings = table.get(char)
            decision = None
            if readings is not None:
                decision = _without_network(readings, told, column)
                if decision is None and char in candidates:
                    asked.append((row, column))
                elif decision is None:
                    decision = _usual(readings, told, column)
            decisions.append(decision)
        found.append(decisions)
    for (row, column), said in zip(asked, _said(sentences, asked), strict=True):
        told = heard[row]
        found[row][column] = _weighed(said, told.theirs.get(column), told.likelier.get(column))
    return found


def opinions(sentence: str) -> dict[int, tuple[str, str]]:
    """Index -> what words and phrases say and what the network says, where both know something."""
    return opinions_all([sentence])[0]


def opinions_all(sentences: Sequence[str]) -> list[dict[int, tuple[str, str]]]:
    """The `opinions` on each sentence. Many at once are asked for much faster than singly."""
    from . import network

    net = network.published()
    heard = [_hear(sentence) for sentence in sentences]
    asked: list[tuple[int, int]] = []
    told: list[str] = []
    for row, (sentence, said) in enumerate(zip(sentences, heard, strict=True)):
        for i, char in enumerate(sentence):
            phrase = said.ours.get(i) or said.theirs.get(i)
            reading = said.grammar.get(i) or (phrase and phrase[1])
            if reading and char in net.candidates:
                asked.append((row, i))
                told.append(reading)
    found: list[dict[int, tuple[str, str]]] = [{} for _ in sentences]
    for (row, i), reading, scores in zip(asked, told, _said(sentences, asked), strict=True):
        found[row][i] = (reading, max(scores, key=scores.__getitem__))
    return found


def _hear(sentence: str) -> _Heard:
    """What words, phrases and grammar say."""
    tokens, phrases = words_of(sentence)
    ours: dict[int, tuple[int, str]] = {}
    theirs: dict[int, tuple[int, str]] = {}
    for phrase in phrases:
        _note(phrase, ours, theirs)
    said: dict[int, str] = {}
    likelier: dict[int, str] = {}
    for i, reading in grammar.told(tokens):
        if reading.endswith("?"):
            likelier[i] = reading[:-1]
        else:
            said[i] = reading
    for i, reading in itertools.chain(neutral.told(tokens), surnames.told(tokens)):
        ours[i] = (0, reading)
    return _Heard(said, likelier, _settled(ours, theirs, tokens), theirs)


def _note(
    phrase: Phrase, ours: dict[int, tuple[int, str]], theirs: dict[int, tuple[int, str]]
) -> None:
    """The longest phrase on a character is heard."""
    length = len(phrase.word)
    for offset, reading in phrase.entry.told.items():
        at = phrase.start + offset
        if at not in ours or length > ours[at][0]:
            ours[at] = length, reading
    for at, reading in enumerate(phrase.entry.readings, phrase.start):
        if at not in theirs or length > theirs[at][0]:
            theirs[at] = length, reading


def _settled(
    ours: dict[int, tuple[int, str]],
    theirs: Mapping[int, tuple[int, str]],
    tokens: Sequence[Token],
) -> Mapping[int, tuple[int, str]]:
    """Ours, but for neutral tones where an idiom of theirs is longer: 自由自在 has none."""
    idioms = {
        i
        for token in tokens
        if len(token.word) > 3 and token.tag in {"i", "l", "nz", "ns", "nr"}
        for i in range(token.start, token.end)
    }
    return {
        at: told
        for at, told in ours.items()
        if not (told[1].endswith("5") and at in idioms and at in theirs)
        or theirs[at][0] <= max(told[0], 3)
    }


def _without_network(readings: Sequence[str], heard: _Heard, at: int) -> Decision | None:
    """The reading of a character that needs no network."""
    said = heard.grammar.get(at)
    if said:
        return Decision(said, "grammar", 0.97)
    ours = heard.ours.get(at)
    if ours:
        return Decision(ours[1], "phrase", 0.99)
    if len(readings) == 1 and at not in heard.theirs:
        return Decision(readings[0], "default", 1.0)
    return None


def _usual(readings: Sequence[str], heard: _Heard, at: int) -> Decision:
    """The reading of a character the network was not trained on."""
    told = heard.theirs.get(at)
    if told:
        return Decision(told[1], "phrase", 0.97 if len(readings) > 1 else 1.0)
    return Decision(readings[0], "default", 0.9 if len(readings) > 1 else 1.0)


def _weighed(
    network: Mapping[str, float], heard: tuple[int, str] | None, likelier: str | None
) -> Decision:
    """The reading with the highest score. network: log probability of each reading.

    Of phrases only readings count that the network knows too: the others are neutral tones, which
    dictionaries do not agree on.
    """
    scores = {reading: _NETWORK * max(value, _FLOOR) for reading, value in network.items()}
    if heard and heard[1] in scores:
        scores[heard[1]] += _PHRASE[min(heard[0], 4)]
    if likelier in scores:
        scores[likelier] += _LIKELIER
    best = max(scores, key=scores.__getitem__)
    weight = sum(math.exp(score - scores[best]) for score in scores.values())
    return Decision(best, "phrase" if heard and heard[1] == best else "model", 1 / weight)


def _said(sentences: Sequence[str], asked: Sequence[tuple[int, int]]) -> list[dict[str, float]]:
    """Log probability of each reading, by the network, of the characters at (sentence, index)."""
    from . import network

    net = network.published()
    found = []
    for (row, i), scores in zip(asked, _logits(sentences, asked), strict=True):
        options = net.candidates[sentences[row][i]]
        values = scores[options].tolist()
        most = max(values)
        total = most + math.log(sum(math.exp(value - most) for value in values))
        found.append(
            {net.classes[o]: value - total for o, value in zip(options, values, strict=True)}
        )
    return found


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
