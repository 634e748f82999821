# ruff: noqa: E501 - a pattern is read as one line
"""Numbers and ordinals in a Chinese sentence -> words."""

from __future__ import annotations

import re

from ..numerals import roman, zh_cardinal, zh_digits, zh_number
from ..rules import DIGITS, Match, Rule, Rules
from ..style import Style
from .patterns import COUNTED, NUMBER


def counted(number: str) -> str:
    """A number before a measure word: 2 is 两."""
    return "两" if number == "2" else zh_number(number)


def _number(match: Match, style: Style) -> str:
    text = match[0]
    if text[0] == "0" and len(text) > 1 and text[1] != ".":
        return zh_digits(text)
    return zh_number(text)


def _counted(match: Match, style: Style) -> str | None:
    return counted(match[1]) + match[2]


def _counted_range(match: Match, style: Style) -> str:
    return f"{counted(match[1])}{match[2]}{counted(match[3])}"


def _ordinal(match: Match, style: Style) -> str:
    parts = match[1].split("到")
    return "第" + "到".join(_ordinal_number(part) for part in parts)


def _ordinal_number(text: str) -> str:
    whole, *rest = text.replace(",", "").split(".")
    said = zh_cardinal(whole, two="二")
    return "点".join(
        [said, *(zh_cardinal(part) if part[0] != "0" else zh_digits(part) for part in rest)]
    )


def _numbered(match: Match, style: Style) -> str:
    """No.1 is 第一."""
    return "第" + zh_number(match[1])


def _roman(match: Match, style: Style) -> str | None:
    value = roman(match["roman"])
    if value is None:
        return None
    return match[0].replace(match["roman"], zh_cardinal(str(value)))


def _king(match: Match, style: Style) -> str | None:
    value = roman(match["roman"])
    return None if value is None else match[1] + zh_cardinal(str(value)) + "世"


_CODED = "号|码|ID|账户|卡|电话|手机"
_KINGS = "亨利|路易|伊丽莎白|查理|查尔斯|乔治|爱德华|詹姆斯|威廉|理查|腓力|庇护|约翰|保罗|本笃|利奥|尼古拉|拿破仑|彼得|亚历山大|凯瑟琳|腓特烈"
_SECOND = (
    "年级|等奖|级(?:建造|响应|市场|钢琴|运动员|防护|风|医院|保护|结构)|手房|手车|手烟|手货|手交易|手市场|号|楼|单元|月|日|路(?!人马|纵队)|环|次元|次方|"
    "次函数|次曲|次创业|次开发|次感染|胎|姐|叔|哥|爷|舅|姨|嫂|把手|线城市|流|审|甲|逼|百五|话不|维码|维|锅头|字|者|两|郎|进制|氧化|传手|传|货|奶|战"
)
_MAYBE_SECOND = "级(?!台阶)|代(?!人)|队|班(?!人|倒)|栋(?=\\d|[A-Z]|[，。]|$|楼|单元)|座(?=$|[，。])|等|期|区|档|更|线|层楼|排|胡"

FIRST: Rules = (
    Rule(
        r"10{1,4}(?=[\u4e00-\u9fff])",
        lambda m, s: "十百千万"[len(m[0]) - 2],
        after="[好这那]几|[^\\d]几|^几|数",
        needs="1",
    ),
    Rule(r"\d{25,}", lambda m, s: zh_digits(m[0]), needs=DIGITS),
    Rule(r"^\s*(\d{1,3})[.)）]\s?(?=[^\d\s])", lambda m, s: zh_number(m[1]) + "，", needs=").）"),
    Rule(
        r"(?<![\d.,:/-])([1-9]\d{0,2})((?:[ '’]\d{3}){2,6}|(?:[ '’]\d{3})(?=\s?(?:[多余来几]?(?:年|里|元|块|人|名|个|吨|台|辆|件|户|家|公里|米|万|亿|美元|套|份|册|次|项|倍|股|平|亩|%|字|页|天|条|张|种|位|只|斤|公斤|千克|克|升|瓦|度|步))))(?![\d.]\d|\d|[ -]\d)",
        lambda m, s: m[1] + re.sub(r"\D", "", m[2]),
        unless=rf"[A-Za-z]\s?|(?:{_CODED})[是为:： ]*",
        needs="123456789",
    ),
    Rule(
        r"(?<!\d)(\d{1,3})((?:，\d{3})+)(?=[多余来几]?(?:元|块|人|名|吨|台|辆|件|户|家|公里|万|亿|美元))",
        lambda m, s: m[1] + m[2].replace("，", ""),
        needs="万人亿件元公台名吨块家户美辆",
    ),
    Rule(r"(?<![\d.])([1-9])([1-9])(?=折(?![叠断线]))", lambda m, s: zh_digits(m[0]), needs="折"),
    Rule(
        r"(?<![\dA-Za-z.])(\d{1,3}(?:\.\d)?)[kK](?=[多余来]|左右|以上|以下|块|元|上下|出头)",
        lambda m, s: zh_number(m[1]) + "千",
        needs="Kk",
    ),
    Rule(
        r"(第)(\d{1,2})((?:、\d{1,2}){1,5})(?=[名节章位次期届集课集讲排行])",
        lambda m, s: m[1] + re.sub(r"\d+", lambda n: zh_number(n[0]), m[2] + m[3]),
        needs="第",
    ),
    Rule(r"(?<![\dA-Za-z.．])\.(?=\d)", lambda m, s: "0.", needs="."),
    Rule(r"(?<![A-Za-z])(?:NO|No|no)\.\s?(\d+)", _numbered, needs="."),
    Rule(
        r"(?<!\d)(\d{1,3})#(?=[\u4e00-\u9fff]|\d{3,4}(?!\d))",
        lambda m, s: zh_number(m[1]) + "号",
        needs="#",
    ),
    Rule(
        r"(?<!\d)(\d{1,3})#(?=\s|$|[-–—~～到至，。])",
        lambda m, s: zh_number(m[1]) + "号",
        needs="#",
    ),
    Rule(
        r"(?<=[初高大])2(?=[\u4e00-\u9fff（(]|$)(?!个|次|天|年|月|米|人|倍|元|块|斤|只|条|位|分|小时|小|多)",
        lambda m, s: "二",
        needs="初大高",
    ),
    Rule(r"[(（](\d{1,2})[)）](?=班)", lambda m, s: zh_number(m[1]), needs="班"),
)

ORDINALS: Rules = (
    Rule(r"第(\d[\d,]*(?:\.\d+)*(?:到\d+)?)", _ordinal, needs="第"),
    Rule(rf"(?<![\d.])2(?=(?:{_SECOND}))", lambda m, s: "二", needs="2"),
    Rule(rf"(?<![\d.])2(?=(?:{_MAYBE_SECOND}))", lambda m, s: "二", "P304", needs="2"),
    Rule(r"第(?P<roman>[IVXLC]{1,7})(?=[章节部卷季集篇代期届编条类型])", _roman, needs="第"),
    Rule(
        r"(?:(?<=[\u4e00-\u9fff《])\s?|(?<![A-Za-z0-9]))(?P<roman>(?:I{2,3}|IV|VI{1,3}|IX|X[IV]{1,4}|I(?=期|型|类|级)))(?=型|级|类|类|期|世|代|度|区|号|章|节|卷|[，。、！》”」』）)]|$)",
        _roman,
        unless=_KINGS,
        needs="IVX",
    ),
    Rule(rf"({_KINGS})\s?(?P<roman>[IVX]{{1,5}})(?![A-Za-z])", _king, needs="IVX"),
    Rule(
        r"(?<=[A-Za-z]\s)(?P<roman>I{2,3}|IV|VI{1,3}|IX|XI{1,3})(?![A-Za-z])", _roman, needs="IVX"
    ),
)

REST: Rules = (
    Rule(
        rf"(?<![\d.])({NUMBER})(到|至)({NUMBER})(?=[多余来几]?(?:{COUNTED}))",
        _counted_range,
        needs="到至",
    ),
    Rule(rf"(?<![\d.])({NUMBER})([多余来几]?(?:{COUNTED}))", _counted, needs=",0123456789"),
    Rule(NUMBER, _number, needs=",0123456789"),
    Rule(r"\d", _number, needs=DIGITS),
)
