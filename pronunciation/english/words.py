# ruff: noqa: E501 - a pattern is read as one line
"""Abbreviations, titles and single signs in an English sentence -> words."""

from __future__ import annotations

import re

from ..numerals import en_year
from ..rules import Match, Rule, Rules
from ..style import Style
from .names import ABBREVIATIONS, SYMBOLS


def _abbreviation(match: Match, style: Style) -> str:
    found = ABBREVIATIONS[match[1]]
    # The full stop of a sentence may be the abbreviation's too.
    ends = match[2] == "" and match.end() == len(match.string)
    return found + ("." if ends and match[1] not in {"Dr", "Mr", "Mrs", "Ms", "Prof"} else "")


_SAINTS = (
    "Albans|Andrews?|Annes?|Asaph|Asaphs|Austell|Catharines|Clair|Cloud|Cyr|Davids?|Denys|Erth|"
    "Etienne|Gallen|Germain|Germans|Helena|Helens|Helier|Ives|Kitts|Lawrence|Leonards|Louis|Lucia|"
    "Malo|Margarets|Marks?|Moritz|Neots|Pancras|Patricks?|Pauls|Petersburg|Pierre|Tropez|Vincent"
)
"""Places that a dot before a capital letter does not make a street."""
_BEFORE_NUMBER = {
    "p": "page", "pp": "pages", "vol": "volume", "Vol": "volume", "ch": "chapter", "Ch": "chapter", "fig": "figure", "Fig": "figure",
    "eq": "equation", "Eq": "equation", "ex": "example", "Ex": "example", "sec": "section", "Sec": "section", "ep": "episode",
    "Ep": "episode", "EP": "episode", "max": "maximum", "Max": "maximum", "min": "minimum", "Min": "minimum", "art": "article", "Art": "article",
    "fl": "floor", "rm": "room", "lv": "level", "Lv": "level", "lvl": "level", "tel": "telephone", "Tel": "telephone", "par": "paragraph", "ver": "version", "Ver": "version",
}  # fmt: skip

NUMBERED: Rules = (
    Rule(
        rf"\b({'|'.join(_BEFORE_NUMBER)})\.\s?(?=[#A-Z]?\d|[IVX]+\b)",
        lambda m, s: _BEFORE_NUMBER[m[1]] + " ",
        needs=".",
    ),
)

ABBREVIATED: Rules = (
    Rule(r"\b([A-Z][a-z]+\s)Dr\.(?=\s?$|,|\s[a-z])", lambda m, s: m[1] + "drive", needs="."),
    Rule(rf"\bSt\.?\s(?=(?:{_SAINTS})\b)", lambda m, s: "saint ", needs="S"),
    Rule(r"\bPh\.?D\b\.?", lambda m, s: "P H D", needs="P"),
    Rule(r"\bB\.?S\.?c\b\.?", lambda m, s: "B S C", needs="B"),
    Rule(
        r"\bSt\.\s(?=[A-Z])(?!$)",
        lambda m, s: (
            "saint "
            if not re.search(
                r"[A-Z0-9][\w']*\s$|(?:first|second|third|th)\s$", m.string[: m.start()][-40:]
            )
            else "street, "
        ),
        needs=".",
    ),
    Rule(
        r"\b(e\.g|i\.e|a\.k\.a)\.,?",
        lambda m, s: {"e.g": "for example", "i.e": "that is", "a.k.a": "also known as"}[m[1]] + ",",
        needs=".",
    ),
    Rule(
        rf"\b({'|'.join(re.escape(a) for a in sorted(ABBREVIATIONS, key=len, reverse=True))})\.(?=(\s|,|;|:|\)|$|'))",
        _abbreviation,
        needs=".",
    ),
    Rule(r"\b(Dr|Mr|Mrs|Ms|Prof)\b(?=\s[A-Z])", lambda m, s: ABBREVIATIONS[m[1]], needs="DMP"),
    Rule(r"\b[Vv][Ss]\b\.?", lambda m, s: "versus", needs="Vv"),
    Rule(r"\bw/o\b", lambda m, s: "without", needs="/"),
    Rule(r"\bw/(?=\s)", lambda m, s: "with", needs="/"),
    Rule(
        r",?\s(Jr|Sr)\b\.?(?=\s|$|,)",
        lambda m, s: " junior" if m[1] == "Jr" else " senior",
        needs="JS",
    ),
    Rule(
        r"\b(?:[A-Za-z]\.){2,}(?:[A-Za-z]\b(?!\.))?|\b[A-Z]\.[A-Z]\b",
        lambda m, s: " ".join(m[0].replace(".", "")).upper(),
        needs=".",
    ),
    Rule(r"\b([CFJ])#", lambda m, s: f"{m[1]} sharp", needs="#"),
    Rule(r"(?<=\b[A-DF])\+(?=\s|$|[.,])", lambda m, s: " plus", needs="+"),
    Rule(
        r"(?<=\b[A-D])-(?=$|[.,]|\sgrade|\sstudent|\saverage|\srating)",
        lambda m, s: " minus",
        needs="-",
    ),
    Rule(r"\b([Yy]ear\s)(1\d{3})(?![\d,.]\d)", lambda m, s: m[1] + en_year(m[2]), needs="e"),
)


SIGNS: Rules = (
    Rule(
        "|".join(re.escape(symbol) for symbol in sorted(SYMBOLS, key=len, reverse=True)),
        lambda m, s: f" {SYMBOLS[m[0]]} ",
    ),
)
