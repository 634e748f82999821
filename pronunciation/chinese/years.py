"""Years, decades, quarters and eras in a Chinese sentence -> words."""

from __future__ import annotations

from ..numerals import zh_cardinal
from ..rules import Match, Rule, Rules
from ..style import Style
from .date_words import REIGNS, YEAR_BEFORE, YEAR_WORDS
from .dates import year
from .patterns import DASH, YEAR


def _ancient(text: str) -> str:
    """221 -> 二二一, but 55 -> 五十五 and 4000 -> 四千."""
    return zh_cardinal(text) if len(text) < 3 or text.endswith("00") else year(text)


def _decade(match: Match, style: Style) -> str:
    def said(text: str) -> str:
        return year(text) if len(text) == 4 or text[0] == "0" else zh_cardinal(text)

    first = said(match[1]) + ("年代" if match[2] else "")
    return (
        first
        + (f"到{said(match[3])}" if match[3] else "")
        + ("年代" if match[3] or not match[2] else "")
    )


def _quarter(match: Match, style: Style) -> str | None:
    """3Q22, 1H23, 2024H1."""
    kind, number, y = match["kind"].upper(), match["n"], match["y"]
    if (kind == "Q" and number not in "1234") or (kind == "H" and number not in "12"):
        return None
    full = y if len(y) == 4 else "20" + y
    part = (
        f"第{zh_cardinal(number)}季度" if kind == "Q" else ("上半年" if number == "1" else "下半年")
    )
    return f"{year(full)}年{part}"


ERAS: Rules = (
    Rule(
        r"(?<=公元)(\d{1,4})年",
        lambda m, s: (year(m[1]) if len(m[1]) > 1 else zh_cardinal(m[1])) + "年",
        needs="公",
    ),
    Rule(r"(?<=公元前)(\d{1,4})年", lambda m, s: _ancient(m[1]) + "年", needs="公"),
    Rule(
        r"(?<![A-Za-z\d])(?P<n>[1-4])(?P<kind>[QH])(?P<y>(?:20)?[0-4]\d)(?!\d)",
        _quarter,
        needs="HQ",
    ),
    Rule(
        r"(?<![A-Za-z\d])(?P<y>(?:20)[0-4]\d|[12]\d)(?P<kind>[QH])(?P<n>[1-4])(?![\dA-Za-z])",
        _quarter,
        unless=r"[A-Za-z\d]\s",
        needs="HQ",
    ),
    Rule(
        r"(?<![\d.])([12]\d{3})(?=财年|学年|赛季|财政年)", lambda m, s: year(m[1]), needs="学财赛"
    ),
    Rule(
        r"(?<![\d.第])([05-9]0|[5-9]5|05)(?=[、，和与]?(?:[05-9][05])?后(?![来面天退续]))",
        lambda m, s: year(m[1]),
        needs="后",
    ),
    Rule(
        rf"(?<![\d.])(\d{{2}}|[12]\d{{3}})s?(年代)?(?:{DASH}|[至到])(\d{{2}}|[12]\d{{3}})s?年代",
        _decade,
        needs="代",
    ),
    Rule(r"(?<![\d.])(\d{2}|[12]\d{3})s?(年代)()", _decade, needs="代"),
    Rule(r"(?<=[’'‘])(\d{2})年", lambda m, s: year(m[1]) + "年", needs="'‘’"),
    Rule(
        r"(?<![\d.])(0\d|[6-9]\d)年(?!代|前|后|来|以|的|间|之?久|左右|一?遇|历史)",
        lambda m, s: year(m[1]) + "年",
        "P303",
        unless=f"第|{REIGNS}|今|满|近|约|达|共|长|过|用|有|了|这|那|每|前|后|足足|整整|大概",
        needs="年",
    ),
    Rule(
        r"(?<![\d.])([5-9]\d)年(?=的(?:[，。！？]|$)|出生|生人)",
        lambda m, s: year(m[1]) + "年",
        "P303",
        needs="出生的",
    ),
    Rule(
        r"(?<![\d.])([12]\d)年(?=(?:[1-9]|1[0-2]|0[1-9])月)",
        lambda m, s: year(m[1]) + "年",
        needs="年",
    ),
    Rule(
        r"(?<![\d.])(?<!第)(\d{2}(?=后)|[12]\d{3}|0\d)(后|届|级)(?=的|女|男|们|学|毕|新|员|宝|\d|$|[，。、！])",
        lambda m, s: year(m[1]) + m[2],
        needs="后届级",
    ),
    Rule(
        r"(?<![\d.])(0\d|19|2\d)(?=[届级](?:毕业|学生|新生|本科|硕士|博士|校友))",
        lambda m, s: year(m[1]),
        needs="届级",
    ),
    Rule(
        r"(?<![\d.])(2\d|1\d)(?=款(?:[\u4e00-\u9fff]|$))(?!款(?:产品|车型|游戏|手机|应用|软件|机型|新|药|A|a|不|商|热|经|国|同))",
        lambda m, s: year(m[1]),
        needs="款",
    ),
)

YEARS: Rules = (
    Rule(
        r"(?<![\dA-Za-z])(\d{1,4})年?(?:(\d{1,2})月)?\s?(?:[Bb]\.?[Cc]\.?|BCE)(?![A-Za-z])",
        lambda m, s: f"公元前{_ancient(m[1])}年" + (f"{zh_cardinal(m[2])}月" if m[2] else ""),
        needs="Bb",
    ),
    Rule(
        r"(?<![\dA-Za-z])(\d{1,4})\s?(?:[Aa]\.?[Dd]\.?)(?![A-Za-z])",
        lambda m, s: f"公元{year(m[1])}年",
        needs="Aa",
    ),
    Rule(rf"(?<=公元)({YEAR})(?!\d)", lambda m, s: year(m[1]), needs="公"),
    Rule(
        rf"(?<![\d.,A-Za-z¥$€£第-])({YEAR})(?!\d|[.,]\d)(?=[”’」]?\s?(?:{YEAR_WORDS}))(?!年)(?![款级届版](?:[台个]|以))",
        lambda m, s: year(m[1]),
        unless="[A-Za-z] ",
        needs="12",
    ),
    Rule(
        rf"((?:{YEAR_BEFORE})\s?)((?:19|20)\d[1-9]|20[1-4]0|19\d0)(?!\d|[.,]\d|[元块万亿个人米斤吨多余只家分点次克名位台]|年)",
        lambda m, s: m[1] + year(m[2]),
        "P303",
        needs="12",
    ),
    Rule(
        rf"({YEAR})(?![\d.,元块万亿个人米]|年)",
        lambda m, s: year(m[1]),
        after=r"(?:二零|一[七八九])[零一二三四五六七八九]{2}年?[到至]",
        needs="12",
    ),
    Rule(
        r"(?<=[A-Za-z]\s)((?:199|200|201|202|203)\d)(?!\d|[.,]\d|[元块万亿个人米A-Za-z])",
        lambda m, s: year(m[1]),
        "P303",
        unless="[RG]TX |RX ",
        needs="12",
    ),
)
"""After the days: numbers that only the words around make years."""
