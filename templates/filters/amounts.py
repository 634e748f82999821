"""Money, temperatures and measures in a template -> how they are written and read."""

from __future__ import annotations

import re

from ...messages import Message
from .numbers import NUMBER
from .written import choice, mark, matched, unfit

_MONEY = re.compile(
    rf"(?P<before>[A-Za-z]{{3}}|[A-Z]{{0,2}}\$|[¥€£₩])?\s?(?P<n>{NUMBER})\s?"
    r"(?P<after>[A-Za-z]{3}|[¥€£₩$]|[美欧日港澳加韩]?元|英镑|块|円)?"
)
_CURRENCIES = {
    "CNY": ("元", "¥{}"), "USD": ("美元", "${}"), "EUR": ("欧元", "€{}"), "GBP": ("英镑", "£{}"),
    "JPY": ("日元", "{} yen"), "HKD": ("港元", "HK${}"), "AUD": ("澳元", "A${}"),
    "CAD": ("加元", "C${}"), "KRW": ("韩元", "₩{}"),
}  # fmt: skip
_WHOLE = ("CNY", "JPY", "KRW")
_SIGNS = {
    "¥": "CNY", "$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "₩": "KRW", "HK$": "HKD",
    "A$": "AUD", "C$": "CAD", "RMB": "CNY", "块": "CNY", "円": "JPY",
    **{name: code for code, (name, _) in _CURRENCIES.items()},
}  # fmt: skip
_TEMPERATURE = re.compile(r"(零下|[-+−])?\s?(\d{1,3}(?:\.\d{1,2})?)\s?°?\s?([CcFf]?)度?")
_DISCOUNT = re.compile(r"([1-9]\d?)\s?%?")
_UNIT = re.compile(rf"({NUMBER})?\s?([^\d\s.,+-].{{0,9}})?")

UNITS = (
    "mm", "cm", "m", "km", "g", "kg", "mg", "L", "mL", "ml", "mph", "km/h", "m/s", "W", "kW", "kWh",
    "V", "mAh", "dB", "Hz", "kHz", "MHz", "Pa", "kPa", "min", "h", "ms",
    "kcal", "kJ", "ha", "m²", "km²", "m³", "ppm", "mmHg",
)  # fmt: skip
"""Signs that both languages have names for."""


def money(language: str, value: object, currency: str = "") -> str:
    """12.80 -> 12.8元, £12.80. currency: the code of one that the value does not name, or CNY."""
    remedy = Message('Write GBP 12.80, or | money("GBP"); known are {}.', ", ".join(_CURRENCIES))
    found = matched(value, _MONEY, "an amount of money", remedy)
    symbol = found["before"] or found["after"] or currency or "CNY"
    code = _SIGNS.get(symbol.upper(), symbol.upper())
    if code not in _CURRENCIES or (found["before"] and found["after"]):
        raise unfit(found[0], "an amount of money whose currency is known", remedy)
    chinese, english = _CURRENCIES[code]
    number = found["n"].replace(",", "").lstrip("+")
    whole, _, cents = number.partition(".")
    if language == "zh":
        cents = cents.rstrip("0")
        return f"{whole}{'.' + cents if cents else ''}{chinese}"
    sign, whole = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    # Yuan and the like have no word for their hundredths: 9.9 yuan, but £9.90.
    cents = cents.ljust(2, "0") if code not in _WHOLE else cents.rstrip("0")
    return sign + english.format(f"{whole}.{cents}" if int(cents or 0) else whole)


def discount(language: str, value: object) -> str:
    """What is taken off, in percent: 20 -> 8折, 20% off; 15 -> 85折, said 八五折."""
    number = matched(value, _DISCOUNT, "a discount", "Write 20 for twenty percent off.")[1]
    if language == "en":
        return mark(f"{number}%", "percent") + " off"
    left = 100 - int(number)
    if left < 20 or left % 10 == 0:
        return f"{left / 10:g}折"
    return mark(str(left), "digits") + "折"


def temperature(language: str, value: object, scale: str = "") -> str:
    """-5 -> 零下5度, minus 5 degrees. scale: C or F, to be named: 零下五摄氏度."""
    choice(scale, ("", "C", "F"), "a scale of temperature")
    found = matched(value, _TEMPERATURE, "a temperature", "Write -5 or -5°C.")
    below, number, named = found[1] in ("-", "−", "零下"), found[2], found[3].upper()
    if scale and named and scale != named:
        raise unfit(found[0], f"a temperature in °{scale}", f"Write -5°{scale}.")
    if scale:
        return mark(f"{'-' if below else ''}{number}°{scale}", "temperature")
    if language == "zh":
        return f"{'零下' if below else ''}{number}度"
    return f"{'minus ' if below else ''}{number} degree{'' if number == '1' else 's'}"


def unit(language: str, value: object, sign: str = "") -> str:
    """100 km/h -> 每小时一百公里. sign: the unit of a number that has none."""
    remedy = Message("Write 100 km/h; known are {}.", ", ".join(UNITS))
    found = matched(value, _UNIT, "a number with a unit", remedy)
    symbol = re.sub(r"m([23])$", lambda m: "m" + "²³"[int(m[1]) - 2], (found[2] or sign).strip())
    if not found[1] or symbol not in UNITS:
        raise unfit(found[0], "a number with a unit that is known", remedy)
    return mark(f"{found[1]} {symbol}", "unit")
