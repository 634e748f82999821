# ruff: noqa: E501 - a pattern is read as one line
"""Telephones, street addresses and numbers that are read out in an English sentence -> words."""

from __future__ import annotations

import re

from ..numerals import en_cardinal, en_digits
from ..rules import DIGITS, Match, Rule, Rules
from ..style import Style
from .letters import model_number
from .names import DIRECTIONS, STATES, STREETS


def telephone(text: str) -> str:
    """Groups of digits with a breath between them."""
    main, _, extension = re.sub(r"ext\.?|x", "x", text, flags=re.I).partition("x")
    groups = [en_digits(group) for group in re.findall(r"\d+", main)]
    said = ("plus " if text.lstrip().startswith("+") else "") + ", ".join(groups)
    return said + (", extension " + en_digits(extension) if extension else "")


def _phone(match: Match, style: Style) -> str:
    return telephone(match[0])


def _vanity(match: Match, style: Style) -> str:
    """1-800-FLOWERS."""
    hundreds = "eight hundred" if match[2] == "800" else en_digits(match[2])
    words = re.sub(r"\d", lambda m: f" {en_digits(m[0])} ", match[3].replace("-", " "))
    return f"one, {hundreds}, {' '.join(words.split())}"


def code(text: str) -> str:
    """`A123-456` -> A one two three four five six."""
    said = re.sub(r"\d+", lambda m: f" {en_digits(m[0])} ", re.sub(r"[-–·]", " ", text))
    return " ".join(said.split())


def _announced(match: Match, style: Style) -> str:
    return re.sub(r"#$", "number ", match[1]) + code(match[2])


def _whole(match: Match, style: Style) -> str:
    return code(match[0])


def _zip(match: Match, style: Style) -> str:
    more = f", {en_digits(match[4])}" if match[4] else ""
    return f"{match[1]}{STATES[match[2]]} {en_digits(match[3])}{more}"


def _house(number: str) -> str:
    """1428 -> fourteen twenty eight, 1600 -> sixteen hundred, 708 -> seven oh eight."""
    if len(number) == 4 and number.endswith("00") and number[1] != "0":
        return en_cardinal(number[:2]) + " hundred"
    return en_digits(number) if len(number) > 4 else model_number(number)


def _street(match: Match, style: Style) -> str:
    number = _house(match["n"]) + (f" {match['letter']}" if match["letter"] else "")
    way = DIRECTIONS[match["way"][0]] + " " if match["way"] else ""
    kind = match["kind"]
    return f"{number} {way}{match['name']} {STREETS.get(kind.rstrip('.').lower(), kind)}"


_WORDS = (
    r"ZIP|zip|[Pp]ostcode|PIN|pin|[Cc]ode|[Pp]assword|[Pp]asscode|[Aa]ccount number|[Cc]ard number|[Oo]rder number|[Oo]rder|"
    r"[Tt]racking number|[Ss]erial number|[Cc]onfirmation number|[Rr]eference number|[Ii]nvoice(?: number)?|[Cc]ase number|"
    r"[Tt]icket number|[Ll]icense plate|[Ll]icence plate|[Pp]late number|[Mm]ember ID|[Uu]ser ID|ID number|ID|SSN|ISBN|ISSN|"
    r"[Pp]ort|OTP|otp|PNR|pnr|[Ee]xtension|[Ee]xt\.?|[Rr]oom|[Ff]light|[Ee]nding in|[Ss]ocial [Ss]ecurity number|[Rr]outing number|[Aa]gent|[Ee]rror(?: code)?|"
    r"P\.?O\.? [Bb]ox|[Mm]odel number|[Bb]adge number|[Ll]ocker|[Pp]hone number|[Pp]assport(?: number)?"
)
_STREET = "|".join(
    sorted(
        (*STREETS, *(w.title() for w in STREETS), *(w.upper() for w in STREETS)),
        key=len,
        reverse=True,
    )
)
_STATE = "|".join(STATES)

TELEPHONES: Rules = (
    Rule(r"(?<![\d.])0\d{2,4} \d{3,4} \d{3,4}(?!\d)", _phone, needs=" "),
    Rule(
        r"(?<![\d.])(?:\+?\d{1,3}[- .]?)?(?:\(\d{3}\)[- ]?|\d{3}[-. ])\d{3}[-. ]\d{4}(?:-\d{1,4})?(?:\s?(?:ext\.?|x)\s?\d{1,6})?(?![\d.]\d|\d)",
        _phone,
        needs=DIGITS,
    ),
    Rule(r"\b(1-)(8\d\d)-([A-Z0-9]*[A-Z][A-Z0-9-]{1,12})\b", _vanity, needs="-"),
    Rule(r"(?<![\d.$-])\d{3}-\d{4}(?![\d-])", _phone, unless=r"[A-Za-z] ?[#№]?", needs="-"),
    Rule(
        r"(?<![\d.])\d{3}-\d{4}(?![\d-])",
        _phone,
        after=r"(?:call|dial|at|is|phone|number|tel|Tel|Call|Dial|to|or)[:.]? ",
        needs="-",
    ),
    Rule(r"(?<![\d.])\+\d{1,3}(?:[- ]\d{2,5}){2,4}(?!\d)", _phone, needs="+"),
    Rule(
        r"(?<=[Cc]all )(911|999|112|411|311|988)(?!\d)|(?<=[Dd]ial )(911|999|112|411|311|988|\d{3,6})(?!\d)",
        lambda m, s: en_digits(m[0]),
        needs="ai",
    ),
    Rule(r"(?<![\d.])1[3-9]\d{9}(?!\d)", _phone, needs="1"),
)

CODES: Rules = (
    Rule(
        r"(?<!\w)0x([0-9A-Fa-f]{2,16})(?!\w)",
        lambda m, s: "zero x " + code(" ".join(m[1])),
        needs="x",
    ),
    Rule(r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])", _whole, needs="-"),
    Rule(r"(?<![\d-])97[89][- ]\d{1,5}[- ]\d{1,7}[- ]\d{1,7}[- ]\d(?!\d)", _whole, needs="9"),
    Rule(r"(?<![\d.])\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?!\d)", _whole, needs=DIGITS),
    Rule(rf"(,\s)({_STATE})\s(\d{{5}})(?:-(\d{{4}}))?(?!\d)", _zip, needs=","),
    Rule(
        rf"(\b(?:{_WORDS})(?:\s(?:code|number|no\.|is|was|of)|:|\s#)*\s#?)((?=[A-Z-]{{0,4}}\d{{3}}|[A-Z]\d|0\d|\d[A-Z])[A-Z0-9]+(?:[- ](?=[A-Z]*\d)[A-Z0-9]+)*)(?![\w%]|[.,]\d|\s?(?:people|items|times|minutes|hours|days|pizzas|copies)\b)",
        _announced,
    ),
    Rule(
        r"(?<=order )#(\d{3,})|(?<=Order )#(\d{3,})",
        lambda m, s: "number " + en_digits(m[0]),
        needs="#",
    ),
    Rule(r"([Ff]light\s)([A-Z0-9]{2}\s?\d{1,4})(?!\d)", _announced, needs="l"),
    Rule(r"(HTTP )([1-5]\d\d)(?!\d)", _announced, needs="H"),
    Rule(
        rf"(?<![\d.,$#-])(?P<n>\d{{1,5}})(?P<letter>[A-Z])?\s(?:(?P<way>[NSEW]|North|South|East|West)\.?\s)?(?P<name>(?:[A-Z][a-z]+|\d{{1,3}}(?:st|nd|rd|th))(?:\s[A-Z][a-z]+){{0,2}}?)\s(?P<kind>{_STREET})\b(?P<dot>\.(?=\s[a-z]|,))?",
        _street,
        unless=r"\b[Nn][Oo]\. ",
    ),
    Rule(
        r"(\d{3,5})(?=\s[A-Z][a-z]+(?:[,.]|$|\s[A-Z]))",
        lambda m, s: _house(m[1]),
        after=r"(?:lives?|lived|living|located|house|office|home|address|stay|stayed|meet|store) (?:is )?at ",
    ),
    Rule(r"^(\d{3,4})(?=\s[A-Z][a-z]{2,}(?<!bps)(?:,|\.?$))", lambda m, s: _house(m[1])),
    Rule(
        r"\b(Apt|Ste|Bldg|Rm|Fl)\.?\s(?=[#A-Z]?\d)",
        lambda m, s: (
            {"Apt": "apartment", "Ste": "suite", "Bldg": "building", "Rm": "room", "Fl": "floor"}[
                m[1]
            ]
            + " "
        ),
        needs="ABFRS",
    ),
    Rule(
        r"\b([NSEW])\.?(?= \d{1,3}(?:st|nd|rd|th) )",
        lambda m, s: {"N": "North", "S": "South", "E": "East", "W": "West"}[m[1]],
        needs="NSEW",
    ),
    Rule(rf"({_STREET})\b(?!\.)", lambda m, s: STREETS[m[1].lower()], after=r"\d(?:st|nd|rd|th) "),
    Rule(
        r"(?<=[a-z] )(Ave|Blvd|Rd|Hwy|Pkwy|Expy|Ln)\b(?!\.)",
        lambda m, s: STREETS[m[1].lower()],
        needs=" ",
    ),
    Rule(
        r"(?<=\bthe )(\d{2,3})(?= (?:freeway|highway|interchange|bus)\b)",
        lambda m, s: model_number(m[1]),
        needs="123456789",
    ),
    Rule(
        r"\b((?:Highway|Route|Interstate|I|US|Hwy|SR)[- ])(\d{1,3})\b",
        lambda m, s: m[1].replace("-", " ") + model_number(m[2]),
        needs="HIRSU",
    ),
)
