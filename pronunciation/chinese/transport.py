# ruff: noqa: E501 - a pattern is read as one line
"""Trains, flights, roads and seats in a Chinese sentence -> words."""

from __future__ import annotations

import re

from ..numerals import zh_cardinal, zh_digits
from ..rules import Match, Rule, Rules
from ..style import Style
from .names import AIRLINES

TRAINS = {
    "G": "高", "D": "动", "C": "城", "Z": "直", "T": "特", "K": "快", "L": "临", "Y": "游", "S": "市",
}  # fmt: skip


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


def _route(match: Match, style: Style) -> str:
    return zh_digits(match[0], style.code_one)


def _part(number: str) -> str:
    return ("零" if number[0] == "0" and len(number) > 1 else "") + zh_cardinal(number)


def _seat(match: Match, style: Style) -> str:
    """08车12F座 -> 零八车十二F座."""
    return _part(match[1]) + match[2] + _part(match[3]) + match[4]


_AFTER_LINE = "人|程|过|上|由|边|径|口|灯|况|段|面|费|诸侯|大军|精兵|神仙"

TRANSPORT: Rules = (
    Rule(
        r"(?<![A-Za-z0-9])([GDCZTKLYS]\d{1,4}(?:[/、][GDCZTKLYS]?\d{1,4}){0,20})(?=\s?(?:次|号?列车|车次|动车|高铁))",
        _train,
        needs="列动次车高",
    ),
    Rule(r"(?<=[列车乘坐次])([GDCZTKLYS]\d{1,4})(?![\dA-Za-z])(?!次)", _train, needs="乘列坐次车"),
    Rule(rf"(?<![A-Za-z0-9])((?:{AIRLINES})\s?\d{{3,4}})(?![\d.])", _flight),
    Rule(
        r"(?<![A-Za-z0-9])([A-Z]{2}\s?\d{3,4}|[A-Z]\d\d{3,4}|\d[A-Z]\d{3,4})(?=\s?(?:次?航班|号航班|次班机|班机|次客机))",
        _flight,
        needs="号次班航",
    ),
    Rule(r"(?<![\d.A-Za-z])(\d{3,4})(?=次列车)", lambda m, s: train(m[1], s), needs="次"),
    Rule(rf"(?<![\d.A-Za-z])\d{{3,4}}(?=路(?!{_AFTER_LINE}))", _route, needs="路"),
    Rule(r"(?<![\d.])\d{3}(?=国道|省道|县道|乡道|号国道)", _route, needs="乡县号国省"),
    Rule(
        r"(?<![\d.])(\d{1,2})(车厢?)(\d{1,2})([A-F](?:座|号)?|号|座)",
        _seat,
        needs="车",
    ),
    Rule(
        r"(?<![\d.])(\d{1,2})(排)(\d{1,2})(座|号)",
        _seat,
        needs="排",
    ),
)
