"""Numbers, ordinals, ranges, ratios and scores in a Chinese sentence -> words."""

from __future__ import annotations

import re

from ..numerals import roman, zh_cardinal, zh_digits, zh_number
from ..style import Style
from .rule import BEFORE, COUNTED, NUMBER, TO, Match, Rules


def counted(number: str) -> str:
    """A number before a measure word: 2 is 两."""
    return "两" if number == "2" else zh_number(number)


def _number(match: Match, style: Style) -> str:
    text = match[0]
    if text[0] == "0" and len(text) > 1 and text[1] != ".":
        return zh_digits(text)
    return zh_number(text)


def _negative(match: Match, style: Style) -> str:
    return "负" + zh_number(match[1])


def _plus(match: Match, style: Style) -> str:
    return "正" + zh_number(match[1])


def _counted(match: Match, style: Style) -> str | None:
    return counted(match[1]) + match[2]


def _range(match: Match, style: Style) -> str:
    return f"{zh_number(match[1])}到{zh_number(match[2])}"


def _bare_range(match: Match, style: Style) -> str:
    """3-5 is a range; 112-108 falls, which only a score does."""
    falls = "-" in match[0] and len(match[1]) < 4 and int(match[1]) > int(match[2])
    return f"{zh_number(match[1])}{'比' if falls else '到'}{zh_number(match[2])}"


def _countdown(match: Match, style: Style) -> str:
    return "，".join(zh_digits(digit) for digit in match[0].split("-"))


def _counted_range(match: Match, style: Style) -> str:
    first, last = zh_number(match[1]), zh_number(match[2])
    return f"{first}到{counted(match[2]) if first == '一' else last}"


def _ordinal(match: Match, style: Style) -> str:
    parts = re.split(r"\s*[-–—~～]\s*", match[1])
    return "第" + "到".join(zh_number(part) for part in parts)


def _numbered(match: Match, style: Style) -> str:
    """No.1 is 第一; No. 10086 is a code."""
    return "第" + zh_number(match[1])


def _roman(match: Match, style: Style) -> str | None:
    value = roman(match["roman"])
    if value is None:
        return None
    return match[0].replace(match["roman"], zh_cardinal(str(value)))


def _score(match: Match, style: Style) -> str:
    return f"{zh_number(match[1])}比{zh_number(match[2])}"


def _ratios(match: Match, style: Style) -> str:
    return "比".join(zh_number(part) for part in re.split(r"\s*[:：]\s*", match[0]))


FIRST: Rules = (
    (r"\d{25,}", lambda m, s: zh_digits(m[0])),
    (r"^\s*(\d{1,3})[.)]\s?(?=[^\d\s])", lambda m, s: zh_number(m[1]) + "，"),
    (r"(?<!\d)7-11(?=便利|店|超市|$)", lambda m, s: "七十一"),
)


SCORES: Rules = (
    (
        rf"(?<![\d.A-Za-z-])({NUMBER})\s?-\s?({NUMBER})(?=等于|是多少|得多少|得几)",
        lambda m, s: f"{zh_number(m[1])}减{zh_number(m[2])}",
    ),
    (r"(?<![\d.A-Za-z-])\d(?:-\d){2,9}(?![\d-])", _countdown),
    (
        r"((?:比例|比率|之比|比)(?:[为是约]|大约)?\s?)(\d{1,6}(?:\.\d{1,3})?)[:：](\d{1,6}(?:\.\d{1,3})?)(?![\d:：.])",
        lambda m, s: f"{m[1]}{zh_number(m[2])}比{zh_number(m[3])}",
    ),
    (
        r"((?:比分|比数|总分|大比分|战成|打成|踢成|扳成|追成)\D{0,4}|(?:决赛|半场|首局|次局|比赛|首战|末节)\D{0,2}(?=\d+-))(\d{1,3})\s?[-:：]\s?(\d{1,3})(?![\d:.])",
        lambda m, s: f"{m[1]}{zh_number(m[2])}比{zh_number(m[3])}",
    ),
    (
        r"(?<![\d:.])(\d{1,3})\s?[-:：]\s?(\d{1,3})(?![\d:.])(?=\s?(?:不敌|力克|大败|完败|战|胜|战胜|击败|负于|战平|大胜|险胜|惜败|完胜|横扫|领先|落后|逆转|击溃|淘汰|告负|取胜|获胜))",
        _score,
    ),
)


RANGES: Rules = (
    (rf"第({NUMBER}(?:\s?[-–—~～]\s?\d+)?)", _ordinal),
    (
        rf"{BEFORE}({NUMBER})\s?(?:-|–|—|~|～|〜)\s?({NUMBER})(?=[多余来几]?(?:{COUNTED}))",
        _counted_range,
    ),
    (rf"{BEFORE}(\d{{1,25}}){TO}(\d{{1,25}})(?![\d.]|-\d)", _bare_range),
    (rf"{BEFORE}({NUMBER})\s?(?:~|～|〜)\s?({NUMBER})", _range),
)


RATIOS: Rules = ((r"(?<![\d.])\d+(?:\.\d+)?(?:\s?[:：]\s?\d+(?:\.\d+)?){1,20}(?![\d.])", _ratios),)


ORDINALS: Rules = (
    (r"(?<![A-Za-z])[Nn][Oo]\.\s?(\d+)", _numbered),
    (r"第(?P<roman>[IVXLC]{1,7})(?=[章节部卷季集篇代期届编条类型])", _roman),
    (
        r"(?:(?<=[\u4e00-\u9fff])\s?|(?<![A-Za-z0-9]))(?P<roman>(?:I{2,3}|IV|VI{1,3}|IX|X[IV]{1,4}))(?=型|级|类|期|世|代|度|区|号|[，。、！]|$)",
        _roman,
    ),
)


REST: Rules = (
    (rf"(?<![\dA-Za-z.])[-](?={NUMBER})({NUMBER})(?=[^\d]|$)", _negative),
    (rf"(?<![\dA-Za-z.])\+({NUMBER})", _plus),
    (rf"(?<![\d.])({NUMBER})([多余来几]?(?:{COUNTED}))", _counted),
    (NUMBER, _number),
    (r"\d", _number),
)
