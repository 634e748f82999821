"""Letters with digits in a Chinese sentence (H.265, 5G, v1.2, i7-13700K) -> words."""

from __future__ import annotations

import re

from ..numerals import en_ordinal, zh_cardinal, zh_digits, zh_number
from ..rules import DIGITS, Match, Rule, Rules
from ..style import Style
from .patterns import COUNTED


def model_number(number: str) -> str:
    """15 -> 十五, 380 -> 三八零, 3.11 -> 三点一一."""
    whole, point, rest = number.partition(".")
    said = zh_digits(whole) if len(whole) > 2 or whole.startswith("0") else zh_cardinal(whole)
    return said + "".join("点" + zh_digits(part) for part in rest.split(".") if point)


def _model(match: Match, style: Style) -> str:
    """H.265, A380, GPT-4, iPhone 15: up to two digits are a number, more a row of digits."""
    letters, number = match[1], match[2]
    return letters.rstrip(" -_").replace(".", "点") + model_number(number)


def _apart(match: Match, style: Style) -> str:
    """Mate 60, S&P 500: a blank apart, hundreds are a number."""
    number = match[2]
    round_ = re.fullmatch(r"[1-9]\d?0{2,3}", number) and match[1] not in {"RTX ", "GTX ", "RX "}
    return match[1].rstrip("-") + (zh_number(number) if round_ else model_number(number))


def _version(match: Match, style: Style) -> str:
    return match[1] + version(match[2])


def version(text: str) -> str:
    """8.0.30 -> 八点零点三零."""
    first, *rest = text.split(".")
    return "点".join([model_number(first), *map(zh_digits, rest)])


def _parts(match: Match, style: Style) -> str:
    return version(match[0])


def _digits_letters(match: Match, style: Style) -> str:
    """5G, 4K, 1080P; 128K is an amount."""
    number, letters = match[1], match[2]
    if len(number) == 3 and letters in {"K", "k", "M", "B", "G", "W", "V", "U", "T", "x"}:
        return zh_number(number) + letters
    return model_number(number) + letters


def _row(match: Match, style: Style) -> str:
    """i7-13700K, DDR5-6000: what follows the hyphen is a row of digits."""
    return match[1] + model_number(match[2]) + zh_digits(match[3]) + match[4]


LETTERS: Rules = (
    Rule(r"(?<=\d)\.(?=x(?![A-Za-z]))", lambda m, s: "点", needs="."),
    Rule(
        r"(?<![A-Za-z])([A-Za-z]+\s)(\d{1,3}(?:,\d{3})+)(?!\d)",
        lambda m, s: m[1] + zh_number(m[2]),
        needs=",",
    ),
    Rule(
        r"(?<![A-Za-z\d.])(\d{1,4})(?:st|nd|rd|th)(?![A-Za-z])",
        lambda m, s: en_ordinal(m[1]),
        needs="nrst",
    ),
    Rule(
        r"(?i)(?<![A-Za-z])(top\s?)(\d{1,5})(?![\d.])",
        lambda m, s: m[1] + zh_number(m[2]),
        needs="Tt",
    ),
    Rule(r"(?<![A-Za-z0-9])([Vv]ersion\s?)[Vv]?(\d+(?:\.\d+){0,4})(?![\d])", _version, needs="e"),
    Rule(r"(?<![A-Za-z0-9])([Vv]|[Vv]er\.?\s?)(\d+(?:\.\d+){0,4})(?![\d])", _version, needs="Vv"),
    Rule(
        r"(?<![A-Za-z0-9])(ISO\s?|F?I?FA )(\d{2,5})(?!\d)",
        lambda m, s: m[1] + zh_number(m[2]),
        needs="FI",
    ),
    Rule(
        r"(?<![A-Za-z])(Lv|LV|lv|Vol|vol|VOL|EP|Ep|ep|Ch|P)\.\s?(\d+)",
        lambda m, s: m[1] + model_number(m[2]),
        needs=".",
    ),
    Rule(r"(?<![A-Za-z])([Nn]ode|NODE)\.(?=js)", lambda m, s: m[1] + "点", needs="."),
    Rule(r"([A-Za-z])\.(\d+)(?![\d.])", lambda m, s: f"{m[1]}点{zh_digits(m[2])}", needs="."),
    Rule(r"([A-Za-z])(\d{1,3})-(\d{3,5})(?!\d)([A-Z]{0,3}\d?(?![a-z]))", _row, needs="-"),
    Rule(
        rf"(?<![A-Za-z])([A-Za-z]+\s)(\d+(?:\.\d+){{0,20}})(?!\.?\d)(?!\s?(?:{COUNTED}|%|年|月|日|岁|倍))",
        _apart,
        needs=DIGITS,
    ),
    Rule(
        r"([A-Za-z][-_]?)(\d+(?:\.\d+){0,20})(?:-(?=\d))?(?!\.?\d)(?!\s?(?:个|位|名|元|次|年|月|日|天|人|岁|倍|小时|分钟|秒))",
        _model,
        needs=DIGITS,
    ),
    Rule(r"(?<![\d.])(\d+(?:\.\d+)?)([A-Za-z]+)", _digits_letters, needs=DIGITS),
    Rule(r"(?<![\d.])\d+(?:\.\d+){2,}(?!\d)", _parts, needs="."),
)
