"""A Chinese sentence -> the same without digits and symbols: what each number is, how it is said.

Rules in order, each a pattern and a function; what a rule has said holds no digits any more, so
that later rules pass over it.
"""

from __future__ import annotations

from ..draft import Draft
from ..rules import Guess, Rules, Table, applied
from ..style import Style
from .addresses import ADDRESSES
from .codes import CODES, IDENTITIES, STANDARDS
from .dates import DATES, DAYS
from .designations import DESIGNATIONS
from .letters import LETTERS
from .maths import MATHS
from .numbers import FIRST, ORDINALS, REST
from .quantities import QUANTITIES
from .separators import NEGATIVES, RATIOS, SCORES, SEPARATORS
from .signs import SIGNS
from .telephones import TELEPHONES
from .times import TIMES
from .transport import TRANSPORT
from .years import ERAS, YEARS

RULES: Rules = (
    *ADDRESSES,
    *FIRST,
    *IDENTITIES,
    *STANDARDS,
    *CODES,
    *TELEPHONES,
    *TRANSPORT,
    *DESIGNATIONS,
    *DATES,
    *ERAS,
    *DAYS,
    *YEARS,
    *SCORES,
    *TIMES,
    *MATHS,
    *SEPARATORS,
    *NEGATIVES,
    *QUANTITIES,
    *RATIOS,
    *ORDINALS,
    *LETTERS,
    *REST,
    *SIGNS,
)


TABLE = Table(RULES)


def spoken(draft: Draft, style: Style, guesses: list[Guess] | None = None) -> Draft:
    """The sentence as it is said."""
    return applied(draft, TABLE, style, guesses)
