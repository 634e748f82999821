"""How numbers are said where usage differs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """Choices of a house; the defaults are the usual ones."""

    telephone_one: str = "幺"
    """The 1 of telephone numbers: 幺 or 一."""
    code_one: str = "一"
    """The 1 of rooms, postcodes, identity numbers, trains and flights."""
    train_letters: bool = False
    """G is 高, D 动, and so on; otherwise the letter is said."""
    train_digits_from: int = 3
    """Train numbers this long are said digit by digit, shorter ones as a number."""
    numbers_in: Literal["", "zh", "en"] = ""
    """The language of all numbers and signs, `zh` or `en`; "": that of the clause they stand in."""


DEFAULT = Style()

SayAs: TypeAlias = Callable[[str, str, Style], "str | None"]
"""A marked text, a detail of its mark, a style -> how it is said, or None: the mark is wrong."""
