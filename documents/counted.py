"""A number and a noun -> how many of them there are, as a person would write it."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """`1 line`, `12 lines`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
