"""What a mark says a piece of text is -> how that is said in English."""

from __future__ import annotations

import re

from ..date_order import date_order
from ..numerals import en_cardinal, en_number, en_ordinal, roman
from ..style import SayAs, Style
from .addresses import address
from .codes import telephone
from .dates import date
from .letters import letters, model_number
from .numbers import fraction
from .quantities import money
from .times import clock
from .units import unit


def _numbers(text: str) -> list[str]:
    return re.findall(r"\d+", text)


def _number(text: str, detail: str, style: Style) -> str | None:
    return en_number(text) if re.fullmatch(r"[-+]?[\d,]+(?:\.\d+)?", text) else None


def _ordinal(text: str, detail: str, style: Style) -> str | None:
    found = _numbers(text)
    return en_ordinal(found[0]) if found else None


def _letters(text: str, detail: str, style: Style) -> str:
    return letters(text)


def _date(text: str, detail: str, style: Style) -> str | None:
    found = date_order(text, detail)
    return date(found[1], found[2], found[0]) if found else None


def _time(text: str, detail: str, style: Style) -> str | None:
    found = _numbers(text)
    noon = re.search(r"([AaPp])\.?[Mm]", text)
    if not 1 <= len(found) <= 3:
        return None
    if detail == "24h" and len(found) > 1:
        return _timetable(int(found[0]), int(found[1]))
    return clock(found[0], found[1] if len(found) > 1 else "0", noon[1] + "m" if noon else "")


def _timetable(hour: int, minute: int) -> str | None:
    """08:05 -> oh eight oh five, 14:00 -> fourteen hundred, as trains are announced."""
    if hour > 24 or minute > 59:
        return None
    if hour % 24 == minute == 0:
        return "midnight"
    hours = "zero zero" if not hour else ("oh " if hour < 10 else "") + en_cardinal(str(hour))
    if not minute:
        return hours + " hundred"
    return f"{hours} {'oh ' if minute < 10 else ''}{en_cardinal(str(minute))}"


def _money(text: str, detail: str, style: Style) -> str | None:
    signs = {"USD": "$", "EUR": "€", "GBP": "£", "CNY": "¥", "": "$", "HKD": "HK$"}
    if re.fullmatch(r"[\d,]+(?:\.\d+)?", text) and detail.upper() in signs:
        return money(signs[detail.upper()], text)
    return None


def _telephone(text: str, detail: str, style: Style) -> str:
    return telephone(text)


def _fraction(text: str, detail: str, style: Style) -> str | None:
    found = _numbers(text)
    return fraction(found[0], found[1]) if len(found) == 2 and found[1] != "0" else None


def _ratio(text: str, detail: str, style: Style) -> str | None:
    found = _numbers(text)
    return " to ".join(map(en_cardinal, found)) if len(found) > 1 else None


def _temperature(text: str, detail: str, style: Style) -> str | None:
    match = re.fullmatch(r"([-+]?[\d.]+)\s?°?\s?([CcFf]?)", text)
    return f"{match[1]}°{(match[2] or detail or 'C').upper()}" if match else None


def _address(text: str, detail: str, style: Style) -> str | None:
    return address(text) if re.search(r"[@./]", text) else None


def _duration(text: str, detail: str, style: Style) -> str | None:
    found = _numbers(text)
    if ":" not in text or not 2 <= len(found) <= 3:
        return None
    units = ["hour", "minute", "second"][3 - len(found) :]
    return ", ".join(
        f"{en_cardinal(value)} {unit}{'' if int(value) == 1 else 's'}"
        for value, unit in zip(found, units, strict=True)
        if int(value)
    )


_UNITS = {"in": ("inch", "inches"), "t": ("ton", "tons"), "s": ("second", "seconds"),
          "A": ("amp", "amps"), "K": ("kelvin", "kelvins"), "F": ("farad", "farads"),
          "T": ("tesla", "teslas"), "B": ("byte", "bytes"), "d": ("day", "days"),
          "°C": ("degree Celsius", "degrees Celsius"), "°": ("degree", "degrees"),
          "°F": ("degree Fahrenheit", "degrees Fahrenheit")}  # fmt: skip
"""Signs that name other things too, and are units only where a person says so."""


def _unit(text: str, detail: str, style: Style) -> str | None:
    match = re.fullmatch(r"([-+]?[\d,.]*)\s*(\D.*)", f"{text} {detail}" if detail else text)
    names = match and (unit(match[2]) or _UNITS.get(match[2]))
    if not match or not names or not re.fullmatch(r"(?:[-+]?[\d,]*\d(?:\.\d+)?)?", match[1]):
        return None
    number = match[1].lstrip("+")
    if not number:
        return names[1]
    return f"{en_number(number)} {names[0] if number.lstrip('-') == '1' else names[1]}"


def _name(text: str, detail: str, style: Style) -> str:
    """Initials without stops, Henry VIII as the eighth, St. and Jr. in full."""
    text = re.sub(r"\bSt\.?\s(?=[A-Z])", "Saint ", text)
    text = re.sub(r",?\s(?:(Jr)|Sr)\b\.?", lambda m: " junior" if m[1] else " senior", text)
    text = re.sub(r"\b([A-Z])\.\s?", r"\1 ", text)

    def ordinal(match: re.Match[str]) -> str:
        value = roman(match[1])
        return f" the {en_ordinal(str(value))}" if value else match[0]

    return re.sub(r"\s([IVX]{2,5}|[IV])$", ordinal, text)


def _percent(text: str, detail: str, style: Style) -> str | None:
    match = re.fullmatch(r"([-+]?)([\d,]*\d(?:\.\d+)?)\s?%?", text)
    if match is None:
        return None
    sign = {"-": "minus ", "+": "plus ", "": ""}[match[1]]
    return f"{sign}{en_number(match[2])} percent"


def _route(text: str, detail: str, style: Style) -> str:
    """Buses, gates and rooms: 108 -> one oh eight, M15 -> M fifteen, B12 -> B twelve."""
    said = re.sub(r"\d+", lambda m: f" {model_number(m[0])} ", re.sub(r"(?<=\w)-(?=\w)", " ", text))
    return re.sub(r"\s+", " ", said).strip()


def _platform(text: str, detail: str, style: Style) -> str | None:
    """9 -> nine, 3A -> three A; fractions are left to the rules of numbers."""
    if "/" in text:
        return None
    said = re.sub(r"\d+", lambda m: f" {en_cardinal(m[0])} ", text)
    return re.sub(r"\s+", " ", said).strip()


SAYS: dict[str, SayAs] = {
    "cardinal": _number, "ordinal": _ordinal, "digits": _letters,
    "characters": _letters, "letters": _letters, "fraction": _fraction,
    "ratio": _ratio, "score": _ratio, "date": _date, "time": _time,
    "duration": _duration, "money": _money, "telephone": _telephone,
    "flight": _letters, "train": _letters, "room": _route, "plate": _letters,
    "temperature": _temperature, "address": _address, "percent": _percent,
    "unit": _unit, "name": _name, "bus": _route, "platform": _platform,
    "gate": _route,
}  # fmt: skip
