# ruff: noqa: E501 - a pattern is read as one line
"""Dates and years in an English sentence -> words."""

from __future__ import annotations

import re

from ..numerals import en_cardinal, en_ordinal, en_year
from ..rules import Match, Rule, Rules
from ..style import Style
from .names import MONTHS, WEEKDAYS
from .patterns import COUNTED, DASH, YEAR

_FULL = list(MONTHS.values())


def date(month: int, day: int, year: str = "") -> str | None:
    """5, 6, 2024 -> May sixth, twenty twenty four."""
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    said = f"{_FULL[month - 1]} {en_ordinal(str(day))}"
    return said + (f", {en_year(year)}" if year else "")


def _month(text: str) -> str:
    """Jan. -> January; a month in small letters stays so."""
    short = text.rstrip(".")
    full = MONTHS.get(short[:3].title(), short) if short.title() not in _FULL else short
    return full.lower() if short.islower() and full != short else full


def _month_day(match: Match, style: Style) -> str | None:
    said = f"{_month(match['month'])} {en_ordinal(match['day'])}"
    if match["last"]:
        said += " to " + en_ordinal(match["last"])
    return said + (f", {en_year(match['year'])}" if match["year"] else "")


def _day_month(match: Match, style: Style) -> str:
    said = f"{match['the'] or 'the'} {en_ordinal(match['day'])}"
    if match["last"]:
        said += f" to {en_ordinal(match['last'])}"
    return f"{said} of {_month(match['month'])}" + (
        f", {en_year(match['year'])}" if match["year"] else ""
    )


def _numbers(match: Match, style: Style) -> str | None:
    """12/25/2023, 15.01.2025: the first is the month if it can be one; with dots it is the day."""
    first, second = int(match[1]), int(match[3])
    year = match[4] if len(match[4]) == 4 else ("20" if int(match[4]) < 50 else "19") + match[4]
    if first > 12 or (match[2] == "." and second <= 12):
        if not (1 <= first <= 31 and 1 <= second <= 12):
            return None
        return f"the {en_ordinal(match[1])} of {_FULL[second - 1]}, {en_year(year)}"
    return date(first, second, year)


def _year_first(match: Match, style: Style) -> str | None:
    return date(int(match[3]), int(match[4]), match[1])


def _year_range(match: Match, style: Style) -> str:
    last = match[2] if len(match[2]) == 4 else match[1][:2] + match[2]
    return f"{en_year(match[1])} to {en_year(last)}"


def _season(match: Match, style: Style) -> str:
    last = en_year(match[3]) if len(match[3]) == 4 else _short_year(match[3])
    return f"{en_year(match[1])} {'' if match[2] == '/' else 'to '}{last}"


def _short_year(digits: str) -> str:
    return ("oh " if digits[0] == "0" else "") + en_cardinal(digits)


def _decade(match: Match, style: Style) -> str:
    text = match[1]
    said = en_year(text) if len(text) == 4 else en_cardinal(text)
    return re.sub("y$", "ie", said) + "s"


def _part_of_year(match: Match, style: Style) -> str | None:
    """3Q22 -> the third quarter of twenty twenty two."""
    number, kind, year = match[1], match[2], match[3]
    if kind == "H" and number not in "12":
        return None
    full = year if len(year) == 4 else "20" + year
    return f"the {en_ordinal(number)} {'quarter' if kind == 'Q' else 'half'} of {en_year(full)}"


def _era(match: Match, style: Style) -> str:
    year = match[1].replace(",", "")
    said = en_year(year) if len(year) == 4 else en_cardinal(year)
    return f"{said} {' '.join(match[2].replace('.', '').upper())}"


_NAMES = "|".join(
    sorted(
        {*MONTHS, *_FULL, "Sept", *(m.upper() for m in (*MONTHS, *_FULL, "Sept"))},
        key=len,
        reverse=True,
    )
)
_SMALL = "|".join(
    sorted(
        {m.lower() for m in (*MONTHS, *_FULL, "Sept") if m not in {"May", "Mar", "March"}},
        key=len,
        reverse=True,
    )
)
_MONTH = rf"(?:{_NAMES}|{_SMALL})"
_ANY = rf"(?:{_MONTH}|may|march|mar)"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_TH = r"(?:st|nd|rd|th)?"
_TWO_DIGITS = r"(?:0[1-9]|1[0-2])"

DATES: Rules = (
    Rule(
        r"\bQ([1-4])\s?['’](\d\d)(?!\d)",
        lambda m, s: f"Q {en_cardinal(m[1])} {_short_year(m[2])}",
        needs="Q",
    ),
    Rule(
        rf"\b({_MONTH})\.?\s['’](\d\d)(?!\d)",
        lambda m, s: f"{_month(m[1])} {_short_year(m[2])}",
        needs="'’",
    ),
    Rule(
        rf"\b(?P<month>{_MONTH})\.?-(?P<day>{_DAY})(?P<last>(?!))?(?:-(?P<year>[12]\d{{3}}))?(?![\d:-])",
        _month_day,
        needs="-",
    ),
    Rule(
        rf"(?<![\d./-])(?P<the>(?!))?(?P<day>{_DAY})(?P<last>(?!))?-(?P<month>{_MONTH})\.?(?:-(?P<year>[12]\d{{3}}))?(?![\w-])",
        _day_month,
        needs="-",
    ),
    Rule(
        rf"\b(?P<month>{_MONTH})\.?\s(?P<day>[0-3]?\d){_TH}(?:\s?[-–—]\s?(?P<last>[0-3]?\d){_TH})?(?:,?\s(?P<year>[12]\d{{3}}))?(?![\d:%]|[.,]\d|\s?(?:percent|people|a\.?m|p\.?m)\b)",
        _month_day,
        needs="ADFJMNOSadfjnos",
    ),
    Rule(
        rf"\b(?P<month>may|march|mar)\.?\s(?P<day>[0-3]?\d){_TH}(?P<last>(?!))?,?\s(?P<year>[12]\d{{3}})(?!\d)",
        _month_day,
        needs="m",
    ),
    Rule(
        rf"(?<![\d.,:$])\b(?:(?P<the>[Tt]he|THE)\s)?(?P<day>[0-3]?\d){_TH}(?:\s?[-–]\s?(?P<last>[0-3]?\d){_TH})?(?:\sof)?\s(?P<month>{_MONTH}|(?:may|march)(?=,?\s[12]\d{{3}}))\b(?:(?<=\b[A-Z][a-z]{{2}})(?<!May)\.|(?<=\b[Ss]ept)\.)?(?:,?\s?(?P<year>[12]\d{{3}}))?(?!\d)",
        _day_month,
        needs="ADFJMNOSadfjmnos",
    ),
    Rule(
        rf"\b({_ANY})\.?,?\s([12]\d{{3}})(?![\d%]|\s?(?:{COUNTED})\b)",
        lambda m, s: f"{_month(m[1])} {en_year(m[2])}",
        needs="12",
    ),
    Rule(
        r"(?<![\d/.-])(0?[1-9]|1[0-2])([/.-])(0?[1-9]|1[0-2])\2(\d{4}|(?<=/)\d\d)(?![\d/]|[.-]\d)",
        _numbers,
        "P301",
        needs="-./",
    ),
    Rule(
        r"(?<![\d/.-])(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|(?<=/)\d\d)(?![\d/]|[.-]\d)",
        _numbers,
        needs="-./",
    ),
    Rule(r"(?<![\d-])([12]\d{3})([-–/.])([01]?\d)\2([0-3]?\d)(?![\d-])", _year_first, needs="-./–"),
    Rule(
        rf"(?<![\d/-])({_TWO_DIGITS})[-/]((?:19|20)\d\d)(?![\d/-])|(?<![\d/-])((?:19|20)\d\d)[-/]({_TWO_DIGITS})(?![\d/-])(?!\sseason)",
        lambda m, s: _either(m),
        needs="-/",
    ),
    Rule(r"(?<![\d/])9/11(?![\d/])", lambda m, s: "nine eleven", needs="/"),
    Rule(
        rf"(?<![\d/.])(1[0-2]|0?[1-9])/({_DAY})(?![\d/]|\.\d|\s?(?:of|cup|inch|mile|pound))",
        lambda m, s: date(int(m[1]), int(m[2])),
        "P301",
        after=r"(?:\b(?:[Oo]n|[Bb]y|[Dd]ue|[Uu]ntil|[Ss]ince|[Ss]tarting|[Ee]nding|[Dd]eadline:?|[Dd]ate:?|(?:Mon|Tues?|Wed|Thurs?|Fri|Sat|Sun)(?:[a-z]*day)?,?)) ",
        needs="/",
    ),
    Rule(
        r"(?<![\d$€£.,/-])((?:19|20)\d\d)([/-])(\d\d|20\d\d)(?=\s(?:season|school|academic|fiscal|campaign|budget|tax|NBA|NHL|NFL|Premier))",
        _season,
        needs="-/",
    ),
    Rule(
        rf"(?<![\d$€£.,/-])(1[5-9]\d\d|20\d\d)(?:{DASH})(1[5-9]\d\d|20\d\d|\d\d)(?!\d|[.,]\d|[-%/]|\s?(?:kg|km|mg|m|g|lbs?|{COUNTED})\b)",
        _year_range,
        needs="-~–—―",
    ),
    Rule(
        r"(?<![\d/])(0[1-9])/(0[1-9]|[12]\d|3[01])(?![\d/])",
        lambda m, s: date(int(m[1]), int(m[2])),
        "P301",
        needs="/",
    ),
    Rule(r"\b([1-4])([QH])((?:20)?\d\d)(?!\d)", _part_of_year, needs="HQ"),
    Rule(
        r"\bFY\s?['’]?((?:20)?\d\d)(?!\d)",
        lambda m, s: "fiscal year " + (en_year(m[1]) if len(m[1]) == 4 else _short_year(m[1])),
        needs="F",
    ),
    Rule(
        r"(?<![\d.])(\d{1,4}|\d{1,2},\d{3})\s?(B\.?C\.?(?:E\.?)?|C\.?E\.?|A\.?D\.?)(?![A-Za-z])",
        _era,
        needs="ABC",
    ),
    Rule(
        r"\b(A\.?D\.?)\s(\d{1,4})(?!\d)",
        lambda m, s: f"A D {en_year(m[2]) if len(m[2]) == 4 else en_cardinal(m[2])}",
        needs="A",
    ),
    Rule(r"(?<![\d$.,])([12]\d{2}0)\s?['’]?s\b", _decade, needs="s"),
    Rule(r"(?<!\d)['’‘](\d0)['’]?s\b", _decade, needs="s"),
    Rule(
        r"(?<!\d)(\d0)['’]?s\b",
        _decade,
        after=r"(?:\b(?:[Tt]he|[Hh]is|[Hh]er|[Tt]heir|[Mm]y|[Yy]our|[Ee]arly|[Ll]ate|[Mm]id|s to)[- ](?:early |late |mid-?)?)",
        needs="s",
    ),
    Rule(r"(?<!\d)(\d0)['’]s\b", _decade, needs="'’"),
    Rule(
        r"(?<!\d)([6-9]0)s\b",
        _decade,
        "P303",
        unless=r"\b(?:[Ww]ait|[Ff]or|[Ii]n|[Ee]very|[Aa]fter|[Ww]ithin|takes|took|a) ",
        needs="s",
    ),
    Rule(rf"(?<=ies)(?:{DASH})(?=[a-z])", lambda m, s: " to ", needs="i"),
    Rule(
        r"(?<![\w'])['’‘](\d\d)(?![\d\w'’\"])(?!\s?(?:\"|''))",
        lambda m, s: _short_year(m[1]),
        after=r"(?:of|in|since|from|back in|Class of|summer|winter|spring|fall|[a-z]|^)\s?",
        needs="'‘’",
    ),
    Rule(
        rf"\b({'|'.join(sorted(WEEKDAYS, key=len, reverse=True))})\.?(?:{DASH})({'|'.join(sorted(WEEKDAYS, key=len, reverse=True))})\b\.?",
        lambda m, s: f"{WEEKDAYS[m[1]]} to {WEEKDAYS[m[2]]}",
        needs="-~–—―",
    ),
    Rule(
        r"\b(Mon|Tues?|Weds?|Thu|Thurs?|Fri)\b\.?(?=,?\s(?:\d|the \d|at |the |Jan|Feb|Mar|Apr|May|Ju|Aug|Sep|Oct|Nov|Dec)|[,.]|$)",
        lambda m, s: WEEKDAYS[m[1]],
        needs="FMTW",
    ),
    Rule(
        rf"\b({_NAMES})\.?(?:[-–—])({_NAMES})\b\.?",
        lambda m, s: f"{_month(m[1])} to {_month(m[2])}",
        needs="-–—",
    ),
    Rule(
        rf"(?<=th)(?:{DASH})(?=(?:{_NAMES})\b)|(?<=st)(?:{DASH})(?=(?:{_NAMES})\b)|(?<=nd)(?:{DASH})(?=(?:{_NAMES})\b)|(?<=rd)(?:{DASH})(?=(?:{_NAMES})\b)",
        lambda m, s: " to ",
        needs="nrst",
    ),
)


def _either(match: Match) -> str | None:
    month, year = (match[1], match[2]) if match[1] else (match[4], match[3])
    return f"{_FULL[int(month) - 1]} {en_year(year)}"


_BEFORE_YEAR = r"\b(?:[Ii]n|[Ss]ince|[Bb]y|[Uu]ntil|[Ff]rom|[Dd]uring|[Aa]fter|[Bb]efore|of|[Yy]ear|and|[Ee]arly|[Ll]ate|[Cc]irca|summer|winter|spring|fall|autumn|the|[Cc]opyright|established|est\.|born|died|mid)[ -]"

YEARS: Rules = (
    Rule(
        rf"({YEAR})(?![\d%]|[,.]\d|\s?(?:{COUNTED})\b|\s[a-z]+s\b(?!\s(?:was|is|were)))",
        lambda m, s: en_year(m[1]),
        after=_BEFORE_YEAR,
        needs="12",
    ),
    Rule(
        r"(1[1-9]\d\d|20\d\d)(?![\d%]|[,.]\d)(?=[,.;)]|$|\s(?:and|was|is|when|he|she|it|they|we|the|in)\b)",
        lambda m, s: en_year(m[1]),
        "P303",
        after=r"\b(?:to|for|till|through) ",
        needs="12",
    ),
    Rule(
        rf"(?<![\d.,$#])(19\d\d|20[0-4]\d)(?![\d%]|[.,]\d|\s?(?:{COUNTED})\b)",
        lambda m, s: en_year(m[1]),
        "P303",
        needs="12",
    ),
)
