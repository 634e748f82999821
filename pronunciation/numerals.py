"""Numbers written in digits -> Chinese and English words."""

from __future__ import annotations

import re

ZH_DIGITS = "零一二三四五六七八九"
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_THOUSANDS = ("", "thousand", "million", "billion", "trillion", "quadrillion")
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth",
    "nine": "ninth", "twelve": "twelfth",
}  # fmt: skip
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_ROMAN_FORM = re.compile(r"M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})")

LONGEST = 16
"""Digits of a number that is said as one; longer ones are said digit by digit."""


def zh_digits(text: str, one: str = "一") -> str:
    """`108` -> 一零八; what is no digit is left out. one: 一 or 幺."""
    said = "".join(ZH_DIGITS[int(char)] for char in text if char in "0123456789")
    return said.replace("一", one)


def zh_number(text: str) -> str:
    """`-1,234.50` -> 负一千二百三十四点五零."""
    sign = "负" if text[:1] in "-−" and text[:1] else ""
    whole, point, fraction = text.lstrip("+-−").replace(",", "").partition(".")
    said = zh_cardinal(whole or "0")
    return sign + said + ("点" + zh_digits(fraction) if point and fraction else "")


def zh_cardinal(digits: str, *, two: str = "两") -> str:
    """`1010` -> 一千零一十, `22000` -> 两万二千. two: how a leading 2 of 百, 千, 万, 亿 is said."""
    digits = digits.lstrip("0") or "0"
    if len(digits) > LONGEST:
        return zh_digits(digits)
    high, low = digits[:-8], digits[-8:]
    said = zh_cardinal(high, two="二") + "亿" if high else ""
    empty = False
    for group, unit in ((low[:-4], "万"), (low[-4:], "")):
        words = _zh_group(group.rjust(4, "0"))
        if words:
            gap = said and len(group) == 4 and (group[0] == "0" or empty)
            said += ("零" if gap else "") + words + unit
        empty = not words
    said = said or "零"
    if said.startswith("一十"):
        said = said[1:]
    return two + said[1:] if re.match("二[百千万亿]", said) else said


def _zh_group(group: str) -> str:
    """Four digits; 零 stands for zeros between others."""
    said, gap = "", False
    for digit, unit in zip(group, "千百十-", strict=True):
        if digit == "0":
            gap = bool(said)
            continue
        said += ("零" if gap else "") + ZH_DIGITS[int(digit)] + unit.strip("-")
        gap = False
    return said


def en_digits(text: str, zero: str = "zero") -> str:
    """`108` -> one zero eight; what is no digit is left out."""
    ones = [zero, *_ONES.split()[1:]]
    return " ".join(ones[int(char)] for char in text if char in "0123456789")


def en_number(text: str) -> str:
    """`-1,234.5` -> minus one thousand two hundred and thirty four point five."""
    sign = "minus " if text[:1] in ("-", "−") else ""
    whole, point, fraction = text.lstrip("+-−").replace(",", "").partition(".")
    said = en_cardinal(whole) if whole or not fraction else ""
    return (sign + said + (" point " + en_digits(fraction) if point and fraction else "")).strip()


def en_cardinal(digits: str) -> str:
    """`1234` -> one thousand two hundred and thirty four."""
    digits = digits.lstrip("0") or "0"
    if len(digits) > LONGEST:
        return en_digits(digits)
    if digits == "0":
        return "zero"
    parts: list[str] = []
    number = int(digits)
    for name in _THOUSANDS:
        number, group = divmod(number, 1000)
        if group:
            words = _en_group(group)
            if not name and number and group < 100:
                words = "and " + words
            parts.append(f"{words} {name}".rstrip())
        if not number:
            break
    return " ".join(reversed(parts))


def _en_group(group: int) -> str:
    ones, tens = _ONES.split(), _TENS.split()
    hundreds, rest = divmod(group, 100)
    small = ""
    if rest:
        small = (
            ones[rest]
            if rest < 20
            else tens[rest // 10 - 2] + (f" {ones[rest % 10]}" if rest % 10 else "")
        )
    if not hundreds:
        return small
    return f"{ones[hundreds]} hundred" + (f" and {small}" if small else "")


def en_ordinal(digits: str) -> str:
    """`22` -> twenty second."""
    *head, last = en_cardinal(digits).split(" ")
    if last in _ORDINALS:
        last = _ORDINALS[last]
    else:
        last = last[:-1] + "ieth" if last.endswith("y") else last + "th"
    return " ".join([*head, last])


def en_year(digits: str) -> str:
    """`1999` -> nineteen ninety nine, `2005` -> two thousand five, `1905` -> nineteen oh five."""
    year = int(digits)
    century, rest = divmod(year, 100)
    if not 1000 <= year <= 2999 or year % 1000 < 10:
        return en_cardinal(digits).replace(" and ", " ")
    if not rest:
        return en_cardinal(str(century)) + " hundred"
    small = "oh " + en_cardinal(str(rest)) if rest < 10 else en_cardinal(str(rest))
    return f"{en_cardinal(str(century))} {small}"


def roman(text: str) -> int | None:
    """The number of a Roman numeral in capitals; None if it is none."""
    if not text or not _ROMAN_FORM.fullmatch(text):
        return None
    values = [_ROMAN[char] for char in text]
    return sum(
        -value if any(other > value for other in values[i + 1 : i + 2]) else value
        for i, value in enumerate(values)
    )
