# ruff: noqa: E501 - a pattern is read as one line
"""Abbreviations, titles and single signs in an English sentence -> words."""

from __future__ import annotations

import re

from ..numerals import en_year
from .names import ABBREVIATIONS, SYMBOLS
from .rule import Match, Rules


def _abbreviation(match: Match) -> str:
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

ABBREVIATED: Rules = (
    (r"\b([A-Z][a-z]+\s)Dr\.(?=\s?$|,|\s[a-z])", lambda m: m[1] + "drive"),
    (rf"\bSt\.?\s(?=(?:{_SAINTS})\b)", lambda m: "saint "),
    (r"\bPh\.?D\b\.?", lambda m: "P H D"),
    (r"(?<=[ap] m)\s?[-–—]\s?(?=\w)", lambda m: " to "),
    (
        r"\bSt\.\s(?=[A-Z])(?!$)",
        lambda m: (
            "saint "
            if not re.search(
                r"[A-Z0-9][\w']*\s$|(?:first|second|third|th)\s$", m.string[: m.start()]
            )
            else "street, "
        ),
    ),
    (
        r"\b(e\.g|i\.e|a\.k\.a)\.,?",
        lambda m: {"e.g": "for example", "i.e": "that is", "a.k.a": "also known as"}[m[1]] + ",",
    ),
    (
        rf"\b({'|'.join(re.escape(a) for a in sorted(ABBREVIATIONS, key=len, reverse=True))})\.(?=(\s|,|;|:|\)|$|'))",
        _abbreviation,
    ),
    (r"\b(Dr|Mr|Mrs|Ms|Prof)\b(?=\s[A-Z])", lambda m: ABBREVIATIONS[m[1]]),
    (r"\bvs\b\.?", lambda m: "versus"),
    (r"\bw/o\b", lambda m: "without"),
    (r"\bw/(?=\s)", lambda m: "with"),
    (r"\b(?:[A-Za-z]\.){2,}", lambda m: " ".join(m[0].replace(".", "")).upper()),
    (r"\b([Yy]ear\s)(1\d{3})(?![\d,.]\d)", lambda m: m[1] + en_year(m[2])),
)


SIGNS: Rules = (
    (
        "|".join(re.escape(symbol) for symbol in sorted(SYMBOLS, key=len, reverse=True)),
        lambda m: f" {SYMBOLS[m[0]]} ",
    ),
)
