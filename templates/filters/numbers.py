"""Numbers in a template -> how they are written and read: how many, which one, digit by digit."""

from __future__ import annotations

import re

from .written import mark, matched, said_one, unfit

NUMBER = r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d{1,16})(?:\.\d{1,16})?"

_NUMBER = re.compile(NUMBER)
_ORDINAL = re.compile(r"(?:第\s?)?([1-9]\d{0,8})(?:st|nd|rd|th)?")
_DIGITS = re.compile(r"[A-Za-z0-9](?:[ -]?[A-Za-z0-9]){0,60}")
_PAIR = re.compile(r"(\d{1,6})\s?([-:/])\s?(\d{1,6})")
_PERCENT = re.compile(rf"({NUMBER})\s?%?")


def cardinal(language: str, value: object) -> str:
    """1234 -> 一千二百三十四, one thousand two hundred and thirty four."""
    return mark(matched(value, _NUMBER, "a number", "Write 1234 or 12.5.")[0], "cardinal")


def ordinal(language: str, value: object) -> str:
    """3 -> 第3, 3rd."""
    number = matched(value, _ORDINAL, "a place in a row", "Write a whole number from 1.")[1]
    return mark(f"第{number}" if language == "zh" else number + suffix(int(number)), "ordinal")


def suffix(number: int) -> str:
    """The letters after an English ordinal: 1st, 2nd, 3rd, 11th."""
    if number % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def digits(language: str, value: object, one: str = "") -> str:
    """A012 -> A零一二. one: 幺 or 一, for this number."""
    text = matched(value, _DIGITS, "a row of digits", "Write digits and letters, such as A012.")[0]
    return mark(text, "digits", said_one(language, one, ""))


def fraction(language: str, value: object) -> str:
    """2/3 -> 三分之二, two thirds."""
    return _pair(value, "/", "a fraction", "Write 2/3.", "fraction")


def ratio(language: str, value: object) -> str:
    """3:2 -> 三比二, three to two."""
    return _pair(value, ":", "a ratio", "Write 3:2.", "ratio")


def score(language: str, value: object) -> str:
    """3:2 or 3-2 -> 三比二, three to two."""
    return _pair(value, ":-", "a score", "Write 3:2.", "score")


def _pair(value: object, signs: str, what: str, remedy: str, kind: str) -> str:
    found = matched(value, _PAIR, what, remedy)
    if found[2] not in signs or (kind == "fraction" and not int(found[3])):
        raise unfit(found[0], what, remedy)
    return mark(f"{found[1]}{found[2]}{found[3]}", kind)


def percent(language: str, value: object) -> str:
    """20 or 20% -> 20%."""
    number = matched(value, _PERCENT, "a percentage", "Write 20 or 20%.")[1]
    return mark(f"{number}%", "percent")
