"""Letters with digits in an English sentence (RTX 4090, v3.11, H2O) -> words."""

from __future__ import annotations

from ..numerals import en_cardinal, en_digits
from .rule import Match, Rules


def letters(text: str) -> str:
    """`H2O` -> H two O."""
    return " ".join(en_digits(c) if c.isdigit() else c.upper() for c in text if c.isalnum())


def version(text: str) -> str:
    """3.11.2 -> three point eleven point two."""
    return " point ".join(en_cardinal(part) for part in text.split("."))


def model_number(number: str) -> str:
    """15 -> fifteen, 747 -> seven forty seven, 4090 -> forty ninety, 265 after a dot too."""
    if "." in number:
        return version(number)
    if number.startswith("0") or len(number) > 4:
        return en_digits(number, "oh" if number[0] != "0" else "zero")
    if len(number) < 3 or number.endswith("00"):
        return en_cardinal(number)
    head, tail = number[:-2], number[-2:]
    small = "oh " + en_cardinal(tail) if tail[0] == "0" else en_cardinal(tail)
    return f"{en_cardinal(head)} {small}"


def _letters_digits(match: Match) -> str:
    point = " point" if match[1].endswith(".") else ""
    more = " " if match.string[match.end() : match.end() + 1].isalpha() else ""
    return f"{match[1].rstrip(' -.')}{point} {model_number(match[2])}{more}"


def _digits_letters(match: Match) -> str:
    return f"{model_number(match[1])} {match[2]}"


VERSIONS: Rules = (
    (r"\b([Vv])(\d+(?:\.\d+){0,20})\b", lambda m: "version " + version(m[2])),
    (r"((?:[Vv]ersion|[Rr]elease)\s)(\d+(?:\.\d+){1,20})", lambda m: m[1] + version(m[2])),
    (r"([A-Za-z][-.]?)(\d+(?:\.\d+){0,20})", _letters_digits),
    (r"(?<![\d.])(\d+(?:\.\d+)?)-?([A-Za-z]+)", _digits_letters),
    (r"(?<![\d.])\d+(?:\.\d+){2,}(?!\d)", lambda m: version(m[0])),
)


MODELS: Rules = (
    (
        r"((?:Boeing|Airbus|Route|Highway|Flight|Room|Suite|RTX|iPhone|Windows)\s)(\d{3,4})(?![\d,])",
        lambda m: m[1] + model_number(m[2]),
    ),
)
