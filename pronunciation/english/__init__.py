"""An English sentence -> the same without digits and symbols, spelled so that it is read right.

Rules in order, each a pattern and a function; what a rule has said holds no digits any more, so
that later rules pass over it.
"""

from __future__ import annotations

import functools
import re

from ..draft import Draft
from . import codes, dates, letters, numbers, quantities, words
from .rule import Rules, Say

RULES: Rules = (
    *numbers.FIRST,
    *codes.ADDRESSES,
    *codes.TELEPHONES,
    *dates.DATES,
    *dates.TIMES,
    *quantities.QUANTITIES,
    *numbers.CONTEXTS,
    *quantities.MEASURES,
    *numbers.RANGES,
    *words.ABBREVIATED,
    *letters.VERSIONS,
    *dates.YEARS,
    *letters.MODELS,
    *numbers.REST,
    *words.SIGNS,
)


@functools.cache
def rules() -> tuple[tuple[re.Pattern[str], Say], ...]:
    """The rules, compiled when they are first needed."""
    return tuple((re.compile(pattern), say) for pattern, say in RULES)


def spoken(draft: Draft) -> Draft:
    """The sentence as it is said."""
    for pattern, say in rules():
        draft = draft.sub(pattern, say)
    return draft
