# ruff: noqa: E501 - a pattern is read as one line
"""Equations, powers and signs of mathematics in a Chinese sentence -> words."""

from __future__ import annotations

import re

from ..numerals import zh_cardinal, zh_number
from ..rules import Match, Rule, Rules, alternatives
from ..style import Style
from .patterns import NUMBER
from .units import UNITS, unit

_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_SIGNS = {"+": "加", "×": "乘", "*": "乘", "x": "乘", "X": "乘", "÷": "除以", "/": "除以", "=": "等于",
          "<": "小于", ">": "大于", "≥": "大于等于", "≤": "小于等于", "≠": "不等于", "≈": "约等于",
          "<=": "小于等于", ">=": "大于等于", "==": "等于", "!=": "不等于"}  # fmt: skip


def fraction(top: str, bottom: str) -> str:
    """1, 3 -> 三分之一."""
    return f"{zh_number(bottom)}分之{zh_number(top)}"


def _equation(match: Match, style: Style) -> str:
    said = match[0]
    if said.count("/") > 1:
        said = re.sub(r"(\d+)/(\d+)", lambda m: fraction(m[1], m[2]), said)
    said = re.sub(r"[（(]\s*-\s*(?=\d)", "负", said)
    said = re.sub(r"(?<=[\dA-Za-z)）²³])\s*-\s*(?=[\dA-Za-z(（负])", "减", said)
    said = re.sub(r"(?<=\d)\s*[xX]\s*(?=\d)", "乘", said)
    said = re.sub(r"\s*(<=|>=|==|!=|[+×÷*/=<>≥≤≠≈])\s*", lambda m: _SIGNS[m[1]], said)
    said = re.sub(r"-(?=[\dA-Za-z])", "负", said)
    said = re.sub(r"[()（）]", "", said)
    return re.sub(NUMBER, lambda m: zh_number(m[0]), said)


def _exponent(text: str) -> str:
    return zh_number(text.translate(_RAISED).strip("{}()").replace("−", "-").lstrip("+"))


def _power(match: Match, style: Style) -> str:
    base = zh_number(match[1]) if match[1][0].isdigit() else match[1]
    exponent = match[2].translate(_RAISED)
    of = "的" if match[1][0].isdigit() else ""
    if exponent in ("2", "3"):
        return base + of + ("平方" if exponent == "2" else "立方")
    return f"{base}的{_exponent(exponent)}次方"


def _scientific(match: Match, style: Style) -> str:
    """3×10⁸m/s -> 每秒三乘十的八次方米."""
    said = f"十的{_exponent(match['up'] or match['e'])}次方"
    if match["n"]:
        said = f"{zh_number(match['n'])}乘{said}"
    if not match["unit"]:
        return said
    found = unit(match["unit"])
    if found is None:
        return said + match["unit"]
    name, per = found
    return f"每{per}{said}{name}" if per else said + name


def _per_scientific(match: Match, style: Style) -> str:
    per = unit(f"U/{match[2]}")
    return f"每{per[1] if per else match[2]}{match[1]}"


_TERM = rf"(?:{NUMBER}|[A-Za-z](?![A-Za-z])|[（(]-?{NUMBER}[)）])"
_UNIT = alternatives([*UNITS, "m/s", "kg/m³", "mol/L", "U/L"])
_EXPONENT = r"(?:\^\s?[{(]?(?P<up>[-−]?\d{1,3})[)}]?|(?P<e>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}))"

MATHS: Rules = (
    Rule(r"(?<=\d)!=(?=\d)", lambda m, s: "的阶乘等于", needs="!"),
    Rule(
        rf"(?<![\d.])(?:(?P<n>{NUMBER})\s?[×xX*·]\s?)?10{_EXPONENT}\s?(?P<unit>(?:{_UNIT})(?![A-Za-z0-9²³]))?",
        _scientific,
        needs="1",
    ),
    Rule(
        r"(?<![\d.])([一二三四五六七八九零十百千点]{1,12}乘十的[负一二三四五六七八九十]+次方)/(L|mL|ml|μL|kg|g|cm³|m³|s)(?![A-Za-z])",
        _per_scientific,
        needs="/",
    ),
    Rule(
        r"(?<![\d.A-Za-z])(?P<n>\d+(?:\.\d+)?)[eE](?P<up>[-+]?\d{1,3})(?P<e>)(?P<unit>)(?![\dA-Za-z])",
        _scientific,
        needs="Ee",
    ),
    Rule(r"(?<=[²³])\s?-\s?(?=[\dA-Za-z])", lambda m, s: "减", needs="-"),
    Rule(
        rf"(?<![\dA-Za-z.])-?{_TERM}(?:\s?[-+×÷*/=<>≥≤≠≈xX]\s?-?{_TERM}){{0,20}}\s?(?:<=|>=|==|!=|[=<>≥≤≠≈÷×+])\s?-?{_TERM}(?:\s?[-+×÷*/=]\s?-?{_TERM}){{0,20}}(?!\s?[×xX]\s?\d)",
        _equation,
        needs="!+<=>×÷≈≠≤≥",
    ),
    Rule(r"(\d+|(?<![A-Za-z\d/百千万亿])[A-Za-z])([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)", _power, needs="²³¹⁰⁴⁵⁶⁷⁸⁹⁻"),
    Rule(r"(\d+|[A-Za-z])\^[{(]?(-?\d+)[)}]?", _power, needs="^"),
    Rule(r"±\s?(?=\d)", lambda m, s: "正负", needs="±"),
    Rule(
        r"(?<=[\d）)])!(?==|等于)|(?<=[二三四五六七八九十])!(?==|等于)",
        lambda m, s: "的阶乘",
        needs="!",
    ),
    Rule(r"∠\s?(?=[A-Za-z\d])", lambda m, s: "角", needs="∠"),
    Rule(r"[△▲](?=[A-Z]{3})", lambda m, s: "三角形", needs="▲△"),
    Rule(
        rf"(?<=[A-Za-z])\s?(<=|>=|==|!=|[=<>≥≤≠≈])\s?(?=-?{NUMBER})",
        lambda m, s: _SIGNS[m[1]],
        needs="!<=>≈≠≤≥",
    ),
    Rule(r"(<=|>=)\s?(?=\d)", lambda m, s: _SIGNS[m[1]], needs="<>"),
    Rule(
        r"(?<=[A-Za-z])(加|等于)?(?=[₀₁₂₃₄₅₆₇₈₉])([₀-₉]+)",
        lambda m, s: zh_cardinal(m[2]),
        needs="₀₁₂₃₄₅₆₇₈₉",
    ),
)
