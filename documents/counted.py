"""A number and a noun -> how many of them there are, as a person would write it."""

from __future__ import annotations

from ..messages import Message


def counted(number: int, noun: str) -> str:
    """`1 line`, `12 lines`."""
    return Message(f"{{}} {noun}" if number == 1 else f"{{}} {noun}s", number)
