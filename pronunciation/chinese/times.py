"""Times of day, durations, results and angles in a Chinese sentence -> words."""

from __future__ import annotations

from ..numerals import zh_cardinal, zh_digits, zh_number
from ..rules import Match, Rule, Rules
from ..style import Style
from .numbers import counted
from .patterns import DASH

_NOON = {"am": "上午", "pm": "下午"}


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


def _time(match: Match, style: Style) -> str | None:
    said = clock(match["h"], match["m"], match["s"])
    if said is None:
        return None
    noon = (match["noon"] or "").lower().replace(".", "")
    return _NOON.get(noon, "") + said


def _hour(match: Match, style: Style) -> str:
    """2点02分, 2点20: 2 is 两 before 点, and 02 has its 零."""
    said = counted(str(int(match[1]))) + match[2]
    if match[3]:
        said += ("零" if match[3][0] == "0" and len(match[3]) > 1 else "") + zh_cardinal(match[3])
    return said + (match[4] or "")


def _noon_hour(match: Match, style: Style) -> str:
    noon, hour = match[2].lower().replace(".", ""), int(match[1])
    if hour == 12:
        return "中午十二点" if noon == "pm" else "凌晨十二点"
    return ("晚上" if noon == "pm" and hour >= 7 else _NOON[noon]) + counted(match[1]) + "点"


def _time_range(match: Match, style: Style) -> str | None:
    first, last = clock(match[1], match[2]), clock(match[3], match[4])
    return f"{first}到{last}" if first and last else None


def _lasting(match: Match, style: Style) -> str | None:
    """用时1:23:45, 时长12:30."""
    first, second, third = match[2], match[3], match[4]
    if third:
        return f"{match[1]}{counted(str(int(first)))}小时{_two(second)}分{_two(third)}秒"
    return f"{match[1]}{zh_cardinal(first)}分{_two(second)}秒"


def _two(number: str) -> str:
    return ("零" if number[0] == "0" and len(number) > 1 else "") + zh_cardinal(number)


def _minutes(match: Match, style: Style) -> str:
    """4'30", 1′30″."""
    return f"{zh_cardinal(match[1])}分{_two(match[2])}秒"


def _angle(match: Match, style: Style) -> str:
    said = f"{zh_number(match[1])}度{zh_cardinal(match[2])}分"
    return said + (f"{zh_number(match[3])}秒" if match[3] else "")


def _spoken_units(match: Match, style: Style) -> str | None:
    """2h 15min, 3m 20s, 2m30s."""
    h, m, s = match["h"], match["m"], match["s"]
    if not (m and (h or s)) and not (h and s):
        return None
    said = counted(h) + "小时" if h else ""
    said += counted(str(int(m))) + ("分" if s else "分钟") if m else ""
    return said + (counted(str(int(s))) + "秒" if s else "")


def _result(match: Match, style: Style) -> str:
    """9秒58 -> 九秒五八, 1米75 -> 一米七五."""
    return f"{counted(match[1])}{match[2]}{zh_digits(match[3])}"


_TIME_BEFORE = (
    r"(?:[午晨晚早夜今明昨天日号点于从自到至时间在前后次是一二三四五六]|时间[:：]?|[（(，、]) ?"
)
"""What leaves no doubt that a time of day follows."""
_HM = r"([01]?\d|2[0-4])[:：]([0-5]\d)"

_HOUR = r"(?<![\d:.])(?P<h>[01]?\d|2[0-4])[:：]"
_REST = (
    r"(?:[:：](?P<s>[0-5]\d))?(?![\d:：])(?:分(?![钟数])|h(?![A-Za-z]))?"
    r"(?:\s?(?P<noon>[AaPp]\.?[Mm]\.?)(?![A-Za-z]))?(?!\s?比例|的?比[例率]|屏)"
)
_CLOCK = rf"{_HOUR}(?P<m>[0-5]\d){_REST}"

TIMES: Rules = (
    Rule(
        r"(?<![\d:.])(?P<h>1[0-2]|0?[1-9])\.(?P<m>[0-5]\d)(?P<s>(?!))?\s?(?P<noon>[AaPp]\.?[Mm]\.?)(?![A-Za-z])",
        _time,
        needs=".",
    ),
    Rule(
        r"(?<![\d:.])(\d{1,2})[:：]([0-5]\d)\.(\d{1,3})(?![\d:])",
        lambda m, s: f"{zh_cardinal(m[1])}分{_two(m[2])}秒{zh_digits(m[3])}",
        needs=".",
    ),
    Rule(
        rf"(?<![\d:.])([01]?\d|2[0-4])(?:{DASH})(?=(?:[01]?\d|2[0-4])[点时](?![间期代区]))",
        lambda m, s: counted(str(int(m[1]))) + "到",
        needs="时点",
    ),
    Rule(
        r"(以\s?)(\d{1,2})[:：]([0-5]\d)[:：]([0-5]\d)(?=的?(?:成绩|打破|刷新|夺|获|完赛|冲线|摘|创|排|名列))",
        _lasting,
        needs=":：",
    ),
    Rule(
        r"((?:跑进|跑出|游出|创造|刷新|时长|用时|耗时|历时|片长|倒计时|时间为|成绩为?|成绩是|配速|全长)[约为是:：]?\s?)(\d{1,3})[:：]([0-5]\d)(?:[:：]([0-5]\d))?(?![\d:：])",
        _lasting,
        "P305",
        needs=":：",
    ),
    Rule(rf"(?<![\d:.]){_HM}(?:{DASH}|[至到]|\s[至到]\s){_HM}(?![\d:])", _time_range, needs=":："),
    Rule(
        _CLOCK,
        _time,
        after=_TIME_BEFORE,
        needs=":：",
    ),
    Rule(
        rf"{_HOUR}(?P<m>[0-5][05]){_REST}",
        _time,
        needs=":：",
    ),
    Rule(
        _CLOCK,
        _time,
        "P305",
        needs=":：",
    ),
    Rule(r"(?<![\d.])(1[0-2]|[1-9])\s?([AaPp]\.?[Mm]\.?)(?![A-Za-z])", _noon_hour, needs="Mm"),
    Rule(
        r"(?<![\d.])([01]?\d|2[0-4])(点|时(?![间期代常尚速长区]))([0-5]?\d)?(?!\d)(分(?![钟数])|(?<=点\d\d)(?!\.\d|[个米元])|(?<=[点时]))(?!\d)",
        _hour,
        needs="时点",
    ),
    Rule(
        r"(?<![\d.])(\d{1,3})\s?°\s?(\d{1,2})\s?[′'’]\s?(?:(\d{1,2}(?:\.\d+)?)\s?(?:[″\"”]|''|′′))?",
        _angle,
        needs="°",
    ),
    Rule(r"(?<![\d.])(\d{1,3})\s?[′'’]\s?(\d{1,2})(?:\s?(?:[″\"”]|''|′′))", _minutes, needs="'’′"),
    Rule(
        r"(?<![\d.A-Za-z])(?:(?P<h>\d{1,3})\s?(?:h|hrs?)\s?)?(?:(?P<m>\d{1,2})\s?(?:m|min|mins)\s?)?(?:(?P<s>\d{1,2})\s?(?:s|sec)(?![A-Za-z/]))?(?<=[hmsnc])(?![A-Za-z/²³\d])",
        _spoken_units,
        needs="chmns",
    ),
    Rule(
        r"(?<![\d.])(\d+(?:\.\d+)?)\s?(?:″|′′|''|\"(?=[\u4e00-\u9fff]))",
        lambda m, s: zh_number(m[1]) + "英寸",
        needs="\"'′″",
    ),
    Rule(r"(?<![\d.])(\d{1,3})(秒)(\d{2})(?![\d.]|[个秒分])", _result, needs="秒"),
    Rule(r"(?<![\d.])(\d{1,2})(米)(\d{1,2})(?![\d.]|[个米元]|[×xX*-]\d)", _result, needs="米"),
    Rule(r"(?<![\d.])(\d{1,2})分(0\d)秒", lambda m, s: f"{_two(m[1])}分{_two(m[2])}秒", needs="分"),
    Rule(r"(?<=小时)(0[1-9])分", lambda m, s: f"零{zh_cardinal(m[1])}分", needs="小"),
    Rule(r"(?<=分)(0[1-9])秒", lambda m, s: f"零{zh_cardinal(m[1])}秒", needs="分"),
)
