"""Which characters are Chinese, and which sentence a character belongs to."""

from __future__ import annotations

import re

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
"""The inside of a regular expression's character class."""

_HAN = re.compile(f"[{HAN}]")


def is_han(char: str) -> bool:
    """Whether `char` is a Chinese character (〇 is one)."""
    return "\u4e00" <= char <= "\u9fff" or _HAN.match(char) is not None


def has_han(text: str) -> bool:
    """Whether any character of `text` is Chinese."""
    return _HAN.search(text) is not None
