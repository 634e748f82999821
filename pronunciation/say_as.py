"""What a person says a piece of text is -> how it is said. The names are those of SSML's say-as."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from .style import DEFAULT, Style

Say: TypeAlias = Callable[[str, str, Style], "str | None"]

KINDS: tuple[str, ...] = (
    "cardinal", "ordinal", "digits", "characters", "letters", "fraction", "percent", "ratio",
    "score", "date", "time", "duration", "money", "temperature", "unit", "telephone", "flight",
    "train", "bus", "platform", "gate", "room", "plate", "address", "name", "verbatim",
)  # fmt: skip


def said_as(
    word: str, kind: str, detail: str = "", language: str = "zh", style: Style = DEFAULT
) -> str:
    """`word` said as `kind`; what does not look like one is said as it would be without the mark.

    detail: `date` takes the order of the numbers (ymd, mdy, dmy), `digits` and `telephone` how 1
    is said (幺, 一), `time` takes `duration`.
    """
    from .draft import Draft
    from .folding import folded
    from .normalise import normalised

    text = folded(word, 0).text.strip()
    says = _CHINESE if language == "zh" else _ENGLISH
    said = says[kind](text, detail, style) if kind in says else None
    if said is None:
        said = text
    return normalised(Draft(said, range(len(said))), language, style).text or word


def _digits_style(detail: str, style: Style) -> str:
    return detail if detail in ("幺", "一") else style.code_one


def _numbers(text: str) -> list[str]:
    return re.findall(r"\d+", text)


def _date_order(text: str, detail: str) -> tuple[str, int, int] | None:
    """(year or "", month, day)"""
    found = _numbers(text)
    order = detail if detail in {"ymd", "mdy", "dmy", "md", "dm", "ym", "y"} else ""
    if not order:
        order = {3: "ymd" if len(found[0]) == 4 else "mdy", 2: "md"}.get(len(found), "")
    if len(order) != len(found) or not order:
        return None
    values = dict(zip(order, found, strict=True))
    return values.get("y", ""), int(values.get("m", 0)), int(values.get("d", 0))


def _zh_date(text: str, detail: str, style: Style) -> str | None:
    from .numerals import zh_cardinal, zh_digits

    found = _date_order(text, detail)
    if found is None:
        return None
    year, month, day = found
    said = f"{zh_digits(year)}年" if year else ""
    said += f"{zh_cardinal(str(month))}月" if month else ""
    return said + (f"{zh_cardinal(str(day))}日" if day else "")


def _zh_time(text: str, detail: str, style: Style) -> str | None:
    from .chinese import clock

    found = _numbers(text)
    if detail == "duration":
        return _zh_duration(text, "", style)
    if not 1 <= len(found) <= 3:
        return None
    return clock(found[0], *(found[1:] or ["0"]))


def _zh_duration(text: str, detail: str, style: Style) -> str | None:
    from .chinese import counted

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


def _zh_ordinal(text: str, detail: str, style: Style) -> str:
    from .numerals import zh_number

    return "第" + zh_number(text.removeprefix("第"))


def _zh_money(text: str, detail: str, style: Style) -> str | None:
    from .zh_names import CURRENCY_CODES

    if re.fullmatch(r"-?[\d,]+(?:\.\d+)?", text):
        from .chinese import counted

        sign = "负" if text.startswith("-") else ""
        name = CURRENCY_CODES.get(detail.upper(), "元")
        return sign + counted(text.lstrip("-").replace(",", "")) + name
    return None


def _zh_cardinal(text: str, detail: str, style: Style) -> str | None:
    from .numerals import zh_number

    return zh_number(text) if re.fullmatch(r"[-+]?[\d,]+(?:\.\d+)?", text) else None


def _zh_digits(text: str, detail: str, style: Style) -> str:
    from .numerals import zh_digits

    one = _digits_style(detail, style)
    return re.sub(r"\d+", lambda m: zh_digits(m[0], one), re.sub(r"(?<=\d)[- ](?=\d)", "", text))


def _zh_telephone(text: str, detail: str, style: Style) -> str:
    from dataclasses import replace

    from .chinese import telephone

    one = detail if detail in ("幺", "一") else style.telephone_one
    return telephone(text, replace(style, telephone_one=one))


def _zh_characters(text: str, detail: str, style: Style) -> str:
    from .numerals import zh_digits

    return " ".join(zh_digits(c) if c.isdigit() else c for c in text if not c.isspace())


def _zh_fraction(text: str, detail: str, style: Style) -> str | None:
    from .chinese import fraction

    found = _numbers(text)
    return fraction(found[0], found[1]) if len(found) == 2 else None


def _zh_ratio(text: str, detail: str, style: Style) -> str | None:
    from .numerals import zh_number

    found = re.findall(r"\d+(?:\.\d+)?", text)
    return "比".join(map(zh_number, found)) if len(found) > 1 else None


def _zh_percent(text: str, detail: str, style: Style) -> str | None:
    from .chinese import percent

    match = re.fullmatch(r"([-+]?[\d.]+)\s?([%‰]?)", text)
    return percent(match[1], match[2] or "%") if match else None


def _zh_temperature(text: str, detail: str, style: Style) -> str | None:
    from .chinese import degrees

    match = re.fullmatch(r"([-+]?[\d.]+)\s?°?\s?([CcFf]?)", text)
    return degrees(match[1], (match[2] or detail or "C").upper()) if match else None


def _zh_train(text: str, detail: str, style: Style) -> str | None:
    from .chinese import train

    match = re.fullmatch(r"([A-Za-z]?\d+)(次?.*)", text)
    return train(match[1], style) + match[2] if match else None


def _zh_flight(text: str, detail: str, style: Style) -> str:
    from .chinese import flight

    return flight(text, style)


def _zh_code(text: str, detail: str, style: Style) -> str:
    from .numerals import zh_digits

    one = _digits_style(detail, style)
    return re.sub(r"\d+", lambda m: zh_digits(m[0], one), re.sub(r"[·\s-]", "", text))


def _zh_bus(text: str, detail: str, style: Style) -> str:
    from .numerals import zh_cardinal, zh_digits

    def number(match: re.Match[str]) -> str:
        short = len(match[0]) < 3
        return zh_cardinal(match[0]) if short else zh_digits(match[0], style.code_one)

    return re.sub(r"\d+", number, text)


def _zh_platform(text: str, detail: str, style: Style) -> str:
    from .numerals import zh_cardinal

    return re.sub(r"\d+", lambda m: zh_cardinal(m[0]), text)


def _zh_address(text: str, detail: str, style: Style) -> str | None:
    from .chinese import address

    return address(text) if re.search(r"[@./]", text) else None


def _verbatim(text: str, detail: str, style: Style) -> str:
    return text


_CHINESE: dict[str, Say] = {
    "cardinal": _zh_cardinal, "ordinal": _zh_ordinal, "digits": _zh_digits,
    "characters": _zh_characters, "letters": _zh_characters, "fraction": _zh_fraction,
    "percent": _zh_percent, "ratio": _zh_ratio, "score": _zh_ratio, "date": _zh_date,
    "time": _zh_time, "duration": _zh_duration, "money": _zh_money,
    "temperature": _zh_temperature, "telephone": _zh_telephone, "flight": _zh_flight,
    "train": _zh_train, "bus": _zh_bus, "platform": _zh_platform, "gate": _zh_platform,
    "room": _zh_code, "plate": _zh_code, "address": _zh_address, "verbatim": _verbatim,
}  # fmt: skip


def _en_number(text: str, detail: str, style: Style) -> str | None:
    from .numerals import en_number

    return en_number(text) if re.fullmatch(r"[-+]?[\d,]+(?:\.\d+)?", text) else None


def _en_ordinal(text: str, detail: str, style: Style) -> str | None:
    from .numerals import en_ordinal

    found = _numbers(text)
    return en_ordinal(found[0]) if found else None


def _en_letters(text: str, detail: str, style: Style) -> str:
    from .english import letters

    return letters(text)


def _en_date(text: str, detail: str, style: Style) -> str | None:
    from .english import date

    found = _date_order(text, detail)
    return date(found[1], found[2], found[0]) if found else None


def _en_time(text: str, detail: str, style: Style) -> str | None:
    from .english import clock

    found = _numbers(text)
    noon = re.search(r"([AaPp])\.?[Mm]", text)
    if not 1 <= len(found) <= 3:
        return None
    return clock(found[0], found[1] if len(found) > 1 else "0", noon[1] + "m" if noon else "")


def _en_money(text: str, detail: str, style: Style) -> str | None:
    from .english import money

    signs = {"USD": "$", "EUR": "€", "GBP": "£", "CNY": "¥", "": "$", "HKD": "HK$"}
    if re.fullmatch(r"[\d,]+(?:\.\d+)?", text) and detail.upper() in signs:
        return money(signs[detail.upper()], text)
    return None


def _en_telephone(text: str, detail: str, style: Style) -> str:
    from .english import telephone

    return telephone(text)


def _en_fraction(text: str, detail: str, style: Style) -> str | None:
    from .english import fraction

    found = _numbers(text)
    return fraction(found[0], found[1]) if len(found) == 2 and found[1] != "0" else None


def _en_ratio(text: str, detail: str, style: Style) -> str | None:
    from .numerals import en_cardinal

    found = _numbers(text)
    return " to ".join(map(en_cardinal, found)) if len(found) > 1 else None


def _en_temperature(text: str, detail: str, style: Style) -> str | None:
    match = re.fullmatch(r"([-+]?[\d.]+)\s?°?\s?([CcFf]?)", text)
    return f"{match[1]}°{(match[2] or detail or 'C').upper()}" if match else None


def _en_address(text: str, detail: str, style: Style) -> str | None:
    from .english import address

    return address(text) if re.search(r"[@./]", text) else None


def _en_duration(text: str, detail: str, style: Style) -> str | None:
    from .numerals import en_cardinal

    found = _numbers(text)
    if ":" not in text or not 2 <= len(found) <= 3:
        return None
    units = ["hour", "minute", "second"][3 - len(found) :]
    return ", ".join(
        f"{en_cardinal(value)} {unit}{'' if int(value) == 1 else 's'}"
        for value, unit in zip(found, units, strict=True)
        if int(value)
    )


_ENGLISH: dict[str, Say] = {
    "cardinal": _en_number, "ordinal": _en_ordinal, "digits": _en_letters,
    "characters": _en_letters, "letters": _en_letters, "fraction": _en_fraction,
    "ratio": _en_ratio, "score": _en_ratio, "date": _en_date, "time": _en_time,
    "duration": _en_duration, "money": _en_money, "telephone": _en_telephone,
    "flight": _en_letters, "train": _en_letters, "room": _en_letters, "plate": _en_letters,
    "temperature": _en_temperature, "address": _en_address, "verbatim": _verbatim,
}  # fmt: skip
