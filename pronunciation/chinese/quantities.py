# ruff: noqa: E501 - a pattern is read as one line
"""Quantities in a Chinese sentence -> words: sign, currency, number, 到 number, scale, unit, per unit."""

from __future__ import annotations

import re
from decimal import Decimal

from ..numerals import zh_number
from ..rules import Match, Rule, Rules, alternatives
from ..style import Style
from .maths import fraction
from .names import CURRENCIES, CURRENCY_CODES
from .numbers import counted
from .patterns import COUNTED, NUMBER
from .units import BASES, PARTS, PER, UNITS, unit

_LETTER_SCALES = {"k": 3, "K": 3, "m": 6, "M": 6, "mn": 6, "B": 9, "b": 9, "bn": 9, "Bn": 9, "T": 12,
                  "tn": 12}  # fmt: skip
_DEGREES = {"C": "摄氏度", "F": "华氏度", "": "度"}


def degrees(number: str, scale: str) -> str:
    """-5, C -> 零下五摄氏度."""
    below = "零下" if number.startswith("-") else ""
    return f"{below}{zh_number(number.lstrip('+-'))}{_DEGREES[scale]}"


def percent(number: str, sign: str = "%") -> str:
    """-3.5 -> 负百分之三点五."""
    negative = "负" if number.startswith("-") else ""
    value = number.lstrip("+-")
    of = {"%": "百分之", "‰": "千分之", "‱": "万分之"}[sign]
    return negative + of + ("百" if value == "100" and sign == "%" else zh_number(value))


def measure(number: str, sign: str) -> str:
    """100, km/h -> 每小时一百公里."""
    found = unit(sign)
    name, per = found if found else (sign, "")
    minus = "负" if number.startswith("-") else ""
    said = minus + counted(number.lstrip("+-").replace(",", "")) + name
    return f"每{per}{said}" if per else said


def _amount(number: str, letters: str | None) -> str:
    """1.2, B -> 十二亿."""
    if not letters:
        return counted(number.replace(",", ""))
    value = Decimal(number.replace(",", "")) * 10 ** _LETTER_SCALES[letters]
    return zh_number(f"{value.normalize():f}")


def _money_name(sign: str) -> str:
    return CURRENCIES.get(sign) or CURRENCY_CODES[sign.upper()]


def _money_before(match: Match, style: Style) -> str:
    signs = (match["sign"] or "") + (match["inner"] or "")
    sign = "负" if "-" in signs else "正" if "+" in signs else ""
    low, high = match["low"], match["high"]
    scale, letters = match["scale"] or "", match["letters"]
    if high and not scale and not letters:
        low_said = zh_number(low) if low != "2" else "两"
        said = f"{low_said}{match['lows'] or ''}到{counted(high.replace(',', ''))}"
    elif high:
        lows = match["lows"] or match["lowl"] or ""
        first = _amount(low, lows) if lows in _LETTER_SCALES else counted(low) + lows
        said = f"{first}到{_amount(high, letters)}{scale}"
    else:
        said = _amount(low, letters) + scale
    name = _money_name(match["money"])
    per = f"每{PER[match['per']]}" if match["per"] else ""
    return f"{per}{sign}{said}{name}"


def _money_after(match: Match, style: Style) -> str:
    return f"{counted(match[1].replace(',', ''))}{match[2] or ''}{_money_name(match[3])}"


def _percent(match: Match, style: Style) -> str:
    plus = "正" if match["sign"] == "+" else ""
    said = plus + percent(("-" if match["sign"] == "-" else "") + match["n"], match["p"])
    return said


def _percent_range(match: Match, style: Style) -> str:
    return f"{percent(match[1], match[4])}到{percent(match[3], match[4])}"


def _degrees(match: Match, style: Style) -> str:
    scale = match["scale"].upper() if match["scale"] else ""
    number = ("-" if match["sign"] == "-" else "") + match["n"]
    if not scale:
        return ("负" if match["sign"] == "-" else "") + zh_number(match["n"]) + "度"
    return degrees(number, scale)


def _degree_range(match: Match, style: Style) -> str:
    scale = (match["scale"] or "").upper()
    low, high = match["low"], match["high"]
    first = ("零下" if low[0] in "-零" else "") + zh_number(re.sub("^(?:[-+]|零下)", "", low))
    if match["first"]:
        first += _DEGREES[scale]
    return f"{first}到{degrees(re.sub('^零下', '-', high), scale)}"


def _fraction(match: Match, style: Style) -> str | None:
    if int(match["bottom"]) == 0:
        return None
    whole = zh_number(match["whole"]) + "又" if match["whole"] else ""
    sign = "负" if match["sign"] == "-" else ""
    return sign + whole + fraction(match["top"], match["bottom"])


def _shares(match: Match, style: Style) -> str | None:
    """50/50, 80/20: two shares of a hundred."""
    if int(match[1]) + int(match[2]) != 100:
        return None
    return zh_number(match[1]) + zh_number(match[2])


def _beside(match: Match, style: Style) -> str | None:
    """130/85: no fraction is that large."""
    parts = re.split("/", match[0])
    if len(parts) == 2 and (int(parts[0]) <= int(parts[1]) or int(parts[1]) < 10):
        return None
    return "，".join(zh_number(part) for part in parts)


def _pressure(match: Match, style: Style) -> str:
    mercury = "毫米汞柱" if match[4] else ""
    return f"{match[1]}{zh_number(match[2])}，{zh_number(match[3])}{mercury}"


def _count(number: str, name: str) -> str:
    value = number.replace(",", "")
    return counted(value) if name else zh_number(value)


def _quantity(match: Match, style: Style) -> str | None:
    """5公里, 3到5km, 50到80元/人, 400ng/ml: a bare number is left to later rules."""
    sign, per = match["unit"] or "", match["per"]
    if sign not in UNITS and not per:
        return None
    start = match.start()
    if sign == "V" and not per and _MODEL.match(match.string[max(0, start - 2) : start]):
        return None  # Ace 3V
    name = _name(sign, bool(per))
    minus = {"-": "负", "+": "正", "": ""}[match["sign"] or ""]
    said = _count(match["low"], name)
    if match["high"]:
        lows = (match["lows"] or "").replace("w", "万")
        low_unit = _name(match["lowu"] or "", bool(per))
        said = f"{said}{lows}{low_unit}到{_count(match['high'], name)}"
    scale = (match["scale"] or "").replace("w", "万")
    said = f"{minus}{said}{scale}{match['more'] or ''}{name}"
    return f"每{PER[per]}{said}" if per else said


def _name(sign: str, compound: bool) -> str:
    return UNITS.get(sign) or (PARTS.get(sign) if compound else None) or BASES.get(sign, sign)


def _seconds(match: Match, style: Style) -> str | None:
    said = _fraction(match, style)
    return said + "秒" if said and match[0].endswith("s") else said


def _size(match: Match, style: Style) -> str:
    return "乘".join(zh_number(part) for part in re.split(r"\s*[×xX*]\s*", match[0]))


_MODEL = re.compile(r"[a-z]\s")
_UNIT = alternatives({*UNITS, *PARTS, *BASES})
_MONEY = alternatives(CURRENCIES)
_CODES = "|".join(CURRENCY_CODES)
_SCALE = r"[百千]?[万亿]+|[百千](?!分|瓦|米|克|卡|帕|赫|伏|焦|牛|字节|比特)"
_LETTERS = r"(?:bn|Bn|tn|mn|[kKmMBbT])(?![A-Za-z])"
_PER = alternatives(PER)
_AFTER_NUMBER = r"(?:元|美元|欧元|日元|英镑)"

QUANTITIES: Rules = (
    Rule(
        r"(?<![A-Za-zμ\d/.])((?:[mμnpk]?g|[mμnk]?mol|[mμk]?IU|[mμk]?U|[kcm]?m|[mμd]?[Ll]|[KMG]b|[KMG]B|kJ|kcal))/(d?L|m[Ll]|h|s|min|d|kg|m²|m³|cm³|day)(?![A-Za-z/])",
        lambda m, s: f"{_name(m[1], compound=True)}每{PER[m[2]]}",
        needs="/",
    ),
    Rule(
        r"(?<![零一二两三四五六七八九十百])([零一二两三四五六七八九十百]{1,9}(?:点[零一二三四五六七八九]{1,9})?)[%％]",
        lambda m, s: f"百分之{m[1]}",
        needs="%％",
    ),
    Rule(
        rf"(?P<sign>(?<![\dA-Za-z])[-+])?(?P<money>{_MONEY}|(?i:(?<![A-Za-z])(?:{_CODES})))\s?(?P<inner>-|(?<=[$¥])[（(](?=\d+(?:\.\d+)?[)）]))?(?P<low>{NUMBER})[)）]?(?:(?:(?P<lows>{_SCALE})|(?P<lowl>{_LETTERS}))?到(?:{_MONEY})?(?P<high>{NUMBER}))?(?P<scale>{_SCALE})?(?P<letters>{_LETTERS})?(?:{_AFTER_NUMBER})?(?:/(?:每)?(?P<per>{_PER})(?![A-Za-z]))?",
        _money_before,
        needs=",0123456789",
    ),
    Rule(
        rf"(?i)({NUMBER})\s?([百千]?[万亿]|[百千])?\s?({_MONEY}|(?:{_CODES})(?![A-Za-z]))(?!\d)",
        _money_after,
        needs=",0123456789",
    ),
    Rule(r"(?<![\d.])(\d+)\s?¢", lambda m, s: f"{counted(m[1])}美分", needs="¢"),
    Rule(
        rf"(?<![\d.,A-Za-z])({NUMBER})([%‰]?)(?:到|至)({NUMBER})([%‰])",
        _percent_range,
        needs="%‰",
    ),
    Rule(rf"(?P<sign>[-+])?(?P<n>{NUMBER})\s?(?P<p>[%‰‱])", _percent, needs="%‰‱"),
    Rule(
        rf"(?P<low>(?:-|零下)?{NUMBER})(?P<first>\s?°\s?[CcFf]?)?到(?P<high>(?:-|零下)?{NUMBER})\s?°\s?(?P<scale>[CcFf](?![A-Za-z]))?",
        _degree_range,
        needs="°",
    ),
    Rule(
        rf"(?P<sign>[-+])?(?P<n>{NUMBER})\s?°\s?(?P<scale>[CcFf](?![A-Za-z]))?", _degrees, needs="°"
    ),
    Rule(
        r"((?:血压|收缩压|舒张压)(?:是|为|测得|升至|降到|约|高达|在)?\s?)(\d{2,3})/(\d{2,3})\s?(mmHg)?",
        _pressure,
        needs="/",
    ),
    Rule(
        r"(?<![\d./])(1?\d)/([248])(?=拍)",
        lambda m, s: zh_number(m[2]) + zh_number(m[1]),
        needs="/",
    ),
    Rule(r"(?<![\d.])24/7(?![\d])", lambda m, s: "二十四小时七天", needs="/"),
    Rule(r"(?<![\d./])(\d{2})/(\d{2})(?![\d./])", _shares, "P301", needs="/"),
    Rule(
        r"(?<![\d./])\d{1,4}(?:/\d{1,3}){2,4}(?![\d./])",
        lambda m, s: "，".join(zh_number(p) for p in m[0].split("/")),
        needs="/",
    ),
    Rule(r"(?<![\d./])\d{1,3}/\d{1,3}(?![\d./]|[的个])", _beside, "P301", needs="/"),
    Rule(
        r"(?<![\d./])(\d\.\d)/(\d\.\d)(?![\d./])",
        lambda m, s: f"{zh_number(m[1])}，{zh_number(m[2])}",
        needs=".",
    ),
    Rule(
        r"(?<![\d./])(?P<sign>-)?(?:(?P<whole>\d{1,3})(?:又| ))?(?P<top>\d{1,4})/(?P<bottom>\d{1,4})(?![\d./])(?=的|以上|以下|左右|[杯勺茶汤个决])",
        _fraction,
        needs="/",
    ),
    Rule(
        r"(?<![\d./])(?P<sign>-)?(?:(?P<whole>\d{1,3})(?:又| ))?(?P<top>\d{1,4})\s?/\s?(?P<bottom>\d{1,4})(?![\d./]|\s?[=+×÷])(?:s(?![A-Za-z]))?",
        _seconds,
        "P301",
        needs="/",
    ),
    Rule(
        r"(\d+(?:\.\d+)?)[Ww](?=像素|粉|用户|播放|人|元|次|级|月|年)",
        lambda m, s: zh_number(m[1]) + "万",
        needs="Ww",
    ),
    Rule(
        r"(?<![\d.A-Za-z])\d+(?:\.\d+)?(?:\s?[×xX*]\s?\d+(?:\.\d+)?){1,20}(?![\d.])(?!\s?=|D(?![A-Za-z]))",
        _size,
        needs="*Xx×",
    ),
    Rule(
        rf"(?<=[乘百千万亿零一二三四五六七八九十])\s?({alternatives(UNITS)})(?![A-Za-z0-9²³/])",
        lambda m, s: UNITS[m[1]],
        needs="一七万三乘九二五亿八六十千四百零",
    ),
    Rule(
        r"(?<=时速)(\d+(?:\.\d+)?(?:到\d+)?)\s?(?:km/h|公里/小时|公里/时|千米/时)",
        lambda m, s: re.sub(NUMBER, lambda n: zh_number(n[0]), m[1]) + "公里",
        needs="/",
    ),
    Rule(
        rf"(?P<sign>(?<![\dA-Za-z%°)）])[-+])?(?<![\d.A-Za-z])(?P<low>{NUMBER})(?:(?P<lows>{_SCALE}|w)?\s?(?P<lowu>{_UNIT})?到(?P<high>{NUMBER}))?\s?(?P<scale>{_SCALE}|w(?![A-Za-z]))?(?P<more>[多余来几])?\s?(?P<unit>{_UNIT})?(?:/每?(?P<per>{_PER}))?(?![A-Za-z0-9²³])",
        _quantity,
        needs=",0123456789",
    ),
    Rule(r"(?<=伏)/?(\d+(?:\.\d+)?)A(?![A-Za-z])", lambda m, s: counted(m[1]) + "安", needs="伏"),
    Rule(
        rf"(?<=[元人次个件分块米克升])/({_PER})(?![A-Za-z民])",
        lambda m, s: f"每{PER[m[1]]}",
        needs="/",
    ),
    Rule(r"(\d+(?:\.\d+)?)\s?w(?![A-Za-z])", lambda m, s: zh_number(m[1]) + "万", needs="w"),
    Rule(rf"(?<![\d.])2(?=到\d+(?:{COUNTED}))", lambda m, s: "两", needs="到"),
)
