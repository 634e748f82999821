"""Dates and times of day in a Chinese sentence -> words."""

from __future__ import annotations

import re

from ..numerals import zh_cardinal, zh_digits
from ..style import Style
from .numbers import counted
from .rule import Match, Rules, to


def year(text: str) -> str:
    """A year, digit by digit."""
    return zh_digits(text)


def _date(match: Match, style: Style) -> str | None:
    """2026-11-22 and its like."""
    y, m, d = match["y"], int(match["m"]), int(match["d"])
    if not (1 <= m <= 12 and 1 <= d <= 31):
        return None
    return f"{year(y)}年{zh_cardinal(str(m))}月{zh_cardinal(str(d))}日"


def _year_month(match: Match, style: Style) -> str | None:
    if not 1 <= int(match[2]) <= 12:
        return None
    return f"{year(match[1])}年{zh_cardinal(match[2])}月"


def _year(match: Match, style: Style) -> str:
    parts = re.split(r"\s*[-–—~～至到]\s*", match[1])
    return "到".join(year(part) for part in parts) + "年"


def _decade(match: Match, style: Style) -> str:
    text = match[1]
    return (year(text) if len(text) == 4 else zh_cardinal(text)) + "年代"


def _month_day(match: Match, style: Style) -> str:
    months = "到".join(zh_cardinal(m) for m in re.split(r"[-–—~～至到]", match[1]))
    return f"{months}月"


def _day(match: Match, style: Style) -> str:
    return f"月{'到'.join(zh_cardinal(d) for d in re.split(r'[-–—~～至到]', match[1]))}{match[2]}"


def _slash_date(match: Match, style: Style) -> str | None:
    m, d = int(match[1]), int(match[2])
    return f"{zh_cardinal(str(m))}月{zh_cardinal(str(d))}日" if m <= 12 and d <= 31 else None


def clock(hour: str, minute: str, second: str | None = None) -> str | None:
    """09:05:30 -> 九点零五分三十秒; None if there is no such time."""
    if int(hour) > 24 or int(minute) > 59 or int(second or 0) > 59:
        return None
    said = counted(str(int(hour))) + "点"
    if int(minute):
        said += ("零" if int(minute) < 10 else "") + zh_cardinal(minute) + "分"
    elif second and int(second):
        said += "零分"
    if second and int(second):
        said += ("零" if int(second) < 10 else "") + zh_cardinal(second) + "秒"
    return said


_NOON = {"am": "上午", "pm": "下午"}


def _time(match: Match, style: Style) -> str | None:
    said = clock(match["h"], match["m"], match["s"])
    if said is None:
        return None
    noon = (match["noon"] or "").lower().replace(".", "")
    return _NOON.get(noon, "") + said


def _hour(match: Match, style: Style) -> str:
    hour = counted(str(int(match[1])))
    return f"{hour}{match[3]}" + (zh_cardinal(match[2]) + "分" if match[2] else "")


def _noon_hour(match: Match, style: Style) -> str:
    return _NOON[match[2].lower().replace(".", "")] + counted(match[1]) + "点"


def _time_range(match: Match, style: Style) -> str | None:
    first, last = clock(match[1], match[2]), clock(match[3], match[4])
    return f"{first}到{last}" if first and last else None


_DATE_SEP = r"(?P<sep>[-/.])"


DATES: Rules = (
    (r"(?<=[\d][日号月年点时])\s?[-–—~～]\s?(?=\d)", to),
    (
        rf"(?<![\d.])(?P<y>[12]\d{{3}}){_DATE_SEP}(?P<m>[01]?\d)(?P=sep)(?P<d>[0-3]?\d)(?![\d.]\d|\d)(?:T(?=\d))?",
        _date,
    ),
    (
        r"(?<![\d.])([12]\d{3}(?:[-–—~～至到][12]\d{3})?)年(?!前|后|来|以|的?历史|间|之?久|左右|一遇|老)",
        _year,
    ),
    (
        r"(?<![\d.])([12]\d{3})年?[-–—~～至到]([12]\d{3})年",
        lambda m, s: f"{year(m[1])}年到{year(m[2])}年",
    ),
    (r"(?<![\d.])([12]\d{3})[-/.](0[1-9]|1[0-2])(?![\d./-])", _year_month),
    (
        r"(?<![\d.])([12]\d{3})\s?[-–—~～]\s?([12]\d{3})(?=学年|赛季|财年|财政|期间|版|[)）]|$)",
        lambda m, s: f"{year(m[1])}到{year(m[2])}",
    ),
    (r"(?<=公元)(\d{1,4})年", lambda m, s: year(m[1]) + "年"),
    (r"(?<![\d.])([12]\d{3})(?=财年|学年|赛季|财政年)", lambda m, s: year(m[1])),
    (r"(?<![\d.第])([05-9]0|[5-9]5|05)后(?![来面天退续])", lambda m, s: year(m[1]) + "后"),
    (r"(?<![\d.])(\d{2}|[12]\d{3})s?年代", _decade),
    (
        r"(?<![\d.·])(\d{1,2})[·.](\d{1,2})(?=[”\"’』]?(?:事件|晚会|恐怖|事变|惨案|讲话|运动|妇女节|劳动节|儿童节|国庆|植树节|青年节|建军节))",
        lambda m, s: (zh_cardinal(m[1]) if m[1] == "10" else zh_digits(m[1])) + zh_digits(m[2]),
    ),
    (r"(?<=[’'‘])(\d{2})年", lambda m, s: year(m[1]) + "年"),
    (
        r"(?<![\d.])(0\d|[6-9]\d)年(?!代|前|后|来|以|的|间|之?久|左右)",
        lambda m, s: year(m[1]) + "年",
    ),
    (
        r"(?<![\d.])(?<!第)(\d{2}(?=后)|[12]\d{3})(后|届|级)(?=的|女|男|们|学|毕|新|员|宝|$|[，。、！])",
        lambda m, s: year(m[1]) + m[2],
    ),
    (r"(?<![\d.])([01]?\d(?:[-–—~～至到][01]?\d)?)月(?!饼)", _month_day),
    (r"月([0-3]?\d(?:[-–—~～至到][0-3]?\d)?)(日|号)", _day),
    (
        r"(?<![\d./])(1[0-2]|0?[1-9])/(3[01]|[12]\d|0?[1-9])(?=是[\u4e00-\u9fff]{1,4}[节日])|(?<=[今明昨]天是)(1[0-2]|0?[1-9])/(3[01]|[12]\d|0?[1-9])(?![\d/])",
        lambda m, s: (
            f"{zh_cardinal(str(int(m[1] or m[3])))}月{zh_cardinal(str(int(m[2] or m[4])))}日"
        ),
    ),
    (
        r"(?<=[（(于在是日])(1[0-2]|0?[1-9])/([12]\d|3[01]|0?[1-9])(?=[）)]|[上下]午|晚|早|开|举|截)",
        _slash_date,
    ),
    (
        r"(?<![\d.])([0-3]?\d)(日|号)[-–—~～]([0-3]?\d)(日|号)",
        lambda m, s: f"{zh_cardinal(m[1])}{m[2]}到{zh_cardinal(m[3])}{m[4]}",
    ),
)


TIMES: Rules = (
    (
        r"(?<![\d:.])([01]?\d|2[0-4]):([0-5]\d)(?:\s?(?:-|–|—|~|～|至|到)\s?)([01]?\d|2[0-4]):([0-5]\d)(?![\d:])",
        _time_range,
    ),
    (
        r"(?<![\d:.])(?P<h>[01]?\d|2[0-4])[:：](?P<m>[0-5]\d)(?:[:：](?P<s>[0-5]\d))?(?![\d:])(?:分(?![钟数]))?(?:\s?(?P<noon>[AaPp]\.?[Mm]\.?)(?![A-Za-z]))?(?!\s?比例|的?比[例率]|屏)",
        _time,
    ),
    (r"(?<![\d.])(1[0-2]|[1-9])\s?([AaPp]\.?[Mm]\.?)(?![A-Za-z])", _noon_hour),
    (
        r"(?<![\d.])([01]?\d|2[0-4])(?=[点时](?:([0-5]?\d)分)?)(点|时(?![间期代常尚速长]))(?:[0-5]?\d分)?(?!\d)(?=[前后到至整半左许钟开出起分从的，。、！一二三]|$|[\u4e00-\u9fff])",
        _hour,
    ),
)
