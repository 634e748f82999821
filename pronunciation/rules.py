"""Rules of a language: patterns in order, each with what is said of its matches."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
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


Rules: TypeAlias = "tuple[Rule, ...]"


@dataclass(frozen=True, slots=True)
class Guess:
    """A place where a rule had to guess."""

    code: str
    at: int
    """Index in the display text."""
    written: str
    said: str


class Compiled(NamedTuple):
    """A rule whose patterns are compiled."""

    pattern: re.Pattern[str]
    rule: Rule
    after: re.Pattern[str] | None
    unless: re.Pattern[str] | None


def compiled(rules: Rules) -> tuple[Compiled, ...]:
    """The rules, ready to use."""
    return tuple(
        Compiled(re.compile(rule.pattern), rule, _ending(rule.after), _ending(rule.unless))
        for rule in rules
    )


def _ending(pattern: str) -> re.Pattern[str] | None:
    return re.compile(rf"(?:{pattern})\Z") if pattern else None


def applied(
    draft: Draft, rules: Sequence[Compiled], style: Style, guesses: list[Guess] | None = None
) -> Draft:
    """The draft after every rule, one after the other. guesses: where to note the doubtful ones."""
    for rule in rules:
        edits = list(_edits(rule, draft.text, style))
        if not edits:
            continue
        if guesses is not None and rule.rule.guess:
            guesses += [
                Guess(rule.rule.guess, draft.at[start], draft.text[start:end], said)
                for start, end, said in edits
                if start < end
            ]
        draft = draft.edited(edits)
    return draft


def _edits(rule: Compiled, text: str, style: Style) -> Iterator[tuple[int, int, str]]:
    for match in rule.pattern.finditer(text):
        if rule.after or rule.unless:
            before = text[max(0, match.start() - REACH) : match.start()]
            if rule.after and not rule.after.search(before):
                continue
            if rule.unless and rule.unless.search(before):
                continue
        said = rule.rule.say(match, style)
        if said is not None and said != match[0]:
            yield *match.span(), said
