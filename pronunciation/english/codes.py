# ruff: noqa: E501 - a pattern is read as one line
"""Telephones, addresses and numbers that are read out in an English sentence -> words."""

from __future__ import annotations

import re

from ..numerals import en_digits
from .rule import Match, Rules


def telephone(text: str) -> str:
    """Groups of digits with a breath between them."""
    main, _, extension = re.sub(r"ext\.?|x", "x", text, flags=re.I).partition("x")
    groups = [en_digits(group) for group in re.findall(r"\d+", main)]
    said = ("plus " if text.lstrip().startswith("+") else "") + ", ".join(groups)
    return said + (", extension " + en_digits(extension) if extension else "")


def _phone(match: Match) -> str:
    return telephone(match[0])


_NET = {".": "dot", "/": "slash", "@": "at", ":": "colon", "-": "dash", "_": "underscore",
        "?": "question mark", "=": "equals", "&": "and", "#": "hash", "%": "percent",
        "~": "tilde", "+": "plus"}  # fmt: skip


def address(text: str) -> str:
    """A URL or e-mail address, said aloud; the protocol goes without saying."""
    text = re.sub(r"^(?:https?|ftp)://", "", text, flags=re.IGNORECASE).rstrip("/")
    text = re.sub(r"^www(?=\.)", "w w w", text)
    pieces = [_NET.get(p) or (en_digits(p) if p.isdigit() else p)
              for p in re.findall(r"\d+|[^\W\d_]+|[^\w ]|_| w", text)]  # fmt: skip
    return re.sub(r"\s+", " ", " ".join(pieces))


def _address(match: Match) -> str:
    kept = match[0].rstrip(".,?!:;")
    return address(kept) + match[0][len(kept) :]


ADDRESSES: Rules = (
    (
        r"(?i)(?:https?|ftp)://[a-z0-9./?=&%_~+#@:-]+|(?<![a-z0-9.])www\.[a-z0-9./?=&%_~+#-]+",
        _address,
    ),
    (
        r"(?i)(?<![a-z0-9._%+-])[a-z0-9][a-z0-9._%+-]{0,63}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}",
        _address,
    ),
    (
        r"(?i)(?<![a-z0-9.-])[a-z0-9-]{2,63}\.(?:com|cn|org|net|edu|gov|io|ai|tv)(?![a-z0-9])(?:/[a-z0-9./?=&%_~+#-]*)?",
        _address,
    ),
    (
        r"(?<![\d.])(\d{1,3}(?:\.\d{1,3}){3})(?![\d.])",
        lambda m: " dot ".join(en_digits(p) for p in m[1].split(".")),
    ),
)


TELEPHONES: Rules = (
    (
        r"(?<![\d.])(?:\+?\d{1,3}[- .])?(?:\(\d{3}\)\s?|\d{3}[-. ])\d{3}[-. ]\d{4}(?:\s?(?:ext\.?|x)\s?\d{1,6})?(?![\d.]\d)",
        _phone,
    ),
    (r"(?<![\d.])\d{3}-\d{4}(?![\d-])|(?<![\d.])\+\d{1,3}(?:[- ]\d{2,5}){2,4}(?!\d)", _phone),
    (
        r"(?<=[Cc]all )(911|999|112|411|311|988)(?!\d)|(?<=[Dd]ial )(911|999|112|411|311|988|\d{3,6})(?!\d)",
        lambda m: en_digits(m[0]),
    ),
    (
        r"((?:ZIP|zip|postcode|PIN|pin|code|room|Room|flight|Flight|extension|ext\.|account number|ID)(?: code| number| is|:){0,20}\s)(\d{3,})(?![\d,.]\d)",
        lambda m: m[1] + (en_digits(m[2])),
    ),
)
