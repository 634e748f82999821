"""Money, percentages, temperatures and measures in an English sentence -> words."""

from __future__ import annotations

import re

from ..numerals import en_cardinal, en_number
from .names import CURRENCIES, UNITS
from .rule import NUMBER, Match, Rules

_SCALES = {"k": "thousand", "m": "million", "b": "billion", "bn": "billion", "mn": "million"}


def money(sign: str, number: str, scale: str = "") -> str:
    """$, 3.50 -> three dollars and fifty cents."""
    one, many, small = CURRENCIES[sign]
    whole, _, cents = number.replace(",", "").partition(".")
    if scale:
        return f"{en_number(number)} {_SCALES.get(scale.lower(), scale)} {many}"
    name = one if int(whole) == 1 else many
    if not cents or not small or len(cents) > 2:
        return f"{en_number(number)} {many if cents else name}"
    value = int(cents.ljust(2, "0"))
    parts = []
    if int(whole) or not value:
        parts.append(f"{en_cardinal(whole)} {name}")
    if value:
        coin = small if value > 1 else {"pence": "penny"}.get(small, small.removesuffix("s"))
        parts.append(f"{en_cardinal(str(value))} {coin}")
    return " and ".join(parts)


def measure(number: str, unit: str) -> str:
    """5, kg -> five kilograms."""
    one, many = UNITS[unit]
    return f"{en_number(number)} {one if number.lstrip('+-') == '1' else many}"


def _money(match: Match) -> str:
    minus = "minus " if "-" in (match["sign"] or "") else ""
    high = match["high"]
    if high:
        return (
            f"{minus}{en_number(match['n'])} to {money(match['cur'], high, match['scale'] or '')}"
        )
    return minus + money(match["cur"], match["n"], match["scale"] or "")


def _temperature(match: Match) -> str:
    minus = "minus " if match[1] == "-" else ""
    scale = {"c": " Celsius", "f": " Fahrenheit", "": ""}[(match[3] or "").lower()]
    return f"{minus}{en_number(match[2])} degree{'' if match[2] == '1' else 's'}{scale}"


def _with_unit(match: Match) -> str:
    minus = "minus " if match["sign"] == "-" else ""
    if match["high"]:
        return f"{minus}{en_number(match['n'])} to {measure(match['high'], match['unit'])}"
    return minus + measure(match["n"], match["unit"])


def _compound_unit(match: Match) -> str:
    return f"{en_number(match[1])} {UNITS[match[2]][0]}"


_UNIT = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))


_MONEY = "|".join(re.escape(sign) for sign in sorted(CURRENCIES, key=len, reverse=True))


_SCALE = r"(?:\s?(?P<scale>hundred|thousand|million|billion|trillion|[KkMmBb]|[Bb]n|[Mm]n)\b)?"


QUANTITIES: Rules = (
    (
        r"(?<=\d)/(month|year|day|week|hour|night|person|minute|mile|lb|kg)\b",
        lambda m: " per " + {"lb": "pound", "kg": "kilogram"}.get(m[1], m[1]),
    ),
    (r"(?<![\d.])(\d+)\s?¢", lambda m: f"{en_number(m[1])} cent{'' if m[1] == '1' else 's'}"),
    (r"(?<![\d.])(\d+(?:\.\d+)?)\s?‰", lambda m: f"{en_number(m[1])} per thousand"),
    (
        r"(?<![\d.])(\d)['’′](\d{1,2})(?:[\"”″]|'')",
        lambda m: f"{en_number(m[1])} feet {en_number(m[2])} {'inch' if m[2] == '1' else 'inches'}",
    ),
    (
        r"(?<![\d.])(\d+(?:\.\d+)?|[a-z])\^(\d+)",
        lambda m: (
            (en_number(m[1]) if m[1][0].isdigit() else m[1]) + f" to the power of {en_number(m[2])}"
        ),
    ),
    (
        rf"(?P<sign>(?<![\dA-Za-z])-)?(?P<cur>{_MONEY})\s?(?P<n>{NUMBER})(?:\s?[-–—]\s?(?:{_MONEY})?(?P<high>{NUMBER}))?{_SCALE}",
        _money,
    ),
    (
        r"(?<![\d.])(\d+(?:\.\d+)?)\s?[-–—]\s?(\d+(?:\.\d+)?)\s?%",
        lambda m: f"{en_number(m[1])} to {en_number(m[2])} percent",
    ),
    (
        rf"((?<![\dA-Za-z])[-+])?({NUMBER})\s?%",
        lambda m: ("minus " if m[1] == "-" else "") + en_number(m[2]) + " percent",
    ),
    (rf"((?<![\dA-Za-z])-)?({NUMBER})\s?°\s?([CcFf]\b)?", _temperature),
)


MEASURES: Rules = (
    (
        rf"(?P<sign>(?<![\dA-Za-z])-)?(?<![\d.A-Za-z])(?P<n>{NUMBER})(?:\s?(?:-|–|—|to)\s?(?P<high>{NUMBER}))?\s?(?P<unit>{_UNIT})(?![A-Za-z0-9²³/])",
        _with_unit,
    ),
    (rf"(?<![\d.A-Za-z])({NUMBER})-({_UNIT})(?![A-Za-z0-9])", _compound_unit),
    (
        r"(?<![\d.])(\d+)\s?[x×]\s?(\d+)(?![\d.]|\s?=)",
        lambda m: f"{en_number(m[1])} by {en_number(m[2])}",
    ),
)
