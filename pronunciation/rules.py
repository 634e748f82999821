"""Rules of a language: patterns in order, each with what is said of its matches."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from .draft import Draft
from .style import Style

Match: TypeAlias = "re.Match[str]"
Say: TypeAlias = Callable[[Match, Style], "str | None"]

REACH = 24
"""Characters before a match that a rule may look at."""


class Rule(NamedTuple):
    """A pattern and what is said of what it matches; None leaves it as it is."""

    pattern: str
    say: Say
    guess: str = ""
    """The lint's code where the same signs may well be something else."""
    after: str = ""
    """What the text before the match has to end in."""
    unless: str = ""
    """What the text before the match must not end in."""
    needs: str = ""
    """Characters of which a match, or what it looks ahead to, holds at least one; "": unknown.
    A rule is not tried, nor compiled, on a text without any of them."""


def alternatives(signs: Iterable[str]) -> str:
    """The signs as a pattern, longest first."""
    return "|".join(re.escape(sign) for sign in sorted(signs, key=len, reverse=True))


DIGITS = "0123456789"
Rules: TypeAlias = "tuple[Rule, ...]"
Compiled: TypeAlias = "tuple[re.Pattern[str], re.Pattern[str] | None, re.Pattern[str] | None]"


@dataclass(frozen=True, slots=True)
class Guess:
    """A place where a rule had to guess."""

    code: str
    at: int
    """Index in the display text."""
    written: str
    said: str


class Table:
    """Rules in order, each compiled when a text first needs it."""

    __slots__ = ("_compiled", "rules")

    def __init__(self, rules: Rules) -> None:
        self.rules = [(frozenset(rule.needs), rule) for rule in rules]
        self._compiled: dict[int, Compiled] = {}

    def compiled(self, number: int) -> Compiled:
        """The patterns of a rule: its own, and those of what stands before it."""
        found = self._compiled.get(number)
        if found is None:
            rule = self.rules[number][1]
            found = re.compile(rule.pattern), _ending(rule.after), _ending(rule.unless)
            self._compiled[number] = found
        return found


def _ending(pattern: str) -> re.Pattern[str] | None:
    return re.compile(rf"(?:{pattern})\Z") if pattern else None


def applied(draft: Draft, table: Table, style: Style, guesses: list[Guess] | None = None) -> Draft:
    """The draft after every rule, one after the other. guesses: where to note the doubtful ones."""
    held = set(draft.text)
    for number, (needs, rule) in enumerate(table.rules):
        if needs and needs.isdisjoint(held):
            continue
        edits = list(_edits(rule, table.compiled(number), draft.text, style))
        if not edits:
            continue
        if guesses is not None and rule.guess:
            guesses += [
                Guess(rule.guess, draft.at[start], draft.text[start:end], said)
                for start, end, said in edits
                if start < end
            ]
        draft = draft.edited(edits)
        held = set(draft.text)
    return draft


def _edits(
    rule: Rule, compiled: Compiled, text: str, style: Style
) -> Iterator[tuple[int, int, str]]:
    pattern, after, unless = compiled
    for match in pattern.finditer(text):
        if after or unless:
            before = text[max(0, match.start() - REACH) : match.start()]
            if after and not after.search(before):
                continue
            if unless and unless.search(before):
                continue
        said = rule.say(match, style)
        if said is not None and said != match[0]:
            yield *match.span(), said
