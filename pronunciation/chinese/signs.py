"""Single signs in a Chinese sentence -> words, or nothing."""

from __future__ import annotations

import re

from ..rules import Match, Rule, Rules
from ..style import Style
from .names import SYMBOLS
from .patterns import to


def _symbol(match: Match, style: Style) -> str:
    return SYMBOLS[match[0]]


SIGNS: Rules = (
    Rule(r"°[CF](?![A-Za-z])", lambda m, s: "摄氏度" if m[0][1] == "C" else "华氏度", needs="°"),
    Rule(
        r"(?<=[升克米个瓶袋盒包斤片件套支罐])\s?[*xX]\s?(?=[零一二两三四五六七八九十百])",
        lambda m, s: "乘",
        needs="*Xx",
    ),
    Rule(r"[-–]>|=>|⇒|➡", to, needs="=>⇒➡"),
    Rule(
        r"~(?=[零一二三四五六七八九十百千两])",
        lambda m, s: "约",
        after=r"^|[\u4e00-\u9fff，。、（(\s]",
        unless="约",
        needs="~",
    ),
    Rule(r"~(?=[零一二三四五六七八九十百千两])", lambda m, s: "", needs="~"),
    Rule(
        r"#(?=[零一二三四五六七八九十百千]+(?:号|选手|球员|$|，|。))(?![零一二三四五六七八九十百千]+号)()",
        lambda m, s: "井号",
        needs="#",
    ),
    Rule(
        r"(?<=[零一二三四五六七八九十百千万亿点])\+(?=[^\s\dA-Za-z零一二三四五六七八九十]|$)",
        lambda m, s: "加",
        needs="+",
    ),
    Rule(r"↑(?=百分之|[零一二三四五六七八九十])", lambda m, s: "上升", needs="↑"),
    Rule(r"↓(?=百分之|[零一二三四五六七八九十])", lambda m, s: "下降", needs="↓"),
    Rule("|".join(re.escape(symbol) for symbol in sorted(SYMBOLS, key=len, reverse=True)), _symbol),
    Rule(r"(?<=[\u4e00-\u9fff])[-‐–](?=[\u4e00-\u9fff])", lambda m, s: "", needs="-‐–"),
)
