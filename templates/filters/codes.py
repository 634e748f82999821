"""Numbers that are names (trains, flights, gates, rooms …) -> how they are written and read.

In Chinese their 1 is said as announcers say it: 幺 where numbers are read out (trains, flights,
buses, rooms, plates, telephones), 一 in the tickets of a queue. `one` changes that for one place.
"""

from __future__ import annotations

import re

from .written import mark, matched, said_one, unfit, written

_TELEPHONE = re.compile(
    r"\+?\(?\d[\d() .-]{1,28}\d(?:\s?(?:ext\.?|x|转|分机|#)\s?\d{1,8})?", re.IGNORECASE
)
_FLIGHT = re.compile(r"([A-Za-z]{2}|[A-Za-z]\d|\d[A-Za-z])\s?-?(\d{1,4})([A-Za-z]?)")
_TRAIN = re.compile(r"([A-Za-z]?)\s?(\d{1,5})次?")
_BUS = re.compile(r"([A-Za-z\u4e00-\u9fff]{0,3})(\d{1,4})([A-Za-z]?)[路线]?")
_SPOT = re.compile(r"[A-Za-z]{0,2}-?\d{1,4}[A-Za-z]?|[A-Za-z]{1,2}")
_FLOOR = re.compile(
    r"(负|地下|-|[BbLlFf])?(\d{1,3}|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])"
    r"(?:层|楼|[Ff](?:loor)?)?|([GgMm])[层楼]?"
)
_ROOM = re.compile(r"[A-Za-z]{0,2}-?\d{1,6}[A-Za-z]?")
_TICKET = re.compile(r"[A-Za-z]{0,3}-?\d{1,6}")
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领][A-Za-z][·.\s]?"
    r"[A-Za-z0-9]{4,6}[A-Za-z0-9学警港澳挂]|[A-Za-z0-9](?:[ -]?[A-Za-z0-9]){1,9}"
)
_LETTERS = re.compile(r"[A-Za-z](?:[ .]?[A-Za-z]){0,29}\.?")
_CHARACTERS = re.compile(r"[^\s{}|](?:\s?[^\s{}|]){0,59}")
_ADDRESS = re.compile(r"(?=.*[.@])[A-Za-z0-9._%+~/?=&#:@-]{4,}")
_NAME = re.compile(r"[^\W\d_](?:[\w .,'’·-]{0,58}[\w.])?")


def telephone(language: str, value: object, one: str = "") -> str:
    """110 -> 幺幺零; 020 7946 0018 in groups."""
    remedy = "Write 010-62345678, +44 20 7946 0018 or 110."
    text = matched(value, _TELEPHONE, "a telephone number", remedy)[0]
    return mark(text, "telephone", said_one(language, one, "幺"))


def flight(language: str, value: object, one: str = "") -> str:
    """CA1831 -> CA幺八三幺, C A one eight three one."""
    remedy = "Write the airline's two signs and up to four digits, such as CA1831."
    found = matched(value, _FLIGHT, "a flight number", remedy)
    text = f"{found[1]}{found[2]}{found[3]}".upper()
    return mark(text, "flight", said_one(language, one, "幺"))


def train(language: str, value: object, one: str = "") -> str:
    """G103 -> G幺零三; G7 -> G七."""
    found = matched(value, _TRAIN, "a train number", "Write G1234 or 1461.")
    return mark(found[1].upper() + found[2], "train", said_one(language, one, "幺"))


def bus(language: str, value: object, one: str = "") -> str:
    """18 -> 十八, 113 -> 幺幺三, one thirteen."""
    found = matched(value, _BUS, "a bus number", "Write 113, N29 or 特8.")
    text = found[1] + found[2] + found[3].upper()
    return mark(text, "bus", said_one(language, one, "幺"))


def gate(language: str, value: object, one: str = "") -> str:
    """C32 -> C三十二; 206 -> 二零六."""
    text = matched(value, _SPOT, "a gate", "Write 12, C32 or 3A.")[0].upper()
    return mark(text, "gate", said_one(language, one, "幺"))


def platform(language: str, value: object) -> str:
    """12 -> 十二, 3A -> 三A."""
    return _spot(value, "a platform", "Write 12 or 3A.")


def counter(language: str, value: object) -> str:
    """A window, desk or counter: 3 -> 三, D7 -> D七."""
    return _spot(value, "a counter", "Write 3 or D7.")


def seat(language: str, value: object) -> str:
    """12F -> 十二F, twelve F."""
    return _spot(value, "a seat", "Write 12F.")


def exit(language: str, value: object) -> str:
    """A way out of a station: B2 -> B二, B two."""
    return _spot(value, "an exit", "Write A or B2.")


def line(language: str, value: object) -> str:
    """A line of a metro: 10 -> 十, S1 -> S一."""
    return _spot(value, "a line", "Write 10 or S1.")


def floor(language: str, value: object) -> str:
    """3 -> 三, B1 or -1 -> 负一, in English B one."""
    found = matched(value, _FLOOR, "a floor", "Write 3, 3楼, B1 or -1.")
    if found[3]:
        return mark(found[3].upper(), "platform")
    below = found[1] in ("-", "B", "b", "负", "地下")
    number = found[2] if found[2].isdigit() else str(_figure(found[2]))
    if language == "zh":
        return ("负" if below else "") + mark(number, "platform")
    return mark(f"{'B' if below else ''}{number}", "platform")


def _figure(chinese: str) -> int:
    """What 二 or 十二 or 二十 is, up to 99."""
    tens, ten, ones = chinese.rpartition("十")
    figures = "零一二三四五六七八九"
    return (figures.index(tens or "一") * 10 if ten else 0) + (figures.index(ones) if ones else 0)


def room(language: str, value: object, one: str = "") -> str:
    """1101 -> 幺幺零幺, eleven oh one."""
    text = matched(value, _ROOM, "a room", "Write 302 or B1101.")[0].upper()
    return mark(text, "room", said_one(language, one, "幺"))


def ticket(language: str, value: object, one: str = "") -> str:
    """The number of somebody waiting, digit by digit: A012 -> A零一二."""
    text = matched(value, _TICKET, "a ticket of a queue", "Write A012.")[0].upper()
    return mark(text.replace("-", ""), "digits", said_one(language, one, "一"))


def plate(language: str, value: object, one: str = "") -> str:
    """京A·12345 -> 京A幺二三四五."""
    text = matched(value, _PLATE, "a number plate", "Write 京A·12345 or AB12 CDE.")[0].upper()
    return mark(text, "plate", said_one(language, one, "幺"))


def letters(language: str, value: object) -> str:
    """VIP -> V I P."""
    text = matched(value, _LETTERS, "a row of letters", "Write VIP.")[0]
    return mark(text.replace(".", ""), "letters")


def characters(language: str, value: object) -> str:
    """AB-12 -> A B 一 二: everything one by one."""
    text = matched(value, _CHARACTERS, "something to spell", "Leave out {, | and }.")[0]
    return mark(text, "characters")


def address(language: str, value: object) -> str:
    """An address of the web or of e-mail: www.12306.cn -> www点一二三零六点cn."""
    text = matched(value, _ADDRESS, "an address of the web or of e-mail", "Write www.example.com.")
    return mark(text[0], "address")


def name(language: str, value: object) -> str:
    """A person's name: 单雄信's surname is shàn, Henry VIII is the eighth."""
    return mark(matched(value, _NAME, "a person's name", "Write letters only.")[0], "name")


def _spot(value: object, what: str, remedy: str) -> str:
    text = written(value)
    if not _SPOT.fullmatch(text):
        raise unfit(text, what, remedy)
    return mark(text.upper(), "platform")
