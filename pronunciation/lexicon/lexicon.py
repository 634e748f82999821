"""Rules {word, context, phoneme} -> which characters of a text are read how.

The longest context wins, then the earliest place, then the later rule; a higher priority wins over
all of that. What wins claims the characters of its word, never its context, so that neighbouring
contexts may overlap.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ...mistakes import Place
from ..chinese.hanzi import is_han
from ..words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How a word is read, wherever its conditions hold."""

    word: str
    context: str = ""
    """Text that holds the word; "" is the word alone, anywhere. Every occurrence in it is meant
    unless `target` says which."""
    target: int | None = None
    """Index of the word in `context`."""
    reading: tuple[str, ...] = ()
    """Numbered pinyin for each Chinese character of the word."""
    alias: str = ""
    """What is said in place of the word, when there is no reading."""
    phones: str = ""
    """ARPAbet, when the alias respells it"""
    unless: tuple[str, ...] = ()
    """Contexts that hold the word and in which the rule is silent."""
    left: tuple[str, ...] = ()
    """One of these stands right before the context, if any are given."""
    right: tuple[str, ...] = ()
    """One of these stands right after it."""
    language: str = ""
    """Only in text of this language; "" is any."""
    speaker: str = ""
    """Only for this speaker; "" is anyone."""
    priority: int = 0
    place: Place = field(default=Place("lexicon"), compare=False)
    """Where the rule was written."""
    written: str = field(default="", compare=False)
    """The key as the file has it, before folding; "" where that is the key."""

    @property
    def key(self) -> str:
        """The text that must be there."""
        return self.context or self.word

    @property
    def name(self) -> str:
        """How a person recognises the rule."""
        return self.word if self.key == self.word else f"{self.word}/{self.context}"

    def spans(self) -> Iterator[tuple[int, int]]:
        """(start, end) of the word's occurrences inside the key."""
        if self.target is not None:
            yield self.target, self.target + len(self.word)
            return
        start = self.key.find(self.word)
        while start >= 0:
            yield start, start + len(self.word)
            start = self.key.find(self.word, start + len(self.word))


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that applies to text[start:end]."""

    start: int
    end: int
    rule: Rule


@dataclass(frozen=True)
class Lexicon:
    """Rules in order; of two that are equal in all else the later one wins."""

    rules: tuple[Rule, ...] = ()

    def merged(self, other: Lexicon) -> Lexicon:
        """Both; of equal rules the other's win."""
        if not self.rules or not other.rules:
            return other if other.rules else self
        return Lexicon(self.rules + other.rules)

    @functools.cached_property
    def digest(self) -> str:
        """Equal for equal rules in equal order, wherever they were written; for cache keys."""
        values = [
            [getattr(rule, name) for name in Rule.__slots__ if name not in ("place", "written")]
            for rule in self.rules
        ]
        return hashlib.sha256(json.dumps(values).encode("utf-8", "replace")).hexdigest()

    def aliases(
        self, text: str, *, language: str = "zh", speaker: str | None = None
    ) -> list[Match]:
        """The words of `text` to say otherwise, by place. text: display text, folded."""
        return _contest(self._aliases, text, language, speaker)[0]

    def readings(
        self, text: str, *, language: str = "zh", speaker: str | None = None
    ) -> list[Match]:
        """The words of `text` whose reading a rule tells, by place. text: normalised text."""
        return _contest(self._readings, text, language, speaker)[0]

    def contested(
        self, text: str, *, language: str = "zh", speaker: str | None = None
    ) -> list[tuple[Match, Match]]:
        """(loser, winner) where two rules claim a character of `text`, which is both folded and
        normalised."""
        aliases = _contest(self._aliases, text, language, speaker)[1]
        return aliases + _contest(self._readings, text, language, speaker)[1]

    @functools.cached_property
    def _aliases(self) -> Words[list[tuple[int, Rule]]]:
        return _grouped(self.rules, aliases=True)

    @functools.cached_property
    def _readings(self) -> Words[list[tuple[int, Rule]]]:
        return _grouped(self.rules, aliases=False)


EMPTY = Lexicon()


def _grouped(rules: Sequence[Rule], *, aliases: bool) -> Words[list[tuple[int, Rule]]]:
    """The rules of one kind by their keys, with their order."""
    groups: dict[str, list[tuple[int, Rule]]] = {}
    for order, rule in enumerate(rules):
        if bool(rule.alias) is aliases:
            groups.setdefault(rule.key, []).append((order, rule))
    return Words(groups)


def _contest(
    words: Words[list[tuple[int, Rule]]], text: str, language: str, speaker: str | None
) -> tuple[list[Match], list[tuple[Match, Match]]]:
    """The matches that win, by place, and those that lose, each with a winner over it."""
    if not len(words):
        return [], []
    found: list[tuple[tuple[int, int, int, int], int, Rule]] = []
    for at, key, rules in words.in_text(text):
        for order, rule in rules:
            scoped = rule.language in ("", language) and rule.speaker in ("", speaker)
            if scoped and _applies(rule, text, at, at + len(key)):
                reach = len(key) + max(map(len, rule.left), default=0)
                reach += max(map(len, rule.right), default=0)
                found.append(((-rule.priority, -reach, at, -order), at, rule))
    claimed: dict[int, Match] = {}
    losers: list[tuple[Match, Match]] = []
    for _, at, rule in sorted(found, key=lambda item: item[0]):
        for start, end in rule.spans():
            match = Match(at + start, at + end, rule)
            if _excepted(rule, text, match.start):
                continue
            span = range(match.start, match.end)
            over = next((claimed[i] for i in span if i in claimed), None)
            if over:
                losers.append((match, over))
            else:
                claimed.update(dict.fromkeys(span, match))
    winners = {match.start: match for match in claimed.values()}
    return [winners[start] for start in sorted(winners)], losers


def _applies(rule: Rule, text: str, start: int, end: int) -> bool:
    """Whether edges and neighbours allow the rule at text[start:end]."""
    return (
        not (_joined(text, start) or _joined(text, end))
        and (not rule.left or text.endswith(rule.left, 0, start))
        and (not rule.right or text.startswith(rule.right, end))
    )


def _joined(text: str, at: int) -> bool:
    """Whether a Latin word or number goes on across text[at]."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    return before.isalnum() and after.isalnum() and not (is_han(before) or is_han(after))


def _excepted(rule: Rule, text: str, at: int) -> bool:
    """Whether the word at `at` lies in one of the contexts the rule does not apply to."""
    for context in rule.unless:
        inside = context.find(rule.word)
        while inside >= 0:
            if at >= inside and text.startswith(context, at - inside):
                return True
            inside = context.find(rule.word, inside + 1)
    return False
