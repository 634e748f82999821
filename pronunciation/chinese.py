# ruff: noqa: E501 - a pattern is read as one line
"""A Chinese sentence -> the same without digits and symbols: what each number is, and how it is said.

Rules in order, each a pattern and a function; what a rule has said holds no digits any more, so
that later rules pass over it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from decimal import Decimal
from typing import TypeAlias

from .draft import Draft
from .numerals import roman, zh_cardinal, zh_digits, zh_number
from .style import Style
from .zh_names import AIRLINES, CURRENCIES, CURRENCY_CODES, MEASURE_WORDS, SYMBOLS, UNITS

Match: TypeAlias = "re.Match[str]"
Say: TypeAlias = Callable[[Match, Style], "str | None"]

NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"


@functools.cache
def rules() -> tuple[tuple[re.Pattern[str], Say], ...]:
    """The rules, compiled when they are first needed."""
    return tuple((re.compile(pattern), say) for pattern, say in _RULES)


def spoken(draft: Draft, style: Style) -> Draft:
    """The sentence as it is said."""
    for pattern, say in rules():
        draft = draft.sub(pattern, functools.partial(_said, say, style))
    return draft


def _said(say: Say, style: Style, match: Match) -> str | None:
    return say(match, style)


# --- numbers --------------------------------------------------------------------------------------


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


# --- dates and times ------------------------------------------------------------------------------


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


def _score(match: Match, style: Style) -> str:
    return f"{zh_number(match[1])}比{zh_number(match[2])}"


def _ratios(match: Match, style: Style) -> str:
    return "比".join(zh_number(part) for part in re.split(r"\s*[:：]\s*", match[0]))


# --- codes ----------------------------------------------------------------------------------------


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


# --- quantities -----------------------------------------------------------------------------------


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


# --- letters and digits ---------------------------------------------------------------------------


def _model(match: Match, style: Style) -> str:
    """H.265, A380, GPT-4, iPhone 15: up to two digits are a number, more a row of digits."""
    letters, number = match[1], match[2]
    return letters.rstrip(" -").replace(".", "点") + model_number(number)


def model_number(number: str) -> str:
    """15 -> 十五, 380 -> 三八零, 3.11 -> 三点一一."""
    whole, point, rest = number.partition(".")
    said = zh_digits(whole) if len(whole) > 2 or whole.startswith("0") else zh_cardinal(whole)
    return said + "".join("点" + zh_digits(part) for part in rest.split(".") if point)


def _letters_dot(match: Match, style: Style) -> str:
    return f"{match[1]}点{zh_digits(match[2])}"


def _version(match: Match, style: Style) -> str:
    parts = match[2].split(".")
    said = [
        zh_cardinal(p) if (len(p) < 3 and p[0] != "0") or p == "0" else zh_digits(p) for p in parts
    ]
    return match[1] + "点".join(said)


def _digits_letters(match: Match, style: Style) -> str:
    """5G, 4K, 1080P."""
    return model_number(match[1]) + match[2]


def _equation(match: Match, style: Style) -> str:
    said = match[0]
    if said.count("/") > 1:
        said = re.sub(r"(\d+)/(\d+)", lambda m: fraction(m[1], m[2]), said)
    said = re.sub(r"(?<=[\dA-Za-z)）²³])\s*-\s*(?=[\dA-Za-z(（])", "减", said)
    said = re.sub(r"\s*([+×÷*/=<>≥≤≠≈])\s*", lambda m: _MATHS[m[1]], said)
    said = re.sub(r"-(?=\d)", "负", said)
    return re.sub(NUMBER, lambda m: zh_number(m[0]), said)


_MATHS = {"+": "加", "×": "乘", "*": "乘", "÷": "除以", "/": "除以", "=": "等于", "<": "小于",
          ">": "大于", "≥": "大于等于", "≤": "小于等于", "≠": "不等于", "≈": "约等于"}  # fmt: skip


def _power(match: Match, style: Style) -> str:
    base = zh_number(match[1]) if match[1][0].isdigit() else match[1]
    exponent = match[2].translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-"))
    if exponent == "2":
        return base + "平方" if not match[1][0].isdigit() else base + "的平方"
    if exponent == "3":
        return base + "立方" if not match[1][0].isdigit() else base + "的立方"
    return f"{base}的{zh_number(exponent)}次方"


def _symbol(match: Match, style: Style) -> str:
    return SYMBOLS[match[0]]


def _approximately(match: Match, style: Style) -> str:
    return "约"


def _plus_minus(match: Match, style: Style) -> str:
    return "正负" + zh_number(match[1])


def _plus(match: Match, style: Style) -> str:
    return "正" + zh_number(match[1])


def _festival(match: Match, style: Style) -> str:
    return zh_digits(match[1], "幺" if match[1] == "114" else "一") + match[2]


def _between_han(match: Match, style: Style) -> str:
    return "到"


# --- the rules ------------------------------------------------------------------------------------

_N = NUMBER
_BEFORE = r"(?<![\d.,A-Za-z])"
_TO = r"\s*(?:-|–|—|~|～|〜|至|到)\s*"
_DATE_SEP = r"(?P<sep>[-/.])"
_UNIT = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
_MONEY = "|".join(re.escape(sign) for sign in sorted(CURRENCIES, key=len, reverse=True))
_CODES = "|".join(CURRENCY_CODES)
_COUNTED = "|".join(sorted(MEASURE_WORDS, key=len, reverse=True))
_RULES: tuple[tuple[str, Say], ...] = (
    # a row of digits that no rule shall look at twice
    (r"\d{25,}", lambda m, s: zh_digits(m[0])),
    (r"^\s*(\d{1,3})[.)]\s?(?=[^\d\s])", lambda m, s: zh_number(m[1]) + "，"),
    (r"(?<!\d)7-11(?=便利|店|超市|$)", lambda m, s: "七十一"),
    # addresses
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
    # identities and plates
    (
        r"(?<![\dA-Za-z])(\d{17})([\dXx])(?![\dA-Za-z])",
        lambda m, s: zh_digits(m[1] + m[2], s.code_one) + (m[2].upper() if m[2] in "xX" else ""),
    ),
    (
        r"([京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼])\s?([A-Z][·\s]?[A-Z0-9]{5,6})(?![A-Za-z0-9])",
        _plate,
    ),
    # telephones
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
    # codes announced by a word
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
    # trains and flights
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
    # dates
    (r"(?<=[\d][日号月年点时])\s?[-–—~～]\s?(?=\d)", _between_han),
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
    # subtraction, scores, then times
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
    # money
    (
        rf"(?P<sign>(?<![\dA-Za-z])[-+])?(?P<money>{_MONEY})\s?(?P<inner>-)?(?P<low>{_N})(?:\s?[-–—~～]\s?(?:{_MONEY})?(?P<high>{_N}))?(?P<scale>[百千]?[万亿]|[百千]|[kKMB](?![A-Za-z]))?(?:元|美元|欧元|日元|英镑)?",
        _money_before,
    ),
    (
        rf"(?i)(?P<sign>(?<![\dA-Za-z])[-+])?(?<![A-Za-z])(?P<money>{_CODES})\s?(?P<inner>-)?(?P<low>{_N})(?P<high>(?!))?(?P<scale>[百千]?[万亿]|[百千])?",
        _money_before,
    ),
    (rf"(?i)({_N})\s?([百千]?[万亿]|[百千])?\s?({_MONEY}|(?:{_CODES})(?![A-Za-z]))", _money_after),
    # percent, temperature
    (rf"{_BEFORE}({_N})[%]?{_TO}({_N})([%‰])", _percent_range),
    (rf"(?P<sign>[-+])?(?P<n>{_N})\s?(?P<p>[%‰‱])", _percent),
    (
        r"(?<![\d.])(\d{1,3})\s?°\s?(\d{1,2})\s?[′']\s?(?:(\d{1,2}(?:\.\d+)?)\s?[″\"])?",
        lambda m, s: (
            f"{zh_number(m[1])}度{zh_number(m[2])}分" + (f"{zh_number(m[3])}秒" if m[3] else "")
        ),
    ),
    (
        rf"(?P<low>-?{_N})(?P<first>\s?°\s?[CcFf]?)?{_TO}(?P<high>-?{_N})\s?°\s?(?P<scale>[CcFf](?![A-Za-z]))?",
        _degree_range,
    ),
    (rf"(?P<sign>[-+])?(?P<n>{_N})\s?°\s?(?P<scale>[CcFf](?![A-Za-z]))?", _degrees),
    # fractions
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
    # prices and doses for each
    (
        rf"(?<![\d.])({_N})\s?([百千万亿]?(?:元|块|角|美元|次|件|人|{_UNIT}))/(?:每)?([\u4e00-\u9fff]{{1,3}}|{_UNIT})(?![A-Za-z])",
        _for_each,
    ),
    (r"(\d+(?:\.\d+)?)[Ww](?=像素|粉丝|用户|播放|人|元|次)", lambda m, s: zh_number(m[1]) + "万"),
    # sizes and units
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
        rf"(?P<sign>(?<![\dA-Za-z%°)）])-)?(?<![\d.A-Za-z])(?P<low>{_N})(?:{_TO}(?P<high>{_N}))?\s?(?P<unit>{_UNIT})(?![A-Za-z0-9²³])",
        _measure,
    ),
    (r"(?<=时速)每小时", lambda m, s: ""),
    (rf"(?<=[元人次个件分块])/({_UNIT})(?![A-Za-z])", _per_unit),
    # equations
    (r"(?<=[²³])\s?-\s?(?=[\dA-Za-z])", lambda m, s: "减"),
    (
        rf"(?<![\dA-Za-z.])-?(?:{_N}|[A-Za-z])(?:\s?[-+×÷*/=<>≥≤≠≈]\s?-?(?:{_N}|[A-Za-z](?![A-Za-z]))){{0,20}}\s?[=<>≥≤≠≈÷×+]\s?-?(?:{_N}|[A-Za-z](?![A-Za-z]))(?:\s?[-+×÷*/=]\s?-?{_N}){{0,20}}",
        _equation,
    ),
    (r"(\d+|[A-Za-z])([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)", _power),
    (r"(\d+|[A-Za-z])\^(-?\d+)", _power),
    (rf"±\s?({_N})", _plus_minus),
    # ranges
    (rf"第({_N}(?:\s?[-–—~～]\s?\d+)?)", _ordinal),
    (rf"{_BEFORE}({_N})\s?(?:-|–|—|~|～|〜)\s?({_N})(?=[多余来几]?(?:{_COUNTED}))", _counted_range),
    (rf"{_BEFORE}(\d{{1,25}}){_TO}(\d{{1,25}})(?![\d.]|-\d)", _bare_range),
    (rf"{_BEFORE}({_N})\s?(?:~|～|〜)\s?({_N})", _range),
    # ratios
    (r"(?<![\d.])\d+(?:\.\d+)?(?:\s?[:：]\s?\d+(?:\.\d+)?){1,20}(?![\d.])", _ratios),
    # Roman numerals, ordinals
    (r"(?<![A-Za-z])[Nn][Oo]\.\s?(\d+)", _numbered),
    (r"第(?P<roman>[IVXLC]{1,7})(?=[章节部卷季集篇代期届编条类型])", _roman),
    (
        r"(?:(?<=[\u4e00-\u9fff])\s?|(?<![A-Za-z0-9]))(?P<roman>(?:I{2,3}|IV|VI{1,3}|IX|X[IV]{1,4}))(?=型|级|类|期|世|代|度|区|号|[，。、！]|$)",
        _roman,
    ),
    # letters and digits
    (r"(?i)(?<![A-Za-z])(top\s?)(\d{1,5})(?![\d.])", lambda m, s: m[1] + zh_number(m[2])),
    (r"(?<![A-Za-z0-9])([Vv]|[Vv]er\.?\s?|[Vv]ersion\s?)(\d+(?:\.\d+){0,4})(?![\d])", _version),
    (r"([A-Za-z])\.(\d+)(?![\d.])", _letters_dot),
    (
        r"(?<![\d.A-Za-z])(211|985|315|618|911|996|360|163|126|404|500|502|1024)(?=[”’』\"]?(?:高校|工程|院校|大学|晚会|事件|大促|购物节|工作制|恐怖|杀毒|邮箱|错误|消费者)|[和、/]?211)()",
        _festival,
    ),
    (r"(波音|空客|歼|轰|麦道|型号|东风)-?(\d{3})(?!\d)", lambda m, s: m[1] + zh_digits(m[2])),
    (
        r"([A-Za-z][\s-]?)(\d+(?:\.\d+){0,20})(?:-(?=\d))?(?![\d])(?!\s?(?:个|位|名|元|次|年|月|日|天|人|岁|倍|小时|分钟|秒))",
        _model,
    ),
    (r"(?<![\d.])(\d+(?:\.\d+)?)([A-Za-z]+)", _digits_letters),
    (
        r"(?<![\d.])\d+(?:\.\d+){2,}(?!\d)",
        lambda m, s: "点".join(zh_cardinal(p) for p in m[0].split(".")),
    ),
    (
        r"双(\d{2})(?!\d)",
        lambda m, s: (
            "双" + ("十一" if m[1] == "11" else "十二" if m[1] == "12" else zh_cardinal(m[1]))
        ),
    ),
    # what is left
    (rf"(?<![\dA-Za-z.])[-](?={_N})({_N})(?=[^\d]|$)", _negative),
    (rf"(?<![\dA-Za-z.])\+({_N})", _plus),
    (rf"(?<![\d.])({_N})([多余来几]?(?:{_COUNTED}))", _counted),
    (NUMBER, _number),
    (r"\d", _number),
    (r"(?<=[周期一二三四五六日天])\s?[-~–](?=周|星期)", _between_han),
    ("|".join(re.escape(symbol) for symbol in sorted(SYMBOLS, key=len, reverse=True)), _symbol),
)
