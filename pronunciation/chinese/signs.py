"""Equations, powers and single signs in a Chinese sentence -> words."""

from __future__ import annotations

import re

from ..numerals import zh_number
from ..style import Style
from .names import SYMBOLS
from .quantities import fraction
from .rule import NUMBER, Match, Rules, to


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


def _plus_minus(match: Match, style: Style) -> str:
    return "正负" + zh_number(match[1])


def _symbol(match: Match, style: Style) -> str:
    return SYMBOLS[match[0]]


EQUATIONS: Rules = (
    (r"(?<=[²³])\s?-\s?(?=[\dA-Za-z])", lambda m, s: "减"),
    (
        rf"(?<![\dA-Za-z.])-?(?:{NUMBER}|[A-Za-z])(?:\s?[-+×÷*/=<>≥≤≠≈]\s?-?(?:{NUMBER}|[A-Za-z](?![A-Za-z]))){{0,20}}\s?[=<>≥≤≠≈÷×+]\s?-?(?:{NUMBER}|[A-Za-z](?![A-Za-z]))(?:\s?[-+×÷*/=]\s?-?{NUMBER}){{0,20}}",
        _equation,
    ),
    (r"(\d+|[A-Za-z])([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)", _power),
    (r"(\d+|[A-Za-z])\^(-?\d+)", _power),
    (rf"±\s?({NUMBER})", _plus_minus),
)


SIGNS: Rules = (
    (r"(?<=[周期一二三四五六日天])\s?[-~–](?=周|星期)", to),
    ("|".join(re.escape(symbol) for symbol in sorted(SYMBOLS, key=len, reverse=True)), _symbol),
)
