# ruff: noqa: E501 - a pattern is read as one line
"""Money, percentages, temperatures, fractions and measures in a Chinese sentence -> words."""

from __future__ import annotations

import re
from decimal import Decimal

from ..numerals import zh_number
from ..style import Style
from .names import CURRENCIES, CURRENCY_CODES, UNITS
from .numbers import counted
from .rule import BEFORE, NUMBER, TO, Match, Rules

_THOUSANDS = {"k": 1_000, "K": 1_000, "M": 1_000_000, "B": 1_000_000_000}


def _money_before(match: Match, style: Style) -> str:
    sign = "负" if "-" in (match["sign"] or "") + (match["inner"] or "") else ""
    name = CURRENCIES.get(match["money"]) or CURRENCY_CODES[match["money"].upper()]
    scale = match["scale"] or ""
    if scale in _THOUSANDS:
        value = Decimal(match["low"].replace(",", "")) * _THOUSANDS[scale]
        return f"{sign}{zh_number(f'{value:f}'.removesuffix('.0'))}{name}"
    low = counted(match["low"].replace(",", ""))
    high = "到" + zh_number(match["high"]) if match["high"] else ""
    return f"{sign}{low}{high}{match['scale'] or ''}{name}"


def _money_after(match: Match, style: Style) -> str:
    sign = match[3].upper()
    name = CURRENCIES.get(sign) or CURRENCY_CODES[sign]
    return f"{counted(match[1].replace(',', ''))}{match[2] or ''}{name}"


def percent(number: str, sign: str = "%") -> str:
    """-3.5 -> 负百分之三点五."""
    negative = "负" if number.startswith("-") else ""
    value = number.lstrip("+-")
    of = {"%": "百分之", "‰": "千分之", "‱": "万分之"}[sign]
    return negative + of + ("百" if value == "100" and sign == "%" else zh_number(value))


def _percent(match: Match, style: Style) -> str:
    plus = "正" if match["sign"] == "+" else ""
    return plus + percent(("-" if match["sign"] == "-" else "") + match["n"], match["p"])


def _percent_range(match: Match, style: Style) -> str:
    return f"{percent(match[1], match[3])}到{percent(match[2], match[3])}"


_DEGREES = {"C": "摄氏度", "F": "华氏度", "": "度"}


def degrees(number: str, scale: str) -> str:
    """-5, C -> 零下五摄氏度."""
    below = "零下" if number.startswith("-") else ""
    return f"{below}{zh_number(number.lstrip('+-'))}{_DEGREES[scale]}"


def _degrees(match: Match, style: Style) -> str:
    scale = match["scale"].upper() if match["scale"] else ""
    if not scale:
        return ("负" if match["sign"] == "-" else "") + zh_number(match["n"]) + "度"
    return degrees(("-" if match["sign"] == "-" else "") + match["n"], scale)


def _degree_range(match: Match, style: Style) -> str:
    scale = (match["scale"] or "").upper()
    low, high = match["low"], match["high"]
    first = ("零下" if low.startswith("-") else "") + zh_number(low.lstrip("-+"))
    if match["first"]:
        first += _DEGREES[scale]
    return f"{first}到{degrees(high, scale)}"


def fraction(top: str, bottom: str) -> str:
    """1, 3 -> 三分之一."""
    return f"{zh_number(bottom)}分之{zh_number(top)}"


def _fraction(match: Match, style: Style) -> str | None:
    if int(match["bottom"]) == 0:
        return None
    whole = zh_number(match["whole"]) + "又" if match["whole"] else ""
    sign = "负" if match["sign"] == "-" else ""
    return sign + whole + fraction(match["top"], match["bottom"])


def _pressure(match: Match, style: Style) -> str:
    unit = "毫米汞柱" if match[4] else ""
    return f"{match[1]}{zh_number(match[2])}，{zh_number(match[3])}{unit}"


def _beat(match: Match, style: Style) -> str:
    return f"{zh_number(match[2])}{zh_number(match[1])}拍"


def measure(number: str, unit: str) -> str:
    """100, km/h -> 每小时一百公里."""
    name = UNITS[unit]
    value = number.lstrip("+-")
    said = counted(value.replace(",", "")) if name[0] not in "°" else zh_number(value)
    if number.startswith("-"):
        said = "负" + said
    if name.startswith("每"):
        per, _, base = name.partition("|")
        return f"{per}{said}{base}"
    return said + name


def _measure(match: Match, style: Style) -> str | None:
    low = ("-" if match["sign"] == "-" else "") + match["low"]
    if not match["high"]:
        return measure(low, match["unit"])
    said = measure(match["high"], match["unit"])
    first = zh_number(low)
    if said.startswith("每"):
        per = UNITS[match["unit"]].partition("|")[0]
        return f"{per}{first}到{said.removeprefix(per)}"
    return f"{first}到{said}"


def _per_unit(match: Match, style: Style) -> str:
    """元/kg and its like."""
    return f"每{UNITS[match[1]]}"


def _for_each(match: Match, style: Style) -> str | None:
    """5元/斤, 100mL/瓶 -> 每斤五元, 每瓶一百毫升."""
    if match[2] + "/" + match[3] in UNITS:
        return None
    each = UNITS.get(match[3], match[3])
    return f"每{each}{counted(match[1])}{UNITS.get(match[2], match[2])}"


def _size(match: Match, style: Style) -> str:
    return "乘".join(zh_number(part) for part in re.split(r"\s*[×xX*]\s*", match[0]))


_UNIT = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))


_MONEY = "|".join(re.escape(sign) for sign in sorted(CURRENCIES, key=len, reverse=True))


_CODES = "|".join(CURRENCY_CODES)


QUANTITIES: Rules = (
    (
        rf"(?P<sign>(?<![\dA-Za-z])[-+])?(?P<money>{_MONEY})\s?(?P<inner>-)?(?P<low>{NUMBER})(?:\s?[-–—~～]\s?(?:{_MONEY})?(?P<high>{NUMBER}))?(?P<scale>[百千]?[万亿]|[百千]|[kKMB](?![A-Za-z]))?(?:元|美元|欧元|日元|英镑)?",
        _money_before,
    ),
    (
        rf"(?i)(?P<sign>(?<![\dA-Za-z])[-+])?(?<![A-Za-z])(?P<money>{_CODES})\s?(?P<inner>-)?(?P<low>{NUMBER})(?P<high>(?!))?(?P<scale>[百千]?[万亿]|[百千])?",
        _money_before,
    ),
    (
        rf"(?i)({NUMBER})\s?([百千]?[万亿]|[百千])?\s?({_MONEY}|(?:{_CODES})(?![A-Za-z]))",
        _money_after,
    ),
    (rf"{BEFORE}({NUMBER})[%]?{TO}({NUMBER})([%‰])", _percent_range),
    (rf"(?P<sign>[-+])?(?P<n>{NUMBER})\s?(?P<p>[%‰‱])", _percent),
    (
        r"(?<![\d.])(\d{1,3})\s?°\s?(\d{1,2})\s?[′']\s?(?:(\d{1,2}(?:\.\d+)?)\s?[″\"])?",
        lambda m, s: (
            f"{zh_number(m[1])}度{zh_number(m[2])}分" + (f"{zh_number(m[3])}秒" if m[3] else "")
        ),
    ),
    (
        rf"(?P<low>-?{NUMBER})(?P<first>\s?°\s?[CcFf]?)?{TO}(?P<high>-?{NUMBER})\s?°\s?(?P<scale>[CcFf](?![A-Za-z]))?",
        _degree_range,
    ),
    (rf"(?P<sign>[-+])?(?P<n>{NUMBER})\s?°\s?(?P<scale>[CcFf](?![A-Za-z]))?", _degrees),
    (
        r"((?:血压|收缩压|舒张压)(?:是|为|测得|升至|降到|约|高达|在)?\s?)(\d{2,3})/(\d{2,3})(mmHg)?",
        _pressure,
    ),
    (r"(?<![\d.])([1-9])/([248])拍", _beat),
    (r"(?<![\d.])24/7(?![\d])", lambda m, s: "二十四小时全天候"),
    (
        r"(?<![\d./])(?P<sign>-)?(?:(?P<whole>\d{1,3})(?:又| ))?(?P<top>\d{1,4})/(?P<bottom>\d{1,4})(?![\d./]|\s?[=+×÷])",
        _fraction,
    ),
    (
        rf"(?<![\d.])({NUMBER})\s?([百千万亿]?(?:元|块|角|美元|次|件|人|{_UNIT}))/(?:每)?([\u4e00-\u9fff]{{1,3}}|{_UNIT})(?![A-Za-z])",
        _for_each,
    ),
    (r"(\d+(?:\.\d+)?)[Ww](?=像素|粉丝|用户|播放|人|元|次)", lambda m, s: zh_number(m[1]) + "万"),
    (
        r"(?<![\d.A-Za-z])(\d{1,3})\s?h\s?(\d{1,2})\s?min(?![A-Za-z])",
        lambda m, s: f"{counted(m[1])}小时{counted(m[2])}分钟",
    ),
    (r"(?<![\d.A-Za-z])\d+(?:\.\d+)?(?:\s?[×xX*]\s?\d+(?:\.\d+)?){1,20}(?![\d.])(?!\s?=)", _size),
    (
        rf"(?<=[乘百千万亿零一二三四五六七八九十])\s?({_UNIT})(?![A-Za-z0-9²³/])",
        lambda m, s: None if UNITS[m[1]].startswith("每") else UNITS[m[1]],
    ),
    (
        rf"(?P<sign>(?<![\dA-Za-z%°)）])-)?(?<![\d.A-Za-z])(?P<low>{NUMBER})(?:{TO}(?P<high>{NUMBER}))?\s?(?P<unit>{_UNIT})(?![A-Za-z0-9²³])",
        _measure,
    ),
    (r"(?<=时速)每小时", lambda m, s: ""),
    (rf"(?<=[元人次个件分块])/({_UNIT})(?![A-Za-z])", _per_unit),
)
