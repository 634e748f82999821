"""Parts of the patterns of Chinese rules, and what several of them say."""

from __future__ import annotations

from ..rules import Match
from ..style import Style
from .names import MEASURE_WORDS

NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
BEFORE = r"(?<![\d.,A-Za-z])"
DASH = r"\s?[-–—―~～〜]\s?"
COUNTED = "|".join(sorted(MEASURE_WORDS, key=len, reverse=True))
COUNTABLE = rf"[多余来几]?(?:{COUNTED}|%|‰|倍|折|成|后|前)"
"""After a number: it is an amount, and no code."""
YEAR = r"(?:1[89]\d\d|20\d\d)"
CODE = r"[A-Za-z0-9]+(?:[-·.–—][A-Za-z0-9]+|\s\d+)*"


def to(match: Match, style: Style) -> str:
    """The sign between the ends of a range."""
    return "到"


def nothing(match: Match, style: Style) -> str:
    """A hyphen inside a name."""
    return ""
