"""Addresses of the internet in a Chinese sentence -> words."""

from __future__ import annotations

import re

from ..internet import MAIL, URL, without_protocol
from ..numerals import zh_digits
from ..rules import Match, Rule, Rules
from ..style import Style

_NET = {".": "点", "/": "斜杠", "@": "艾特", ":": "冒号", "-": "杠", "_": "下划线", "?": "问号",
        "=": "等于", "&": "和", "#": "井号", "%": "百分号", "~": "波浪号", "+": "加"}  # fmt: skip


def address(text: str) -> str:
    """A URL or e-mail address, said aloud; the protocol goes without saying."""
    text = without_protocol(text)
    said = "".join(_NET.get(char, char) for char in text)
    return re.sub(r"\d+", lambda m: zh_digits(m[0]), said)


def _address(match: Match, style: Style) -> str:
    kept = match[0].rstrip(".,?!:")
    return address(kept) + match[0][len(kept) :]


def _internet(match: Match, style: Style) -> str:
    host, _, port = match[0].partition(":")
    said = "点".join(zh_digits(part) for part in host.split("."))
    return f"{said}冒号{zh_digits(port)}" if port else said


ADDRESSES: Rules = (
    Rule(URL, _address, needs=".:"),
    Rule(MAIL, _address, needs="@"),
    Rule(
        r"(?i)(?<![a-z0-9.-])[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,3}\.(?:com|cn|org|net|edu|gov|io|ai|tv|cc|me|top|info|dev|app)(?![a-z0-9])(?:/[a-z0-9./?=&%_~+#-]*)?",
        _address,
        needs=".",
    ),
    Rule(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?::\d{2,5})?(?![\d.])", _internet, needs="."),
    Rule(
        r"(?<=[A-Za-z])\.(?=(?:js|py|txt|md|NET|net|go|rs)(?![A-Za-z]))",
        lambda m, s: "点",
        needs=".",
    ),
)
