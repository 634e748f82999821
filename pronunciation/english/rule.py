"""What the rules of an English sentence share: their type, and the pattern of a number."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

Match: TypeAlias = "re.Match[str]"
Say: TypeAlias = Callable[[Match], "str | None"]
Rules: TypeAlias = "tuple[tuple[str, Say], ...]"
"""Patterns and what is said of what they match; None leaves it as it is."""

NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
