# ruff: noqa: E501 - a pattern is read as one line
"""Letters with digits in an English sentence (RTX 4090, v3.11, H2O) -> words."""

from __future__ import annotations

from ..numerals import en_cardinal, en_digits, en_number
from ..rules import DIGITS, Match, Rule, Rules
from ..style import Style


def letters(text: str) -> str:
    """`H2O` -> H two O."""
    return " ".join(en_digits(c) if c.isdigit() else c.upper() for c in text if c.isalnum())


def version(text: str) -> str:
    """3.11.2 -> three point eleven point two."""
    return " point ".join(
        en_digits(part) if part[0] == "0" and len(part) > 1 else en_cardinal(part)
        for part in text.split(".")
    )


def model_number(number: str) -> str:
    """15 -> fifteen, 747 -> seven forty seven, 4090 -> forty ninety, 265 after a dot too."""
    if "." in number:
        return version(number)
    if number.startswith("0") or len(number) > 4:
        return en_digits(number, "oh" if number[0] != "0" else "zero")
    if len(number) == 4 and number.endswith("00") and number[1] != "0":
        return en_cardinal(number[:2]) + " hundred"
    if len(number) < 3 or number.endswith("00"):
        return en_cardinal(number)
    head, tail = number[:-2], number[-2:]
    small = "oh " + en_cardinal(tail) if tail[0] == "0" else en_cardinal(tail)
    return f"{en_cardinal(head)} {small}"


def _letters_digits(match: Match, style: Style) -> str:
    point = " point" if match[1].endswith(".") else ""
    more = " " if match.string[match.end() : match.end() + 1].isalnum() else ""
    return f"{match[1].rstrip(' -.')}{point} {model_number(match[2])}{more}"


def _digits_letters(match: Match, style: Style) -> str:
    more = " " if match.string[match.end() : match.end() + 1].isalnum() else ""
    return f"{model_number(match[1])} {match[2]}{more}"


def _version(match: Match, style: Style) -> str:
    return "version " + version(match[1])


def _product(match: Match, style: Style) -> str:
    more = " " if match.string[match.end() : match.end() + 1].isalpha() else ""
    return match[1] + model_number(match[2]) + more


_PRODUCTS = "Boeing|Airbus|Route|Highway|Flight|Room|Suite|RTX|GTX|RX|iPhone|Windows|Office|Xbox|Fortune|Ryzen|Core|Porsche|Area|Ferrari|Mazda|Audi|Channel|Nokia|Galaxy|Pixel|Microsoft|Bus|bus|Studio|Formula"

VERSIONS: Rules = (
    Rule(
        r"(?<![\w.])(401|403|457|501|529)\s?\(?([a-z])\)?(?:\((\d)\))?(?!\w)",
        lambda m, s: _plan(m),
        needs="45",
    ),
    Rule(r"\b(?:[Vv]ersion\s)[Vv](\d+(?:\.\d+){0,20})\b", _version, needs="e"),
    Rule(
        r"\b(?:v(\d+(?:\.\d+){0,20})|V(\d+(?:\.\d+){1,20}))\b",
        lambda m, s: "version " + version(m[1] or m[2]),
        needs=".v",
    ),
    Rule(
        r"((?:[Vv]ersion|[Rr]elease|[Ss]ection)\s)(\d+(?:\.\d+){1,20})",
        lambda m, s: m[1] + version(m[2]),
        needs=".",
    ),
    Rule(r"\b([A-Z])2([A-Z])\b(?<!H2O)(?<!N2O)", lambda m, s: f"{m[1]} to {m[2]}", needs="2"),
    Rule(
        r"\b([A-Z]{2,5}\d?)-(\d{1,4})-(\d{1,4})\b",
        lambda m, s: f"{m[1]} {model_number(m[2])} {model_number(m[3])}",
        needs="-",
    ),
    Rule(r"([A-Za-z][-.]?)(\d+(?:\.\d+){0,20})(?:-(?=\d))?", _letters_digits, needs=DIGITS),
    Rule(
        r"(?<![\d.])(\d{1,3}(?:,\d{3})+)-?([A-Za-z]+)",
        lambda m, s: f"{en_number(m[1])} {m[2]}",
        needs=",",
    ),
    Rule(r"(?<![\d.,])(\d+(?:\.\d+)?)-?([A-Za-z]+)", _digits_letters, needs=DIGITS),
    Rule(r"(?<![\d.])\d+(?:\.\d+){2,}(?!\d)", lambda m, s: version(m[0]), needs="."),
)


def _plan(match: Match) -> str:
    """401(k) -> four oh one k."""
    digits = "".join(c for c in match[0] if c.isdigit())[:3]
    letter = next(c for c in match[0] if c.isalpha())
    more = f" {en_digits(match[3])}" if match[3] else ""
    return f"{model_number(digits)} {letter}{more}"


MODELS: Rules = (
    Rule(
        rf"((?:{_PRODUCTS})\s(?:[3-9]\s)?)(\d{{3,4}})(?![\d,])",
        _product,
        needs="ABCFGHMNOPRSWXbi",
    ),
    Rule(
        r"(?<![\d.,])(1099|1040|1065|1120|8949)(?=\s(?:form|return|tax)|-[A-Z])",
        lambda m, s: model_number(m[1]),
        needs="-frt",
    ),
    Rule(r"(?<=[a-z])-(?=\d)", lambda m, s: " ", needs="-"),
)
