"""Sentences -> a reading for each Chinese character, who decided it, and how sure that is.

Words come first (`lattice`). Then, character by character: what the grammar of function words says
(`grammar`); else our own word or phrase that holds the character and follows the words (`overlay`);
else pypinyin's phrases and the network, each of which adds to a reading's score.
"""

from __future__ import annotations

import bisect
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

# How sure a decision is, as counted where words.txt is left out (docs/pronunciation.md).
_MARGINS = (0.0, 0.8, 1.6, 2.2, 2.8, 3.1, 5.0)
_RIGHT = (0.6, 0.72, 0.8, 0.9, 0.93, 0.985, 0.999)
_OTHERWISE = -3.0
"""Log probability below which the network says another reading."""
_FUNCTION_WORDS = frozenset("得地着没还倒了都好")
"""The network was trained on sentences without most of their readings: its word is not asked."""
_GRAMMAR = (0.93, 0.98, 0.995)
_UNSURE = 0.92
"""What a line of the grammar with a ~ decides, and what the network alone does where only context
tells: where the grammar has a line with a ? and none of its other lines fits."""
_OURS = (0.93, 0.99, 0.998)


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
    unsure: frozenset[int]
    """What the grammar decides, but not surely."""
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
    asked = [
        (row, column)
        for row, sentence in enumerate(sentences)
        for column, char in enumerate(sentence)
        if char in candidates
    ]
    found: list[list[Decision | None]] = [
        [
            _alone(table[char], told, column) if char in table else None
            for column, char in enumerate(sentence)
        ]
        for sentence, told in zip(sentences, heard, strict=True)
    ]
    for (row, column), said in zip(asked, _said(sentences, asked), strict=True):
        found[row][column] = _judged(heard[row], column, sentences[row][column], said)
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
    unsure: set[int] = set()
    for i, reading in grammar.told(tokens):
        if reading.endswith("?"):
            likelier[i] = reading[:-1]
            continue
        said[i] = reading.removesuffix("~")
        if reading.endswith("~"):
            unsure.add(i)
    for i, reading in itertools.chain(neutral.told(tokens), surnames.told(tokens)):
        ours[i] = (0, reading)
    return _Heard(said, likelier, frozenset(unsure), _settled(ours, theirs, tokens), theirs)


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


def _alone(readings: Sequence[str], heard: _Heard, at: int) -> Decision:
    """The reading of a character the network was not trained on."""
    if at in heard.grammar:
        return Decision(heard.grammar[at], "grammar", _GRAMMAR[1])
    told = heard.ours.get(at) or heard.theirs.get(at)
    if told:
        return Decision(told[1], "phrase", 0.99 if len(readings) > 1 else 1.0)
    return Decision(readings[0], "default", 0.97 if len(readings) > 1 else 1.0)


def _judged(heard: _Heard, at: int, char: str, network: Mapping[str, float]) -> Decision:
    """The reading of a character the network has an opinion on: log probability by reading."""
    if at in heard.grammar:
        reading = heard.grammar[at]
        if at in heard.unsure:
            return Decision(reading, "grammar", _UNSURE)
        if char in _FUNCTION_WORDS or reading.endswith("5"):
            return Decision(reading, "grammar", _GRAMMAR[1])
        return Decision(reading, "grammar", _backed(_GRAMMAR, network.get(reading)))
    if at in heard.ours:
        reading = heard.ours[at][1]
        asked = None if reading.endswith("5") else network.get(reading)
        return Decision(reading, "phrase", _backed(_OURS, asked))
    return _weighed(network, heard.theirs.get(at), heard.likelier.get(at))


def _backed(levels: tuple[float, float, float], probability: float | None) -> float:
    """How sure a reading is: levels where the network says otherwise, knows it not, says so too."""
    if probability is None:
        return levels[1]
    return levels[0] if probability < _OTHERWISE else levels[2]


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
    second = max((score for reading, score in scores.items() if reading != best), default=-9.0)
    source = "phrase" if heard and heard[1] == best else "model"
    sure = _confidence(scores[best] - second)
    if likelier and not heard:
        sure = min(sure, _UNSURE)
    return Decision(best, source, sure)


def _confidence(margin: float) -> float:
    """How often a reading is right whose score is so far above the second one's."""
    at = bisect.bisect_right(_MARGINS, margin) - 1
    if at == len(_MARGINS) - 1:
        return _RIGHT[-1]
    part = (margin - _MARGINS[at]) / (_MARGINS[at + 1] - _MARGINS[at])
    return _RIGHT[at] + part * (_RIGHT[at + 1] - _RIGHT[at])


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
