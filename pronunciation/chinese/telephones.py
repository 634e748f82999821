# ruff: noqa: E501 - a pattern is read as one line
"""Telephone numbers in a Chinese sentence -> words, digit by digit, 1 as 幺."""

from __future__ import annotations

import re

from ..numerals import zh_digits
from ..rules import Match, Rule, Rules
from ..style import Style
from .patterns import COUNTABLE


def telephone(text: str, style: Style) -> str:
    """Groups of digits, 加 for a leading +, 转 before an extension."""
    main, _, extension = re.sub("分机|转|ext\\.?|#", "x", text).partition("x")
    said = ("加" if text.lstrip().startswith("+") else "") + zh_digits(main, style.telephone_one)
    return said + ("转" + zh_digits(extension, style.telephone_one) if extension else "")


def _telephone(match: Match, style: Style) -> str:
    return telephone(match[0], style)


def _numbers(match: Match, style: Style) -> str:
    """Every number after the word that announces one: 打120或110."""
    said = re.sub(r"\d[\d-]*", lambda m: zh_digits(m[0], style.telephone_one), match[2])
    return match[1] + said


def _masked(match: Match, style: Style) -> str:
    """138****5678."""
    return "，".join(zh_digits(part, style.telephone_one) for part in re.split(r"[\s*]+", match[0]))


def _service(match: Match, style: Style) -> str:
    return zh_digits(match[1], style.telephone_one)


_SERVICES = (
    r"1(?:10|14|17|19|20|21|22)|999|911|"
    r"12(?:306|345|315|320|333|366|368|369|377|378|388|389|123|110|121|117|348|358|365|350|328|329|318|312|305|395|396|361|309|319|325|331|336|338|339|340|341|342|343|349|351|355|367|371|379|380|385|390|393|398)|"
    r"100(?:00|10|11|15|50|60|68|86|99)|95\d{3}|96\d{3,4}|[48]00\d{7}"
)
"""Numbers the whole country knows."""
_LIST = r"(?:\s?(?:或者?|、|和|及|与|,|，|/)\s?(?:拨?打)?)"
_ANNOUNCED = (
    "拨打|请打|请拨|致电|热线|电话|来电|拨通|打给|号码|传真|手机号|手机[:：]|联系方式|短信至|发送[至到]|发短信到|短信到|座机|固话|"
    "加微信|微信同号|(?<![A-Za-z])(?:Tel|TEL|tel|Phone|Call|call)"
)
_WEAKLY = "呼叫|火警|急救|报警|匪警|客服|咨询|投诉|联系|手机|微信|详询|预约|订餐|订座"
_DIAL = r"(?<![拍攻鞭敲扑])(?:打|拨)(?:了|过|个)?|发(?:[A-Za-z]+)?[到至]"
_SPEAKS = (
    "报警|急救|热线|电话|客服|火警|平台|求助|服务|网站|官网|订票|抢票|购票|来了|来电|消防|交警|交通事故|查号|"
    "救护|指挥|出警|接警|民警|调度|诉讼|社保|卫生|投诉|短信|中心|咨询|是反诈|专线|网|APP|公众号|小程序|便民"
)

TELEPHONES: Rules = (
    Rule(
        r"(?<![\d.])\+\d{1,3}[- ]?(?:\(\d{1,4}\)|\d{1,4})(?:[- ]?\d{2,4}){1,4}(?![\d%])",
        _telephone,
        needs="+",
    ),
    Rule(
        r"(?<![\d.])(?:(?:\+|00)?86[- ]?)?1[3-9]\d(?:(?:[- ]?\d{4}){2}|[- ]\d{3}[- ]\d{5})(?![\d.]\d|\d)",
        _telephone,
        needs="1",
    ),
    Rule(
        r"(?<![\d.])(?:\(0\d{2,3}\)|（0\d{2,3}）|0\d{2,3}-|(?:\+|00)86[- ]?\d{2,3}[- ])\s?\d{3,4}[- ]?\d{4}(?:\s?(?:转|分机|-|#)\s?\d{1,6})?(?![\d.]\d|\d)",
        _telephone,
        needs="(-8（",
    ),
    Rule(
        r"(?<![\d.])[48]00(?:-\d{3,4}){2}(?!\d)|(?<![\d.])[48]00\d{7}(?!\d)|(?<![\d.])[48]00 \d{3} \d{4}(?!\d)",
        _telephone,
        needs=" -0",
    ),
    Rule(
        rf"((?:{_ANNOUNCED})(?:号码?|热线|电话)?[是为:： .]{{0,2}})((?:\d[\d-]{{0,14}}\d)(?:{_LIST}\d[\d-]{{1,14}}\d)*)(?![\d.%]|-\d|{COUNTABLE}|点|万|多)",
        _numbers,
    ),
    Rule(
        rf"((?:{_WEAKLY})(?:号码?|热线|电话|请)?[是为:： ]{{0,2}})((?:{_SERVICES}|[2-8]\d{{6,7}})(?:{_LIST}(?:{_SERVICES}|[2-8]\d{{6,7}}))*)(?![\d.%]|-\d|{COUNTABLE}|点|万|多)",
        _numbers,
        needs="匪呼咨客微急手投报火联订详预",
    ),
    Rule(r"(?<!\d)\d{3,6}(?:\s?\*{2,}\s?)+\d{2,4}(?!\d)", _masked, needs="*"),
    Rule(
        rf"((?:{_DIAL})\s?)((?:{_SERVICES}|95)(?:{_LIST}(?:{_SERVICES}))*)(?![\d.%]|{COUNTABLE}|万|多|分|折)",
        _numbers,
        needs="发打拨",
    ),
    Rule(rf"(给|向)({_SERVICES})(?=[打拨发致投])", _numbers, needs="向给"),
    Rule(
        r"((?:转分机|总机转|转)\s?)(\d{3,5})(?![\d.%万元人个次])",
        _numbers,
        needs="总转",
    ),
    Rule(rf"(?<![\d.A-Za-z年第])({_SERVICES})(?=[”’」]?的?(?:{_SPEAKS}))()", _service, needs="019"),
    Rule(r"(?<![\d.A-Za-z])(10000)(?=号)", _service, needs="号"),
    Rule(
        rf"(?<![\d.A-Za-z¥$-])(100(?:10|86)|12(?:306|315|320|345|333|366|123)|96(?:110|315))(?![\d.,A-Za-z]|{COUNTABLE})",
        _service,
        needs="19",
    ),
    Rule(
        r"(?<![\d.A-Za-z])(911)(?=是?[^\d，。]{0,4}报警)",
        _service,
        needs="报",
    ),
)
