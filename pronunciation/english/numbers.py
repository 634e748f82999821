# ruff: noqa: E501 - a pattern is read as one line
"""Numbers, fractions, ranges, Roman numerals and sums in an English sentence -> words."""

from __future__ import annotations

import re

from ..numerals import en_cardinal, en_digits, en_number, en_ordinal, roman
from .rule import NUMBER, Match, Rules


def fraction(top: str, bottom: str) -> str:
    """3, 4 -> three quarters."""
    if bottom == "1":
        return en_cardinal(top)
    name = {"2": "half", "4": "quarter"}.get(bottom) or en_ordinal(bottom)
    if int(top) != 1:
        name = "halves" if name == "half" else name + "s"
    return f"{en_cardinal(top)} {name}"


def _range(match: Match) -> str:
    return f"{en_number(match[1])} to {en_number(match[2])}"


def _roman(match: Match) -> str | None:
    value = roman(match[2])
    if value is None or value > 100:
        return None
    kings = match[1].strip() in _KINGS
    return match[1] + ("the " + en_ordinal(str(value)) if kings else en_cardinal(str(value)))


_KINGS = frozenset({
    "Henry", "Louis", "George", "Elizabeth", "Charles", "Edward", "James", "William", "Richard",
    "Philip", "Pius", "John", "Paul", "Benedict", "Leo", "Gregory", "Francis", "Alexander",
    "Catherine", "Nicholas", "Frederick", "Napoleon", "Peter", "Mary", "Ferdinand", "Leopold",
    "Carlos", "Juan", "Felipe", "Ivan", "Clement", "Innocent", "Urban", "Ramses", "Ptolemy",
})  # fmt: skip


def _equation(match: Match) -> str:
    said = re.sub(r"\s*([-+×÷*/=<>≥≤≠≈])\s*", lambda m: f" {_MATHS[m[1]]} ", match[0])
    return re.sub(NUMBER, lambda m: en_number(m[0]), said).strip()


_MATHS = {"-": "minus", "+": "plus", "×": "times", "*": "times", "÷": "divided by",
          "/": "divided by", "=": "equals", "<": "is less than", ">": "is greater than",
          "≥": "is at least", "≤": "is at most", "≠": "is not equal to", "≈": "is about"}  # fmt: skip


def _negative(match: Match) -> str:
    return "minus " + en_number(match[1])


def _number(match: Match) -> str:
    text = match[0]
    if len(text) > 1 and text[0] == "0" and text[1] != ".":
        return en_digits(text)
    return en_number(text)


FIRST: Rules = ((r"\d{25,}", lambda m: en_digits(m[0])),)


CONTEXTS: Rules = (
    (r"\b(\d+)(?:st|nd|rd|th)\b", lambda m: en_ordinal(m[1])),
    (r"\b[Nn]o\.\s?(\d+)", lambda m: "number " + en_cardinal(m[1])),
    (r"\b(?:[Nn]os)\.\s?(?=\d)", lambda m: "numbers "),
    (r"#\s?(\d+)", lambda m: "number " + en_cardinal(m[1])),
    (r"(?<![\d./])24/7(?![\d/])", lambda m: "twenty four seven"),
    (
        r"(?<![\d./])(\d{1,3})\s(\d{1,2})/(\d{1,2})(?![\d/])",
        lambda m: (
            f"{en_cardinal(m[1])} and {'a half' if (m[2], m[3]) == ('1', '2') else fraction(m[2], m[3])}"
        ),
    ),
    (r"(?<![\d./])(\d{1,3})/([1-9]\d{0,2})(?![\d/]|\s?[=+])", lambda m: fraction(m[1], m[2])),
)


RANGES: Rules = (
    (
        rf"(?<![\dA-Za-z.])-?{NUMBER}(?:\s?[-+×÷*/]\s?{NUMBER}){{0,20}}\s?[=+×÷<>≥≤≠≈]\s?-?{NUMBER}(?:\s?[-+×÷*/=]\s?-?{NUMBER}){{0,20}}",
        _equation,
    ),
    (
        r"(?<![\d.])(\d{1,3})\s?[-–:]\s?(\d{1,3})(?=\s(?:win|victory|loss|lead|draw|defeat|score))",
        lambda m: f"{en_cardinal(m[1])} to {en_cardinal(m[2])}",
    ),
    (rf"(?<![\d.A-Za-z-])({NUMBER})\s?[-–—~]\s?({NUMBER})(?![\d.-])", _range),
    (r"(?<![\d.])(\d+):(\d+)(?![\d:])", lambda m: f"{en_cardinal(m[1])} to {en_cardinal(m[2])}"),
    (
        r"((?:Chapter|Part|Volume|Book|Act|Scene|Section|War|Phase|Type|Class|Mark|Grade|Stage|Level|Super Bowl|Final Fantasy|Title|Article|Appendix|Figure|Table|Rocky|Henry|Louis|George|Elizabeth|Charles|Edward|James|William|Richard|Philip|Pius|John Paul|Benedict|Leo|Gregory|Francis|Alexander|Catherine|Nicholas|Frederick|Napoleon|Peter|Mary|John|Paul)\s)([IVXL]+)\b(?!')",
        _roman,
    ),
    (r"\b([A-Z][a-z]+\s)(I{2,3}|IV|VI{1,3}|IX|XI{1,3}|XIV|XV)\b", _roman),
)


REST: Rules = (
    (rf"(?<![\dA-Za-z])-({NUMBER})", _negative),
    (rf"(?<![\dA-Za-z])\+\s?({NUMBER})", lambda m: "plus " + en_number(m[1])),
    (NUMBER, _number),
    (r"\d", _number),
)
