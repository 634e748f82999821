"""What a mark says a piece of text is -> how that is said in Chinese."""

from __future__ import annotations

import re
from dataclasses import replace

from ..date_order import date_order
from ..numerals import roman, zh_cardinal, zh_digits, zh_number
from ..style import SayAs, Style
from .addresses import address
from .hanzi import HAN
from .maths import fraction
from .names import CURRENCY_CODES
from .numbers import counted
from .quantities import degrees, measure, percent
from .telephones import telephone
from .times import clock
from .transport import flight, train
from .units import unit


def _digits_style(detail: str, style: Style) -> str:
    return detail if detail in ("幺", "一") else style.code_one


def _numbers(text: str) -> list[str]:
    return re.findall(r"\d+", text)


def _date(text: str, detail: str, style: Style) -> str | None:
    found = date_order(text, detail)
    if found is None:
        return None
    year, month, day = found
    said = f"{zh_digits(year)}年" if year else ""
    said += f"{zh_cardinal(str(month))}月" if month else ""
    return said + (f"{zh_cardinal(str(day))}日" if day else "")


def _time(text: str, detail: str, style: Style) -> str | None:
    found = _numbers(text)
    if detail == "duration":
        return _duration(text, "", style)
    if not 1 <= len(found) <= 3:
        return None
    return clock(found[0], *(found[1:] or ["0"]))


def _duration(text: str, detail: str, style: Style) -> str | None:
    found = _numbers(text)
    iso = re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?", text.upper())
    units = ["小时", "分钟", "秒"]
    if iso:
        found = [value or "0" for value in iso.groups()]
    elif ":" not in text or not 2 <= len(found) <= 3:
        return None
    if len(found) == 2:
        units = units[1:] if detail != "hm" else units[:2]
    said = "".join(
        counted(str(int(value))) + unit
        for value, unit in zip(found, units, strict=True)
        if int(value)
    )
    return said or "零秒"


def _ordinal(text: str, detail: str, style: Style) -> str | None:
    match = re.fullmatch(r"(?:第\s?)?(\d+)(?:st|nd|rd|th)?", text)
    return "第" + zh_number(match[1]) if match else None


def _money(text: str, detail: str, style: Style) -> str | None:
    if re.fullmatch(r"-?[\d,]+(?:\.\d+)?", text):
        sign = "负" if text.startswith("-") else ""
        name = CURRENCY_CODES.get(detail.upper(), "元")
        return sign + counted(text.lstrip("-").replace(",", "")) + name
    return None


def _cardinal(text: str, detail: str, style: Style) -> str | None:
    return zh_number(text) if re.fullmatch(r"[-+]?[\d,]+(?:\.\d+)?", text) else None


def _digits(text: str, detail: str, style: Style) -> str:
    one = _digits_style(detail, style)
    return re.sub(r"\d+", lambda m: zh_digits(m[0], one), re.sub(r"(?<=\d)[- ](?=\d)", "", text))


def _telephone(text: str, detail: str, style: Style) -> str | None:
    """In groups with a breath between them, as people read numbers out."""
    style = replace(style, telephone_one=detail if detail in ("幺", "一") else style.telephone_one)
    parts = re.fullmatch(r"(.*?)((?:分机|转|ext|#|x).*)?", text)
    groups = re.findall(r"\+?\d+", re.sub(r"\d{7,11}", _grouped, parts[1])) if parts else []
    if not parts or not groups:
        return None
    return "，".join(telephone(each, style) for each in groups) + telephone(parts[2] or "", style)


def _grouped(match: re.Match[str]) -> str:
    """13811112222 -> 138,1111,2222."""
    digits = match[0]
    sizes = {7: (3, 7), 8: (4, 8), 10: (3, 6, 10), 11: (3, 7, 11)}.get(len(digits), (len(digits),))
    return ",".join(digits[start:end] for start, end in zip((0, *sizes), sizes, strict=False))


def _characters(text: str, detail: str, style: Style) -> str:
    return " ".join(zh_digits(c) if c.isdigit() else c for c in text if c.isalnum())


def _fraction(text: str, detail: str, style: Style) -> str | None:
    found = _numbers(text)
    return fraction(found[0], found[1]) if len(found) == 2 else None


def _ratio(text: str, detail: str, style: Style) -> str | None:
    found = re.findall(r"\d+(?:\.\d+)?", text)
    return "比".join(map(zh_number, found)) if len(found) > 1 else None


def _percent(text: str, detail: str, style: Style) -> str | None:
    match = re.fullmatch(r"([-+]?[\d.]+)\s?([%‰]?)", text)
    plus = "正" if text.startswith("+") else ""
    return plus + percent(match[1], match[2] or "%") if match else None


def _temperature(text: str, detail: str, style: Style) -> str | None:
    match = re.fullmatch(r"([-+]?[\d.]+)\s?°?\s?([CcFf]?)", text)
    return degrees(match[1], (match[2] or detail or "C").upper()) if match else None


def _train(text: str, detail: str, style: Style) -> str | None:
    match = re.fullmatch(r"([A-Za-z]?\d+)(次?.*)", text)
    return train(match[1], _with_one(detail, style)) + match[2] if match else None


def _flight(text: str, detail: str, style: Style) -> str:
    return flight(text, _with_one(detail, style))


def _with_one(detail: str, style: Style) -> Style:
    return replace(style, code_one=_digits_style(detail, style))


def _code(text: str, detail: str, style: Style) -> str:
    one = _digits_style(detail, style)
    return re.sub(r"\d+", lambda m: zh_digits(m[0], one), re.sub(r"[·\s-]", "", text))


def _route(text: str, detail: str, style: Style) -> str:
    """Buses, gates and rooms: 18 -> 十八, 206 -> 二零六."""

    def number(match: re.Match[str]) -> str:
        short = len(match[0]) < 3
        one = _digits_style(detail, style)
        return zh_cardinal(match[0]) if short else zh_digits(match[0], one)

    return re.sub(r"\d+", number, text)


def _room(text: str, detail: str, style: Style) -> str:
    """12 -> 十二, 1101 -> 一一零一."""
    return _route(re.sub(r"[·\s-]", "", text), detail, style)


def _platform(text: str, detail: str, style: Style) -> str:
    return re.sub(r"\d+", lambda m: zh_cardinal(m[0]), text)


def _address(text: str, detail: str, style: Style) -> str | None:
    return address(text) if re.search(r"[@./]", text) else None


_UNITS = {
    "A": "安", "F": "法", "K": "开尔文", "T": "特斯拉", "k": "千", "us": "微秒", "B": "字节",
    "KB": "千字节", "MB": "兆字节",
    "GB": "吉字节", "TB": "太字节", "Wb": "韦伯", "H": "亨", "S": "西门子", "d": "天",
}  # fmt: skip
"""Signs that name other things too, and are units only where a person says so."""


def _unit(text: str, detail: str, style: Style) -> str | None:
    match = re.fullmatch(r"([-+]?[\d,.]*)\s*(\D.*)", f"{text} {detail}" if detail else text)
    if match is None:
        return None
    number, sign = match[1].lstrip("+"), match[2]
    if not re.fullmatch(r"(?:-?[\d,]*\d(?:\.\d+)?)?", number):
        return None
    found = unit(sign)
    if found and number:
        return measure(number, sign)
    if found:
        name, per = found
        return f"{name}每{per}" if per else name
    if sign not in _UNITS:
        return None
    minus = "负" if number.startswith("-") else ""
    return minus + (counted(number.lstrip("-").replace(",", "")) if number else "") + _UNITS[sign]


_ROMAN = "([IVX]{2,5}|[IV])"


def _name(text: str, detail: str, style: Style) -> str:
    """Initials without stops; VIII at the end is 八世."""
    text = re.sub(r"(?<=[A-Za-z])\.\s?", " ", text)

    def ordinal(match: re.Match[str]) -> str:
        value = roman(match[1])
        return zh_cardinal(str(value)) + "世" if value else match[0]

    return re.sub(rf"(?:(?<=[{HAN}])\s?|(?<=\w)\s){_ROMAN}$", ordinal, text)


SAYS: dict[str, SayAs] = {
    "cardinal": _cardinal, "ordinal": _ordinal, "digits": _digits,
    "characters": _characters, "letters": _characters, "fraction": _fraction,
    "percent": _percent, "ratio": _ratio, "score": _ratio, "date": _date,
    "time": _time, "duration": _duration, "money": _money,
    "temperature": _temperature, "telephone": _telephone, "flight": _flight,
    "train": _train, "bus": _route, "platform": _platform, "gate": _route,
    "room": _room, "plate": _code, "address": _address, "unit": _unit, "name": _name,
}  # fmt: skip
