"""Dates and times of day in an English sentence -> words."""

from __future__ import annotations

import re

from ..numerals import en_cardinal, en_ordinal, en_year
from .names import MONTHS
from .rule import Match, Rules


def clock(hour: str, minute: str, noon: str = "", second: str = "") -> str | None:
    """3, 05, pm -> three oh five p m; None if there is no such time."""
    if int(hour) > 24 or int(minute) > 59:
        return None
    said = en_cardinal(hour)
    if int(minute):
        said += (" oh " if int(minute) < 10 else " ") + en_cardinal(minute)
    elif not noon:
        said += " o'clock" if int(hour) <= 12 else " hundred hours"
    if second and int(second):
        seconds = "second" if int(second) == 1 else "seconds"
        said += f" and {en_cardinal(str(int(second)))} {seconds}"
    return said + (" " + " ".join(noon.lower().replace(".", "")) if noon else "")


def date(month: int, day: int, year: str = "") -> str | None:
    """5, 6, 2024 -> May sixth, twenty twenty four."""
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    said = f"{list(MONTHS.values())[month - 1]} {en_ordinal(str(day))}"
    return said + (f", {en_year(year)}" if year else "")


def _clock_range(match: Match) -> str:
    noon = match[5] or ""
    first, last = clock(match[1], match[2], noon), clock(match[3], match[4], noon)
    return f"{first} to {last}".replace(" o'clock", "")


def _month_day(match: Match) -> str | None:
    month = MONTHS.get(match["month"].rstrip("."), match["month"])
    said = f"{month} {en_ordinal(match['day'])}"
    if match["last"]:
        said += " to " + en_ordinal(match["last"])
    return said + (f", {en_year(match['year'])}" if match["year"] else "")


def _day_month(match: Match) -> str:
    month = MONTHS.get(match["month"].rstrip("."), match["month"])
    said = f"{match['the'] or 'the'} {en_ordinal(match['day'])} of {month}"
    return said + (f", {en_year(match['year'])}" if match["year"] else "")


def _slash_date(match: Match) -> str | None:
    first, second = int(match[1]), int(match[2])
    if first > 12:
        first, second = second, first
    year = match[3] if len(match[3]) == 4 else "20" + match[3]
    return date(first, second, year)


def _year_range(match: Match) -> str:
    last = match[2] if len(match[2]) == 4 else match[1][:2] + match[2]
    return f"{en_year(match[1])} to {en_year(last)}"


def _decade(match: Match) -> str:
    text = match[1]
    said = en_year(text) if len(text) == 4 else en_cardinal(text)
    return re.sub("y$", "ie", said) + "s"


_MONTH = "|".join(sorted({*MONTHS, *MONTHS.values()}, key=len, reverse=True))


DATES: Rules = (
    (
        rf"\b(?P<month>{_MONTH})\.?\s(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?:\s?[-–—]\s?(?P<last>[0-3]?\d)(?:st|nd|rd|th)?)?(?:,?\s(?P<year>[12]\d{{3}}))?(?![\d:])",
        _month_day,
    ),
    (
        rf"\b(?:(?P<the>[Tt]he|THE)\s)?(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?:\sof)?\s(?P<month>{_MONTH})\b(?:(?<=\b[A-Z][a-z]{{2}})(?<!May)\.)?(?:,?\s(?P<year>[12]\d{{3}}))?(?!\d)",
        _day_month,
    ),
    (
        rf"\b({_MONTH})\.?,?\s([12]\d{{3}})(?!\d)",
        lambda m: f"{MONTHS.get(m[1], m[1])} {en_year(m[2])}",
    ),
    (r"(?<![\d/])(\d{1,2})/(\d{1,2})/(\d{4}|\d\d)(?![\d/])", _slash_date),
    (
        r"(?<![\d-])([12]\d{3})-([01]\d)-([0-3]\d)(?![\d-])",
        lambda m: date(int(m[2]), int(m[3]), m[1]),
    ),
    (
        r"(?<![\d$€£.,])(1[5-9]\d\d|20\d\d)\s?[-–—]\s?(1[5-9]\d\d|20\d\d|\d\d)(?![\d.,-])",
        _year_range,
    ),
    (r"(?<![\d$.,])([12]\d{2}0)['’]?s\b", _decade),
    (r"(?<!\d)['’‘]?(\d0)['’]?s\b", _decade),
)


TIMES: Rules = (
    (
        r"(?<![\d:.])(\d{1,2}):(\d\d)(?::\d\d)?\s?[-–—]\s?(\d{1,2}):(\d\d)(?:\s?([AaPp](?:\.[Mm]\b\.?|[Mm]\b)))?",
        _clock_range,
    ),
    (
        r"(?<![\d:.])(\d{1,2}):([0-5]\d)(?::([0-5]\d))?(?:\s?([AaPp])(?:\.[Mm]\b\.?|[Mm]\b))?(?![\d:])",
        lambda m: clock(m[1], m[2], m[4] + "m" if m[4] else "", m[3] or ""),
    ),
    (
        r"(?<![\d:.])(1[0-2]|[1-9])\s?([AaPp])(?:\.[Mm]\b\.?|[Mm]\b)",
        lambda m: f"{en_cardinal(m[1])} {m[2].lower()} m",
    ),
    (r"(?<=\d)\s?([AaPp])\.[Mm]\.", lambda m: f" {m[1].lower()} m"),
)


YEARS: Rules = (
    (
        r"\b((?:[Ii]n|[Ss]ince|[Bb]y|[Uu]ntil|[Ff]rom|[Dd]uring|[Aa]fter|[Bb]efore|of|year|to|and|[Ee]arly|[Ll]ate|[Cc]irca|summer|winter|spring|fall|autumn|the|for)\s)(1[1-9]\d\d|20\d\d)(?![\d,.]\d|\s?(?:people|men|women|students|dollars|times|years|days|miles|meters|words|pages))",
        lambda m: m[1] + en_year(m[2]),
    ),
    (
        r"(?<![\d.,$])(19\d\d|20[0-4]\d)(?!\d|[.,]\d|\s?(?:people|men|women|students|dollars|times|years|days|miles|meters|words|pages|units|employees|items))",
        lambda m: en_year(m[1]),
    ),
)
