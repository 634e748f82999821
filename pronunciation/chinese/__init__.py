"""A Chinese sentence -> the same without digits and symbols: what each number is, how it is said.

Rules in order, each a pattern and a function; what a rule has said holds no digits any more, so
that later rules pass over it.
"""

from __future__ import annotations

import functools
import re

from ..draft import Draft
from ..style import Style
from . import codes, dates, letters, numbers, quantities, signs
from .rule import Match, Rules, Say

RULES: Rules = (
    *numbers.FIRST,
    *codes.ADDRESSES,
    *codes.IDENTITIES,
    *codes.TELEPHONES,
    *codes.CODES,
    *codes.TRAINS_AND_FLIGHTS,
    *dates.DATES,
    *numbers.SCORES,
    *dates.TIMES,
    *quantities.QUANTITIES,
    *signs.EQUATIONS,
    *numbers.RANGES,
    *numbers.RATIOS,
    *numbers.ORDINALS,
    *letters.LETTERS,
    *numbers.REST,
    *signs.SIGNS,
)


@functools.cache
def rules() -> tuple[tuple[re.Pattern[str], Say], ...]:
    """The rules, compiled when they are first needed."""
    return tuple((re.compile(pattern), say) for pattern, say in RULES)


def spoken(draft: Draft, style: Style) -> Draft:
    """The sentence as it is said."""
    for pattern, say in rules():
        draft = draft.sub(pattern, functools.partial(_said, say, style))
    return draft


def _said(say: Say, style: Style, match: Match) -> str | None:
    return say(match, style)
