# ruff: noqa: E501 - a pattern is read as one line
"""Addresses of the internet in an English sentence -> words."""

from __future__ import annotations

import re

from ..internet import MAIL, URL, without_protocol
from ..numerals import en_digits
from ..rules import Match, Rule, Rules
from ..style import Style

_NET = {".": "dot", "/": "slash", "@": "at", ":": "colon", "-": "dash", "_": "underscore",
        "?": "question mark", "=": "equals", "&": "and", "#": "hash", "%": "percent",
        "~": "tilde", "+": "plus"}  # fmt: skip


def address(text: str) -> str:
    """A URL or e-mail address, said aloud; the protocol goes without saying."""
    text = without_protocol(text)
    text = re.sub(r"^www(?=\.)", "w w w", text)
    pieces = [_NET.get(p) or (en_digits(p) if p.isdigit() else p)
              for p in re.findall(r"\d+|[^\W\d_]+|[^\w ]|_| w", text)]  # fmt: skip
    return re.sub(r"\s+", " ", " ".join(pieces))


def _address(match: Match, style: Style) -> str:
    kept = match[0].rstrip(".,?!:;")
    return address(kept) + match[0][len(kept) :]


_FILES = "txt|pdf|py|js|ts|md|csv|json|exe|zip|jpg|jpeg|png|gif|docx?|xlsx?|pptx?|mp3|mp4|html|css|java|cpp|net|NET|xml|yaml|wav"

ADDRESSES: Rules = (
    Rule(URL, _address, needs=".:"),
    Rule(MAIL, _address, needs="@"),
    Rule(
        r"(?i)(?<![a-z0-9.-])[a-z0-9-]{2,63}(?:\.[a-z0-9-]{1,63}){0,3}\.(?:com|cn|org|net|edu|gov|io|ai|tv|app|dev|uk)(?![a-z0-9])(?:/[a-z0-9./?=&%_~+#-]*)?",
        _address,
        needs=".",
    ),
    Rule(
        r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]\d|\d)",
        lambda m, s: " dot ".join(en_digits(p) for p in m[0].split(".")),
        needs=".",
    ),
    Rule(rf"(?<=\w)\.(?=(?:{_FILES})\b)", lambda m, s: " dot ", needs="."),
    Rule(r"(?<!\w)\.(?=NET\b)", lambda m, s: "dot ", needs="."),
)
