"""Dates and years in a Chinese sentence -> words."""

from __future__ import annotations

import re

from ..numerals import zh_cardinal, zh_digits
from ..rules import Match, Rule, Rules
from ..style import Style
from .date_words import DAY_AFTER, DAY_BEFORE, HELD
from .patterns import DASH, YEAR


def year(text: str) -> str:
    """A year, digit by digit."""
    return zh_digits(text)


def date(y: str, m: str, d: str = "") -> str | None:
    """2026, 11, 22 -> 二零二六年十一月二十二日; None if there is no such day."""
    if not 1 <= int(m) <= 12 or (d and not 1 <= int(d) <= 31):
        return None
    said = f"{year(y)}年" if y else ""
    return f"{said}{zh_cardinal(m)}月" + (f"{zh_cardinal(d)}日" if d else "")


def _date(match: Match, style: Style) -> str | None:
    """2026-11-22 and its like."""
    return date(match["y"], match["m"], match["d"])


def _date_back(match: Match, style: Style) -> str | None:
    """08-08-2008, 15.01.2025: the day is the number that can be no month."""
    first, second = match[1], match[3]
    m, d = (second, first) if int(first) > 12 or match[2] == "." else (first, second)
    return date(match[4], m, d)


def _year_month(match: Match, style: Style) -> str | None:
    return date(match[1], match[2])


def _month_year(match: Match, style: Style) -> str | None:
    return date(match[2], match[1])


def _days(match: Match, style: Style) -> str | None:
    """6/1-6/18, 11.1-11.11."""
    m, d, last_m, last_d = match["m"], match["d"], match["m2"], match["d2"]
    first, last = date("", m, d), date("", last_m, last_d)
    if first is None or last is None or (int(m), int(d)) >= (int(last_m), int(last_d)):
        return None
    return f"{first}到{last}"


def _year(match: Match, style: Style) -> str:
    parts = re.split(rf"{DASH}|[至到]", match[1])
    return "到".join(year(part) for part in parts) + "年"


def _part(number: str, suffix: str) -> str:
    return "到".join(zh_cardinal(n) for n in re.split(rf"{DASH}|[至到]", number)) + suffix


def _season(match: Match, style: Style) -> str:
    joint = "" if match[2] == "/" and len(match[3]) == 2 else "到"
    return year(match[1]) + joint + year(match[3])


def _next_year(match: Match, style: Style) -> str | None:
    """2024-25 is from one year to the next."""
    if (int(match[1]) + 1) % 100 != int(match[3]):
        return None
    return f"{year(match[1])}到{year(match[3])}"


def _compact(match: Match, style: Style) -> str | None:
    return date(match[1], match[2], match[3])


_MD = r"(?P<m>1[0-2]|0?[1-9])(?P<s>[/.])(?P<d>3[01]|[12]\d|0?[1-9])"
_MD2 = rf"(?:{DASH}|[至到])(?P<m2>1[0-2]|0?[1-9])(?P=s)(?P<d2>3[01]|[12]\d|0?[1-9])"

DATES: Rules = (
    Rule(
        rf"(?<![\d.])(?P<y>{YEAR}|[12]\d{{3}})\s?(?P<sep>[-–/.·])(?P<m>[01]?\d)(?P=sep)(?P<d>[0-3]?\d)(?![\d.]\d|\d)(?:T(?=\d))?",
        _date,
        needs="-./·–",
    ),
    Rule(
        r"(?<![\d./-])([0-3]?\d)([-/.])([0-3]?\d)\2((?:19|20)\d\d)(?![\d/-])",
        _date_back,
        needs="-./",
    ),
    Rule(rf"(?<=日){DASH}(?=[〇零一二]\S{{3}}年)", lambda m, s: "到", needs="〇一二零"),
    Rule(
        rf"(?<![\d.])([12]\d{{3}}(?:(?:{DASH}|[至到])[12]\d{{3}})?)\s?年(?!前[^\d，。、]{{0,2}}[，。]|前$|后|来|以前|的?历史|间|之?久|左右|一遇|老|文明)(?!前(?!实现|完成|建成|达到|达成|后|夕|三季|碳|基本|要|将|全面))",
        _year,
        needs="年",
    ),
    Rule(
        rf"(?<![\d.])([12]\d{{3}})年?(?:{DASH}|[至到])([12]\d{{3}})年",
        lambda m, s: f"{year(m[1])}年到{year(m[2])}年",
        needs="年",
    ),
    Rule(
        rf"(?<![\d.])({YEAR})[.](1[0-2]|0?[1-9])(?:{DASH}|[至到])({YEAR})[.](1[0-2]|0?[1-9])(?![\d.])",
        lambda m, s: f"{date(m[1], m[2])}到{date(m[3], m[4])}",
        needs=".",
    ),
    Rule(r"(?<![\d.])([12]\d{3})[-/.](0[1-9]|1[0-2])(?![\d./]|-\d)", _year_month, needs="-./"),
    Rule(
        rf"(?<![\d./])({YEAR})/(1[0-2]|[1-9])(?![\d./]|-\d)(?!赛季)", _year_month, "P301", needs="/"
    ),
    Rule(r"(?<![\d./-])(0[1-9]|1[0-2])[-/.]((?:19|20)\d\d)(?![\d./-])", _month_year, needs="-./"),
    Rule(
        r"(?<![\d./-])((?:19|20)?\d\d)([/\-–—~～])((?:19|20)?\d\d)(?=年?(?:赛季|学年|财年|年度|雪季|NBA|CBA|英超|西甲|欧冠))(?!年)",
        _season,
        needs="-/~–—～",
    ),
    Rule(
        r"(?<![\d.-])(20[0-4]\d)([-–])(\d\d)(?![\d%.-]|[元个万亿人次米岁])",
        _next_year,
        "P302",
        needs="-–",
    ),
    Rule(
        r"(?<![\d.-])([12]\d{3})\s?([-–—~～])\s?([12]\d{3})(?=期间|版|[)）”》]|[，。、]|$)",
        _season,
        needs="-~–—～",
    ),
)

DAYS: Rules = (
    Rule(
        rf"(?<![\d.])([01]?\d(?:(?:{DASH}|[至到])[01]?\d)?)\s?月(?!饼)",
        lambda m, s: _part(m[1], "月"),
        needs="月",
    ),
    Rule(
        rf"(?<=月)\s?([0-3]?\d(?:(?:{DASH}|[至到])[0-3]?\d)?)\s?([日号])",
        lambda m, s: _part(m[1], m[2]),
        needs="月",
    ),
    Rule(
        rf"(?<![\d.])([0-3]?\d)([日号])?(?:{DASH})([0-3]?\d)([日号])(?![线楼])",
        lambda m, s: f"{zh_cardinal(m[1])}{m[2] or ''}到{zh_cardinal(m[3])}{m[4]}",
        needs="-~–—―〜～",
    ),
    Rule(
        r"(?<=[正腊冬二三四五六七八九十]月)([123]\d|[1-9])(?!\d|[个日号.])",
        lambda m, s: zh_cardinal(m[1]),
        needs="月",
    ),
    Rule(
        rf"{DASH}(1[0-2]|0?[1-9])[./](3[01]|[12]\d|0?[1-9])(?![\d./])",
        lambda m, s: f"到{date('', m[1], m[2])}",
        after="月[一二三四五六七八九十]+日",
        needs="./",
    ),
    Rule(r"(?<=大年)([1-3]\d|\d)(?!\d)", lambda m, s: zh_cardinal(m[1]), needs="大"),
    Rule(
        rf"(?<![\d./-]){_MD.replace('.]', ']')}{_MD2}(?![\d./%]|[元万亿倍个米])",
        _days,
        "P301",
        needs="/",
    ),
    Rule(rf"(?<![\d./-]){_MD}{_MD2}(?=[^\d./%]{{0,3}}(?:{HELD}))", _days, needs="./"),
    Rule(
        rf"(?<![\d./-]){_MD}{_MD2}(?![\d./%]|[元万亿倍个米])",
        _days,
        after=r"(?:时间|日期|有效期|活动|放假|假期|期间|工期|档期|营业|展期)[为是：: ]?",
        needs="./",
    ),
    Rule(
        r"(?<![\d./-])(0[1-9])[/-](0[1-9]|[12]\d|3[01])(?![\d./-])|(?<![\d./-])(1[0-2]|[1-9])/(0[1-9])(?![\d./-])",
        lambda m, s: date("", m[1] or m[3], m[2] or m[4]),
        needs="-/",
    ),
    Rule(
        rf"(?<![\d./-])(?P<m>1[0-2]|0?[1-9])/(?P<d>3[01]|[12]\d|0?[1-9])(?=[）)]?(?:{DAY_AFTER}))",
        lambda m, s: date("", m["m"], m["d"]),
        unless="[占是为的约近达每][（(]?",
        needs="/",
    ),
    Rule(
        r"(?<![\d./-])(1[0-2]|0?[1-9])/(3[01]|[12]\d|0?[1-9])(?![\d./%]|的|以)",
        lambda m, s: date("", m[1], m[2]),
        "P301",
        after=rf"(?:{DAY_BEFORE})[为是：: ]?",
        needs="/",
    ),
    Rule(
        r"(?<![\d./])(?P<m>1[0-2]|[1-9])/(?P<d>11|1[3-57-9]|2[1-36-9]|31)(?![\d./%]|的|[处个倍]|以上|以下|左右|以内|之)",
        lambda m, s: date("", m["m"], m["d"]),
        "P301",
        needs="/",
    ),
    Rule(
        r"(?<![\dA-Za-z.])((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d|[元个万亿人次])",
        _compact,
        "P303",
        unless="[号码为是：: ]",
        needs="12",
    ),
    Rule(
        r"(?<![\d.])(0[1-9])\.(0[1-9]|[12]\d|3[01])(?![\d.%])",
        lambda m, s: date("", m[1], m[2]),
        "P301",
        needs=".",
    ),
)
"""After the years: days without one."""
