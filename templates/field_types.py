"""What is written in a cell -> the value a template sees, or UnfitError. Nothing is guessed.

Values stay as they are written ("007", "1.10"): only whole numbers, flags and lists become
something else, so that templates can compare, choose and loop.
"""

from __future__ import annotations

import calendar
import datetime
import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal

from ..documents.findings import UnfitError, quoted
from ..messages import Message
from ..mistakes import nearest
from .announcement import Field, FieldType, Value

MOST_ITEMS = 100

_NUMBER = r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,15})(?:\.[0-9]{1,9})?"
_UNITS = "秒|秒钟|分|分钟|小时|时|天|日|ms|s|sec|seconds?|m|min|minutes?|h|hours?|d|days?"
_DATE = re.compile(
    r"([0-9]{4})(?:([-/.])([0-9]{1,2})\2([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日)"
)
_SERIAL = r"[2-6][0-9]{4}(?:\.0)?"  # the years 1954 to 2091
_TIME = re.compile(r"([0-9]{1,2})[:：]([0-9]{2})(?:[:：]([0-9]{2}))?(\s*[AaPp]\.?[Mm]\.?)?")
_DURATION = re.compile(
    rf"[0-9]{{1,3}}[:：][0-9]{{2}}(?:[:：][0-9]{{2}})?|(?:\s*[0-9]{{1,6}}(?:\.[0-9]+)?\s*(?:{_UNITS}))+",
    re.IGNORECASE,
)
_MONEY = re.compile(
    rf"(?P<before>[A-Za-z]{{3}}|[A-Z]{{0,3}}[¥￥$€£₩])?\s*(?P<amount>{_NUMBER})\s*(?P<after>[A-Za-z]{{3}}|\w{{0,3}}元|块|円)?"
)
_ITEM = re.compile(r"(?:\{[^{}]*\}|[^;；、|\n])+")  # the | of {单|shàn} parts nothing


def read_value(field: Field, text: str) -> Value:
    """One cell that is not empty, as its field's type has it."""
    if field.type == "list":
        items = [part.strip() for part in _ITEM.findall(text)]
        return check_list(field, [item for item in items if item])
    text = text.strip()
    _check_length(text, field)
    return _READERS[field.type](text, field)


def check_list(field: Field, items: list[str]) -> list[str]:
    """A list whose items are short and few enough."""
    if len(items) > MOST_ITEMS:
        raise UnfitError(Message("The list has more than {} items.", MOST_ITEMS), "Shorten it.")
    for item in items:
        _check_length(item, field)
    return items


def _check_length(text: str, field: Field) -> None:
    if len(text) > field.longest:
        what = Message("{} is longer than {} characters.", quoted(text), field.longest)
        raise UnfitError(what, "Shorten it.")


def _plain(text: str, _field: Field) -> Value:
    return text


def _integer(text: str, field: Field) -> Value:
    # What spreadsheets make of 20 in a column with empty cells: 20.0.
    figures = re.sub(r"\.0{1,6}$", "", unicodedata.normalize("NFKC", text))
    if not re.fullmatch(r"[+-]?[0-9]{1,15}", figures):
        raise UnfitError(
            Message("{} is not a whole number.", quoted(text)), "Write digits, such as 15."
        )
    _check_range(text, Decimal(figures), field)
    return int(figures)


def _number(text: str, field: Field) -> Value:
    text = _pointed(text)
    figures = unicodedata.normalize("NFKC", text)
    if not re.fullmatch(_NUMBER, figures):
        raise UnfitError(Message("{} is not a number.", quoted(text)), "Write one such as 12.5.")
    _check_range(text, Decimal(figures.replace(",", "")), field)
    return text


def _money(text: str, field: Field) -> Value:
    text = _pointed(text)
    found = _MONEY.fullmatch(text)
    if not found:
        raise UnfitError(
            Message("{} is no amount of money.", quoted(text)),
            "Write 12.50, ¥12.50, 12.50元 or USD 12.50.",
        )
    _check_range(text, Decimal(found["amount"].replace(",", "")), field)
    return text


def _pointed(text: str) -> str:
    """A number whose decimals follow a comma, 12,80 or 1.234,50, with a point instead."""
    found = re.fullmatch(r"(\D*[0-9]{1,3}(?:\.[0-9]{3})*|\D*[0-9]+),([0-9]{1,2})(\D*)", text)
    return f"{found[1].replace('.', '')}.{found[2]}{found[3]}" if found else text


def _check_range(text: str, value: Decimal, field: Field) -> None:
    if field.low is not None and value < field.low:
        raise UnfitError(
            Message("{} is too small.", quoted(text)), Message("The least is {}.", field.low)
        )
    if field.high is not None and value > field.high:
        raise UnfitError(
            Message("{} is too large.", quoted(text)), Message("The most is {}.", field.high)
        )


def _date(text: str, _field: Field) -> Value:
    text = re.sub(r"[T ]0?0:00(:00(\.0+)?)?$", "", text)
    if re.fullmatch(_SERIAL, text):  # a spreadsheet's own day, counted from the end of 1899
        days = datetime.timedelta(days=int(text.partition(".")[0]))
        return (datetime.date(1899, 12, 30) + days).isoformat()
    found = _DATE.fullmatch(text)
    if found:
        year, month, day = int(found[1]), int(found[3] or found[5]), int(found[4] or found[6])
        if year and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]:
            return text
    raise UnfitError(Message("{} is not a date.", quoted(text)), "Write it as 2026-11-22.")


def _time(text: str, _field: Field) -> Value:
    if re.fullmatch(r"0?\.[0-9]{1,15}", text):  # a spreadsheet's own: a share of the day
        minutes = round(float(text) * 24 * 60)
        return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"
    found = _TIME.fullmatch(text)
    if found:
        hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
        hours = range(1, 13) if found[4] else range(24)
        midnight = (hour, minute, second) == (24, 0, 0) and not found[4]
        if midnight or (hour in hours and minute < 60 and second < 60):
            return text
    raise UnfitError(
        Message("{} is not a time of day.", quoted(text)), "Write it as 08:05 or 20:05."
    )


def _duration(text: str, _field: Field) -> Value:
    if _DURATION.fullmatch(text):
        return text
    raise UnfitError(
        Message("{} is no duration.", quoted(text)), "Write 90s, 5min, 1h 30min or 5分钟."
    )


def _choice(text: str, field: Field) -> Value:
    if text in field.options:
        return text
    raise UnfitError(
        Message("{} is not one of the choices.", quoted(text)), nearest(text[:80], field.options)
    )


_FLAGS = {"是": True, "否": False, "有": True, "无": False, "1": True, "0": False}


def _flag(text: str, _field: Field) -> Value:
    known = {**_FLAGS, "yes": True, "no": False, "true": True, "false": False}
    if text.lower() not in known:
        what = Message("{} is neither yes nor no.", quoted(text))
        raise UnfitError(what, "Write 是 or 否, yes or no, 1 or 0.")
    return known[text.lower()]


_READERS: dict[FieldType, Callable[[str, Field], Value]] = {
    "text": _plain,
    "integer": _integer,
    "number": _number,
    "date": _date,
    "time": _time,
    "duration": _duration,
    "money": _money,
    "choice": _choice,
    "flag": _flag,
}
