"""An English sentence -> the same without digits and symbols, spelled so that it is read right.

Rules in order, each a pattern and a function; what a rule has said holds no digits any more, so
that later rules pass over it.
"""

from __future__ import annotations

from ..draft import Draft
from ..rules import Guess, Rules, Table, applied
from ..style import Style
from .addresses import ADDRESSES
from .codes import CODES, TELEPHONES
from .dates import DATES, YEARS
from .letters import MODELS, VERSIONS
from .numbers import CONTEXTS, FIRST, RANGES, REST
from .quantities import MATHS, MEASURES, QUANTITIES
from .times import TIMES
from .words import ABBREVIATED, NUMBERED, SIGNS

RULES: Rules = (
    *ADDRESSES,
    *FIRST,
    *CODES,
    *TELEPHONES,
    *DATES,
    *TIMES,
    *MATHS,
    *QUANTITIES,
    *CONTEXTS,
    *MEASURES,
    *NUMBERED,
    *RANGES,
    *ABBREVIATED,
    *MODELS,
    *VERSIONS,
    *YEARS,
    *REST,
    *SIGNS,
)


TABLE = Table(RULES)


def spoken(draft: Draft, style: Style, guesses: list[Guess] | None = None) -> Draft:
    """The sentence as it is said."""
    return applied(draft, TABLE, style, guesses)
