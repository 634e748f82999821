# ruff: noqa: E501 - a pattern is read as one line
"""Numbers, fractions, ranges, Roman numerals and sums in an English sentence -> words."""

from __future__ import annotations

import re

from ..numerals import en_cardinal, en_digits, en_number, en_ordinal, roman
from ..rules import DIGITS, Match, Rule, Rules
from ..style import Style
from .patterns import DASH, NUMBER


def fraction(top: str, bottom: str) -> str:
    """3, 4 -> three quarters."""
    if bottom == "1":
        return en_cardinal(top)
    name = {"2": "half", "4": "quarter"}.get(bottom) or en_ordinal(bottom)
    if int(top) != 1:
        name = "halves" if name == "half" else name + "s"
    return f"{en_cardinal(top)} {name}"


def _whole_and_fraction(match: Match, style: Style) -> str | None:
    if int(match[3]) == 0:
        return None
    part = (
        "a half"
        if (match[2], match[3]) == ("1", "2")
        else "a quarter"
        if (match[2], match[3]) == ("1", "4")
        else fraction(match[2], match[3])
    )
    return f"{en_cardinal(match[1])} and {part}"


def _slashed(match: Match, style: Style) -> str | None:
    """3/4 is a fraction, 50/50 two shares, 120/80 one over the other."""
    top, bottom = int(match[1]), int(match[2])
    if bottom == 0:
        return None
    if top + bottom == 100 or top == bottom >= 5:
        return f"{en_cardinal(match[1])} {en_cardinal(match[2])}"
    if top > bottom and top > 20 and bottom > 9:
        return f"{en_cardinal(match[1])} over {en_cardinal(match[2])}"
    return fraction(match[1], match[2])


def _range(match: Match, style: Style) -> str:
    return f"{en_number(match[1])} to {en_number(match[2])}"


def _roman(match: Match, style: Style) -> str | None:
    value = roman(match[2])
    if value is None or value > 100:
        return None
    kings = match[1].strip() in _KINGS
    return match[1] + ("the " + en_ordinal(str(value)) if kings else en_cardinal(str(value)))


def _roman_range(match: Match, style: Style) -> str | None:
    first, last = roman(match[1]), roman(match[2])
    if not first or not last or first >= last:
        return None
    return f"{en_cardinal(str(first))} to {en_cardinal(str(last))}"


_KINGS = frozenset({
    "Henry", "Louis", "George", "Elizabeth", "Charles", "Edward", "James", "William", "Richard",
    "Philip", "Pius", "John", "Paul", "Benedict", "Leo", "Gregory", "Francis", "Alexander",
    "Catherine", "Nicholas", "Frederick", "Napoleon", "Peter", "Mary", "Ferdinand", "Leopold",
    "Carlos", "Juan", "Felipe", "Ivan", "Clement", "Innocent", "Urban", "Ramses", "Ptolemy", "Xerxes", "Darius", "Robert", "Margrethe", "Harald", "Haakon",
    "John Paul",
})  # fmt: skip
_NUMBERED = (
    "volume|chapter|figure|section|"
    "Chapter|CHAPTER|PART|Part|Volume|Book|Act|Scene|Section|War|Phase|Type|Class|Mark|Grade|Stage|Level|Super Bowl|Final Fantasy|Title|Article|Appendix|"
    "Figure|Table|Rocky|Article|Schedule|Category|Tier|Division|Vatican|Apollo|Division|Rambo|Civilization|GTA|Episode|Grand Theft Auto|Tier|chapter|part|phase|type|stage|Unit|Level|Gen"
)


def _equation(match: Match, style: Style) -> str:
    said = re.sub(r"\s*([-+×÷*/=<>≥≤≠≈x])\s*", lambda m: f" {_MATHS[m[1]]} ", match[0])
    return re.sub(NUMBER, lambda m: en_number(m[0]), said).strip()


_MATHS = {"-": "minus", "+": "plus", "×": "times", "*": "times", "x": "times", "÷": "divided by",
          "/": "divided by", "=": "equals", "<": "is less than", ">": "is greater than",
          "≥": "is at least", "≤": "is at most", "≠": "is not equal to", "≈": "is about"}  # fmt: skip


def _number(match: Match, style: Style) -> str:
    text = match[0]
    if text[0] == ".":
        return "point " + en_digits(text)
    if len(text) > 1 and text[0] == "0" and text[1] != ".":
        return en_digits(text)
    return en_number(text)


def _row(match: Match, style: Style) -> str:
    return ", ".join(en_digits(digit) for digit in match[0].split("-"))


def _many(match: Match, style: Style) -> str | None:
    """1,000s of -> thousands of."""
    said = en_cardinal(match[1].replace(",", ""))
    name = said.removeprefix("one ")
    return f"{name}s"


def _ordinal(match: Match, style: Style) -> str:
    return en_ordinal(match[1].replace(",", ""))


FIRST: Rules = (
    Rule(r"\bUSD?\s(?=\$\d)", lambda m, s: "US", needs="$"),
    Rule(
        r"\s?[x×]\s?(?=\d)", lambda m, s: " by ", after=r"\d\s?(?:cm|mm|m|in|ft|km|\")", needs="x×"
    ),
    Rule(r"(?<![\w)])~\s?(?=[$€£]?\d)", lambda m, s: "about ", needs="~"),
    Rule(r"\d{25,}", lambda m, s: en_digits(m[0]), needs=DIGITS),
    Rule(
        r"(?<![\d.,:/+-])([1-9]\d{0,2})((?: \d{3}){2,6}|(?: 000){1,3})(?![\d.]\d|\d|[ -]\d)",
        lambda m, s: m[0].replace(" ", ""),
        unless=r"[A-Za-z]|[Nn]umber:? |[Cc]ode:? |\) ?|ID:? ",
        needs=" ",
    ),
)

CONTEXTS: Rules = (
    Rule(
        r"(?<![\d./])(\d{2,3})/(\d{2,3})\s?mmHg",
        lambda m, s: f"{en_cardinal(m[1])} over {en_cardinal(m[2])} millimeters of mercury",
        needs="/",
    ),
    Rule(
        r"(?<![\w.,])((?:100|1,?000|1,?000,?000)(?=s\s(?:of|upon)|s$)|1,000|1,000,000)s\b",
        _many,
        needs="s",
    ),
    Rule(r"\b[Nn]o\.\s?(\d+)", lambda m, s: "number " + en_cardinal(m[1]), needs="."),
    Rule(r"\bNO\.\s?(\d+)", lambda m, s: "number " + en_cardinal(m[1]), needs="."),
    Rule(r"\b(?:[Nn]os)\.\s?(?=\d)", lambda m, s: "numbers ", needs="."),
    Rule(r"\bNo\.\s(?=of\b)|\bno\.\s(?=of\b)", lambda m, s: "number ", needs="."),
    Rule(r"#\s?(\d+)", lambda m, s: "number " + en_cardinal(m[1]), needs="#"),
    Rule(r"#(?=[A-Za-z]\w)", lambda m, s: "hashtag ", needs="#"),
    Rule(r"(?<=\d) / (?=\d)", lambda m, s: " divided by ", needs="/"),
    Rule(r"(?<![\d./])24/7(?![\d/])", lambda m, s: "twenty four seven", needs="/"),
    Rule(
        r"(?<![\d./])(\d{1,3})\s(\d{1,2})/(\d{1,2})(?i:th|rd)?(?![\d/])",
        _whole_and_fraction,
        needs="/",
    ),
    Rule(
        r"(?<![\d./])([1-9])/([2-9]|10|16)(?=\s(?:of|cups?|inch|miles?|tsp|tbsp|teaspoons?|tablespoons?|majority)\b)",
        _slashed,
        needs="/",
    ),
    Rule(
        r"(?<![\d./])(\d{1,3})/([1-9]\d{0,2})(?i:th|rd)?(?![\d/]|\s?[=+])",
        _slashed,
        "P301",
        needs="/",
    ),
    Rule(
        r"(?<![\w.])(\d{1,3}(?:,\d{3})+|\d+)(?:st|nd|rd|th|ST|ND|RD|TH)\b",
        _ordinal,
        needs="NRSTnrst",
    ),
    Rule(r"(?<![\d.])\d(?:-\d){2,9}(?![\d-])", _row, needs="-"),
    Rule(
        r"(?<![\d.])(\d{1,3}(?:\.\d+)?)[x×](?=\s?(?:faster|slower|more|less|bigger|better|larger|higher|cheaper|return|smaller|as |the |last|year|in |$|[.,]))",
        lambda m, s: en_number(m[1]) + " times",
        needs="x×",
    ),
    Rule(r"(?<=UTC)-(?=\d)|(?<=GMT)-(?=\d)", lambda m, s: " minus ", needs="-"),
    Rule(r"(?<=\d)\+(?=\s[A-Za-z]|$|[.,])", lambda m, s: " plus", needs="+"),
    Rule(r"[>](?=\s?\d[\d.]*%)", lambda m, s: "more than ", needs=">"),
    Rule(r"[<](?=\s?\d[\d.]*%)", lambda m, s: "less than ", needs="<"),
    Rule(r"≈\s?(?=\d)", lambda m, s: "about ", unless=r"[\w)]\s?", needs="≈"),
)

RANGES: Rules = (
    Rule(
        rf"(?<![\dA-Za-z.])-?{NUMBER}(?:\s?[-+×÷*/x]\s?{NUMBER}){{0,20}}\s?[=+×÷<>≥≤≠≈]\s?-?{NUMBER}(?:\s?[-+×÷*/=]\s?-?{NUMBER}){{0,20}}",
        _equation,
        needs="+<=>×÷≈≠≤≥",
    ),
    Rule(
        rf"(?<![\dA-Za-z.])({NUMBER})\s?-\s?({NUMBER})\s?=\s?",
        lambda m, s: f"{en_number(m[1])} minus {en_number(m[2])} equals ",
        needs="-",
    ),
    Rule(
        r"(?<![\d.])(\d{1,3})\s?[-–:]\s?(\d{1,3})(?=\s(?:win|victory|loss|lead|draw|defeat|score|thriller|triumph|scoreline))",
        lambda m, s: f"{en_cardinal(m[1])} to {en_cardinal(m[2])}",
        needs="-:–",
    ),
    Rule(
        r"((?:[Tt]able|[Ff]igure|[Ff]ig\.|[Ee]xample|[Aa]ppendix|[Ff]orm)\s[A-Z]?)(\d{1,2})-(\d{1,2})\b",
        lambda m, s: f"{m[1]}{en_cardinal(m[2])} {en_cardinal(m[3])}",
        needs="-",
    ),
    Rule(r"\b([IVX]{1,5})(?:[-–—])([IVX]{1,5})\b", _roman_range, needs="-–—"),
    Rule(
        rf"(?<![\d.A-Za-z-])({NUMBER})(?:{DASH})({NUMBER})(?![\d-]|\.\d)",
        _range,
        "P302",
        needs="-~–—―",
    ),
    Rule(
        rf"(?:{DASH})(?=[$€£]?\d)",
        lambda m, s: " to ",
        "P302",
        after=r"\d(?:[kKMB]|[a-zA-Zμ°²³]{1,4}|%|°[CF])|[a-z] (?:percent|[a-z]*(?:meters|grams|liters|dollars|euros|pounds|degrees|hours|minutes|seconds|feet|inches|miles|million|billion|cents))|(?:nineteen|twenty) [a-z]+ies|oh [a-z]+",
        needs="-~–—―",
    ),
    Rule(
        r"(?<![\d.])(\d+):(\d+)(?![\d:])",
        lambda m, s: f"{en_cardinal(m[1])} to {en_cardinal(m[2])}",
        "P305",
        needs=":",
    ),
    Rule(rf"(\b(?:{_NUMBERED})\s)([IVXL]+)\b(?!')", _roman, needs="ILVX"),
    Rule(
        rf"(\b(?:{'|'.join(sorted(_KINGS, key=len, reverse=True))})\s)([IVXL]+)\b(?!')",
        _roman,
        needs="ILVX",
    ),
    Rule(r"\b([A-Z][a-z]+\s)(I{2,3}|IV|VI{1,3}|IX|XI{1,3}|XIV|XV)\b", _roman, needs="IVX"),
)

REST: Rules = (
    Rule(rf"(?<![\dA-Za-z])[-](?={NUMBER})", lambda m, s: "minus ", needs="-"),
    Rule(rf"(?<![\dA-Za-z])\+\s?(?={NUMBER})", lambda m, s: "plus ", needs="+"),
    Rule(
        NUMBER,
        lambda m, s: (
            (" " if m.start() and m[0][0] == "." and m.string[m.start() - 1] != " " else "")
            + _number(m, s)
        ),
        needs=",.0123456789",
    ),
    Rule(r"\d", _number, needs=DIGITS),
)
