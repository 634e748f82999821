"""What the rules of a Chinese sentence share: their type, and parts of their patterns."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from ..style import Style
from .names import MEASURE_WORDS

Match: TypeAlias = "re.Match[str]"
Say: TypeAlias = Callable[[Match, Style], "str | None"]
Rules: TypeAlias = "tuple[tuple[str, Say], ...]"
"""Patterns and what is said of what they match; None leaves it as it is."""

NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
BEFORE = r"(?<![\d.,A-Za-z])"
TO = r"\s*(?:-|–|—|~|～|〜|至|到)\s*"
COUNTED = "|".join(sorted(MEASURE_WORDS, key=len, reverse=True))


def to(match: Match, style: Style) -> str:
    """The sign between the ends of a range."""
    return "到"
