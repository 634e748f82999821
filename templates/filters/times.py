"""Dates, times and durations in a template -> how they are written and read."""

from __future__ import annotations

import datetime
import re

from ...documents.findings import UnfitError
from .written import choice, mark, matched, unfit

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s?([AaPp])\.?[Mm]\.?)?")
_DATE = re.compile(r"(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})日?|(\d{4})年(\d{1,2})月(\d{1,2})日")
_ISO = re.compile(r"PT(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?", re.IGNORECASE)
_SPAN = re.compile(r"(\d{1,4}):([0-5]\d):([0-5]\d)")
_LENGTH = re.compile(r"(\d{1,6}(?:\.\d{1,2})?)\s?([A-Za-z]+|[\u4e00-\u9fff]+)?")
_LENGTHS = re.compile(r"(?:\d{1,6}(?:\.\d{1,2})?\s?(?:[A-Za-z]+|[\u4e00-\u9fff]+)?\s?){1,4}")

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_PARTS = ((5, "凌晨"), (8, "早上"), (12, "上午"), (13, "中午"), (18, "下午"), (24, "晚上"))
"""The first hour a part of the day no longer has, and its name."""
_UNITS = {
    "d": ("天", "day"), "h": ("小时", "hour"), "min": ("分钟", "minute"), "s": ("秒", "second"),
}  # fmt: skip
_HMS = ("h", "min", "s")
_SPELLINGS = {
    **dict.fromkeys(("d", "day", "days", "天", "日"), "d"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "小时", "个小时", "时"), "h"),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "分钟", "分"), "min"),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "秒", "秒钟"), "s"),
}


def time(language: str, value: object, form: str = "24h") -> str:
    """14:05 as a timetable has it (24h), as a clock shows it (12h), or as people say it (clock).

    24h: 14:05, 14点整, and 08:05 is oh eight oh five. 12h: 下午2:05, 2:05 pm. clock: 下午2点半,
    half past 2.
    """
    choice(form, ("24h", "12h", "clock"), "a form of times")
    hour, minute = _clock(value)
    if form == "24h":
        if language == "zh" and not minute:
            return f"{hour}点整"
        if language == "zh":
            return mark(f"{hour}:{minute:02d}", "time")
        return mark(f"{hour:02d}:{minute:02d}", "time", "24h")
    return _zh_time(hour, minute, form) if language == "zh" else _en_time(hour, minute, form)


def _clock(value: object) -> tuple[int, int]:
    """Hour, 0 to 24, and minute."""
    remedy = "Write 08:05 or 14:30."
    found = matched(value, _CLOCK, "a time", remedy)
    hour, minute = int(found[1]), int(found[2])
    if found[4]:
        if not 1 <= hour <= 12:
            raise unfit(found[0], "a time", remedy)
        hour = hour % 12 + (12 if found[4] in "Pp" else 0)
    if minute > 59 or hour > 24 or (hour == 24 and minute) or int(found[3] or 0) > 59:
        raise unfit(found[0], "a time", remedy)
    return hour, minute


def _zh_time(hour: int, minute: int, form: str) -> str:
    if not hour % 24 and not minute:
        return "午夜12点"
    part = next(name for end, name in _PARTS if hour % 24 < end)
    short = hour % 12 or (12 if hour == 12 else 0)
    words = {0: "", 15: "一刻", 30: "半", 45: "三刻"} if form == "clock" else {0: "", 30: "半"}
    if minute in words:
        return f"{part}{short}点{words[minute]}"
    return part + mark(f"{short}:{minute:02d}", "time")


def _en_time(hour: int, minute: int, form: str) -> str:
    short = hour % 12 or 12
    if hour in (0, 12, 24) and not minute:
        return "12 noon" if hour == 12 else "12 midnight"
    if form == "clock" and minute in (0, 15, 30, 45):
        if minute == 45:
            return f"quarter to {short % 12 + 1}"
        return {0: f"{short} o'clock", 15: f"quarter past {short}", 30: f"half past {short}"}[
            minute
        ]
    minutes = f":{minute:02d}" if minute else ""
    return f"{short}{minutes} {'am' if hour % 24 < 12 else 'pm'}"


def date(language: str, value: object, form: str = "full", order: str = "dmy") -> str:
    """2026-11-22 in full, without its year (day), or with its weekday instead (weekday).

    full: 2026年11月22日, 22 November 2026; day: 11月22日, 22 November; weekday: 11月22日星期日,
    Sunday 22 November. order: dmy or, as in America, mdy.
    """
    choice(form, ("full", "day", "weekday"), "a form of dates")
    choice(order, ("dmy", "mdy"), "an order of dates")
    day = _day(value)
    if language == "zh":
        year = f"{day.year}年" if form == "full" else ""
        weekday = "星期" + "一二三四五六日"[day.weekday()] if form == "weekday" else ""
        return f"{year}{day.month}月{day.day}日{weekday}"
    month = _MONTHS[day.month - 1]
    day_month = f"{day.day} {month}" if order == "dmy" else f"{month} {day.day}"
    if form == "weekday":
        return f"{_WEEKDAYS[day.weekday()]}{',' if order == 'mdy' else ''} {day_month}"
    return day_month + (f"{',' if order == 'mdy' else ''} {day.year}" if form == "full" else "")


def _day(value: object) -> datetime.date:
    found = matched(value, _DATE, "a date", "Write 2026-11-22.")
    year, month, day = (found[i] or found[j] for i, j in ((1, 5), (3, 6), (4, 7)))
    try:
        return datetime.date(int(year), int(month), int(day))
    except ValueError:
        raise unfit(found[0], "a date", "Write 2026-11-22.") from None


def duration(language: str, value: object, unit: str = "") -> str:
    """90min -> 90分钟, 90 minutes; 1h30min -> 1小时30分钟, 1 hour and 30 minutes.

    unit: d, h, min or s, of a number that has none.
    """
    choice(unit, ("", *_UNITS), "a unit of time")
    parts = [(amount, name) for amount, name in _lengths(value, unit) if float(amount)]
    if not parts:
        raise UnfitError("A duration of nothing.", "Write 90min or 1h30min.")
    lengths = [_length(language, amount, name) for amount, name in parts]
    if language == "zh":
        return "".join(lengths)
    return " and ".join([*([", ".join(lengths[:-1])] if lengths[1:] else []), lengths[-1]])


def _length(language: str, amount: str, unit: str) -> str:
    chinese, english = _UNITS[unit]
    if language == "zh":
        return amount + chinese
    return f"{amount} {english}{'' if float(amount) == 1 else 's'}"


def _lengths(value: object, unit: str) -> list[tuple[str, str]]:
    """Amounts and their units, as they are written, larger ones first."""
    remedy = "Write 90min, 1h30min, 1:30:00 or PT1H30M."
    text = matched(value, re.compile(".*"), "a duration", remedy)[0]
    whole = _ISO.fullmatch(text) or _SPAN.fullmatch(text)
    if whole:
        found = [(str(int(n or 0)), name) for n, name in zip(whole.groups(), _HMS, strict=True)]
    elif _LENGTHS.fullmatch(text):
        found = [
            (re.sub(r"^0+(?=\d)", "", amount), _SPELLINGS.get(name.lower(), "") if name else unit)
            for amount, name in _LENGTH.findall(text)
        ]
    else:
        raise unfit(text, "a duration", remedy)
    order = [list(_UNITS).index(name) for _, name in found if name]
    if len(order) < len(found) or order != sorted(set(order)):
        raise unfit(text, "a duration", remedy)
    return found
