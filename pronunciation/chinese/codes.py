# ruff: noqa: E501 - a pattern is read as one line
"""Telephones, codes, trains, flights and addresses in a Chinese sentence -> words."""

from __future__ import annotations

import re

from ..numerals import zh_cardinal, zh_digits
from ..style import Style
from .letters import model_number
from .names import AIRLINES, MEASURE_WORDS
from .rule import Match, Rules


def telephone(text: str, style: Style) -> str:
    """Groups of digits, 加 for a leading +, 转 before an extension."""
    main, _, extension = re.sub("分机|转|ext\\.?|#", "x", text).partition("x")
    said = ("加" if text.lstrip().startswith("+") else "") + zh_digits(main, style.telephone_one)
    return said + ("转" + zh_digits(extension, style.telephone_one) if extension else "")


def _telephone(match: Match, style: Style) -> str:
    return telephone(match[0], style)


def _code(match: Match, style: Style) -> str:
    """Digits after a word that announces a number, such as 邮编."""
    return (
        match[1] + zh_digits(match[2], style.code_one) + (match[0][match.end(2) - match.start() :])
    )


def _hotline(match: Match, style: Style) -> str:
    return match[1] + zh_digits(match[2], style.telephone_one)


def _identity(match: Match, style: Style) -> str:
    return zh_digits(match[1], style.code_one) + match[2]


def _room(match: Match, style: Style) -> str:
    return zh_digits(match[1], style.code_one) + match[2]


TRAINS = {
    "G": "高",
    "D": "动",
    "C": "城",
    "Z": "直",
    "T": "特",
    "K": "快",
    "L": "临",
    "Y": "游",
    "S": "市",
}


def train(text: str, style: Style) -> str:
    """G1234 -> 高一二三四, K585 -> 快五百八十五."""
    letter, number = (text[0], text[1:]) if text[:1].isalpha() else ("", text)
    said = TRAINS.get(letter.upper(), letter) if style.train_letters else letter
    if len(number) >= style.train_digits_from:
        return said + zh_digits(number, style.code_one)
    return said + zh_cardinal(number)


def _train(match: Match, style: Style) -> str:
    return "、".join(train(part, style) for part in re.split("[/、]", match[1]))


def flight(text: str, style: Style) -> str:
    """CA1831 -> CA一八三一, 3U8888 -> 三U八八八八."""
    return re.sub(r"\d+", lambda m: zh_digits(m[0], style.code_one), text.replace(" ", ""))


def _flight(match: Match, style: Style) -> str:
    return flight(match[1], style)


def _aircraft(match: Match, style: Style) -> str:
    """歼-20, 波音787-9: no minus and no range."""
    said = match[1] + model_number(match[2])
    return said + (zh_digits(match[3]) if match[3] else "")


def _plate(match: Match, style: Style) -> str:
    code = re.sub(r"[·\s]", "", match[2])
    return match[1] + zh_digits_and_letters(code, style)


def zh_digits_and_letters(text: str, style: Style) -> str:
    """Each digit alone, letters as they are."""
    return re.sub(r"\d", lambda m: zh_digits(m[0], style.code_one), text)


_NET = {".": "点", "/": "斜杠", "@": "艾特", ":": "冒号", "-": "杠", "_": "下划线", "?": "问号",
        "=": "等于", "&": "和", "#": "井号", "%": "百分号", "~": "波浪号", "+": "加"}  # fmt: skip


def address(text: str) -> str:
    """A URL or e-mail address, said aloud; the protocol goes without saying."""
    text = re.sub(r"^(?:https?|ftp)://", "", text, flags=re.IGNORECASE).rstrip("/")
    said = "".join(_NET.get(char, char) for char in text)
    return re.sub(r"\d+", lambda m: zh_digits(m[0]), said)


def _address(match: Match, style: Style) -> str:
    tail = re.search(r"[.,?!:]*$", match[0])
    end = len(match[0]) - len(tail[0]) if tail else len(match[0])
    return address(match[0][:end]) + match[0][end:]


def _internet(match: Match, style: Style) -> str:
    return "点".join(zh_digits(part) for part in match[0].split("."))


ADDRESSES: Rules = (
    (
        r"(?i)(?:https?|ftp)://[a-z0-9./?=&%_~+#@:-]+|(?<![a-z0-9.])www\.[a-z0-9./?=&%_~+#-]+",
        _address,
    ),
    (
        r"(?i)(?<![a-z0-9._%+-])[a-z0-9][a-z0-9._%+-]{0,63}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}",
        _address,
    ),
    (
        r"(?i)(?<![a-z0-9.-])[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,3}\.(?:com|cn|org|net|edu|gov|io|ai|tv|cc|me|top|info|dev|app)(?![a-z0-9])(?:/[a-z0-9./?=&%_~+#-]*)?",
        _address,
    ),
    (r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])", _internet),
)


IDENTITIES: Rules = (
    (
        r"(?<![\dA-Za-z])(\d{17})([\dXx])(?![\dA-Za-z])",
        lambda m, s: zh_digits(m[1] + m[2], s.code_one) + (m[2].upper() if m[2] in "xX" else ""),
    ),
    (
        r"([京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼])\s?([A-Z][·\s]?[A-Z0-9]{5,6})(?![A-Za-z0-9])",
        _plate,
    ),
)


TELEPHONES: Rules = (
    (r"(?<![\d.])\+\d{1,3}[- ]\d{1,4}(?:[- ]\d{2,4}){1,3}(?!\d)", _telephone),
    (r"(?<![\d.])(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?![\d.])", _telephone),
    (
        r"(?<![\d.])(?:\(0\d{2,3}\)|（0\d{2,3}）|0\d{2,3}-|\+86[- ]?\d{2,3}[- ])\s?\d{3,4}[- ]?\d{4}(?:\s?(?:转|分机|-|#)\s?\d{1,6})?(?![\d.])",
        _telephone,
    ),
    (
        r"(?<![\d.])[48]00(?:-\d{3,4}){2}(?!\d)|(?<![\d.])[48]00\d{7}(?!\d)|(?<![\d.])[48]00 \d{3} \d{4}(?!\d)",
        _telephone,
    ),
    (
        r"((?:拨打|请打|请拨|致电|热线|电话|来电|拨通|呼叫|打给|号码|传真|手机号|手机|火警|急救|报警|匪警|联系方式|客服|短信至|发送至)(?:号码?|热线)?[是为:：]?\s?)(\d[\d-]{1,14}\d)(?![\d.%])",
        _hotline,
    ),
    (
        r"(?<![\d.A-Za-z年第])(1(?:10|19|20|22|14|17|21)|12306|12345|123\d\d|100\d\d|95\d{3}|12[01]\d\d)(?=报警|急救|热线|电话|客服|火警|平台|求助|服务)()",
        lambda m, s: zh_digits(m[1], s.telephone_one),
    ),
    (
        r"(?<![\d.A-Za-z¥$-])(10086|10010|12306|12315|12320|96110)(?![\d.,A-Za-z%元个人次年])",
        lambda m, s: zh_digits(m[1], s.telephone_one),
    ),
    (r"(?<![A-Za-z])(ISBN)[:： ]?\s?(\d[\d-]{8,16}\d)(?![\d-])", _code),
)


CODES: Rules = (
    (
        r"((?:邮政编码|邮编|邮码|身份证号?码?|学号|工号|编号|单号|订单号?|卡号|账号|帐号|尾号|验证码|密码|取件码|代码|股票代码|证号|QQ群?号?|群号|区号|代号|分机号|分机|端口号?|房间号?|车厢号|会员号|流水号|快递单号|合同号|发票号|序列号|口令|房号|门牌号?)[是为:：]?\s?)(\d[\d ]*\d|\d)(?![\d.%年月日])",
        _code,
    ),
    (
        r"(?<![\d.A-Za-z第])(\d{3,4})((?:号?房间?|室|客房|会议室|病房|教室|包厢|宿舍|房卡)(?![\d]))",
        _room,
    ),
    (
        rf"((?:栋|座|幢|单元)\s?)(\d{{3,4}})(?![\d.,%:：年月日]|[多余来几]?(?:{'|'.join(sorted(MEASURE_WORDS, key=len, reverse=True))}))",
        _code,
    ),
    (r"(?<![\d.A-Za-z])(\d{3})(国道|省道|县道)", _room),
    (
        r"(波音|空客|歼|轰|运|直|麦道|东风)-?(\d{1,3})(?:-(\d{1,4}))?(?![\d.年月日号元人个])",
        _aircraft,
    ),
    (
        r"(?<![\d.A-Za-z])(\d{3,4})(路公交|路车|次列车)",
        lambda m, s: (train(m[1], s) if "次" in m[2] else zh_digits(m[1], s.code_one)) + m[2],
    ),
)


TRAINS_AND_FLIGHTS: Rules = (
    (
        r"(?<![A-Za-z0-9])([GDCZTKLYS]\d{1,4}(?:[/、][GDCZTKLYS]?\d{1,4}){0,20})(?=\s?(?:次|号?列车|车次|动车|高铁))",
        _train,
    ),
    (r"(?<=[列车乘坐次])([GDCZTKLYS]\d{1,4})(?![\dA-Za-z])(?!次)", _train),
    (rf"(?<![A-Za-z0-9])((?:{AIRLINES})\s?\d{{3,4}})(?![\d.])", _flight),
    (
        r"(?<![A-Za-z0-9])([A-Z]{2}\s?\d{3,4}|[A-Z]\d\d{3,4}|\d[A-Z]\d{3,4})(?=\s?(?:次?航班|号航班|次班机|班机|次客机))",
        _flight,
    ),
)
