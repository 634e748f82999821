# ruff: noqa: E501 - a pattern is read as one line
"""Quantities in an English sentence -> words: sign, currency, number, to number, scale, unit, per unit."""

from __future__ import annotations

import re

from ..numerals import en_cardinal, en_number
from ..rules import Match, Rule, Rules, alternatives
from ..style import Style
from .names import CODES, CURRENCIES
from .patterns import DASH, NUMBER
from .units import ALL, PER, UNITS, unit

_SCALES = {"k": "thousand", "m": "million", "mn": "million", "mm": "million", "b": "billion", "bn": "billion",
           "t": "trillion", "tn": "trillion", "trn": "trillion"}  # fmt: skip


def money(sign: str, number: str, scale: str = "") -> str:
    """$, 3.50 -> three dollars and fifty cents."""
    one, many, small = CURRENCIES[sign]
    whole, _, cents = number.replace(",", "").partition(".")
    if scale:
        return f"{en_number(number)} {_SCALES.get(scale.lower(), scale)} {many}"
    name = one if whole and int(whole) == 1 else many
    if not cents or not small or len(cents) > 2:
        return f"{en_number(number)} {many if cents else name}"
    value = int(cents.ljust(2, "0"))
    parts = []
    if int(whole or "0") or not value:
        parts.append(f"{en_cardinal(whole or '0')} {name}")
    if value:
        coin = small if value > 1 else {"pence": "penny"}.get(small, small.removesuffix("s"))
        parts.append(f"{en_cardinal(str(value))} {coin}")
    return " and ".join(parts)


def measure(number: str, sign: str) -> str:
    """5, kg -> five kilograms."""
    one, many = unit(sign) or (sign, sign)
    return f"{en_number(number)} {one if number.lstrip('+-') == '1' else many}"


def _money(match: Match, style: Style) -> str:
    signs = (match["sign"] or "") + (match["inner"] or "")
    minus = "minus " if "-" in signs else "plus " if "+" in signs else ""
    sign = CODES.get(match["cur"].upper(), match["cur"])
    scale = match["scale"] or ""
    if match["high"]:
        lows = match["lows"] or ""
        low = en_number(match["n"]) + (f" {_SCALES[lows.lower()]}" if lows else "")
        said = f"{low} to {money(sign, match['high'], scale)}"
    else:
        said = money(sign, match["n"], scale)
    said = minus + said
    if match["adjective"]:
        one, many, _ = CURRENCIES[sign]
        said = re.sub(rf"{re.escape(many)}$", one, said)
    return said + (f" per {PER[match['per']]}" if match["per"] else "")


def _money_after(match: Match, style: Style) -> str:
    sign = CODES.get(match["cur"].upper(), match["cur"])
    return money(sign, match["n"], match["scale"] or "")


def _temperature(match: Match, style: Style) -> str:
    minus = "minus " if match[1] == "-" else ""
    scale = {"c": " Celsius", "f": " Fahrenheit", "": ""}[(match[3] or "").lower()]
    if match[4]:
        scale = " " + {"N": "north", "S": "south", "E": "east", "W": "west"}[match[4]]
    return f"{minus}{en_number(match[2])} degree{'' if match[2] == '1' else 's'}{scale}"


def _percent(match: Match, style: Style) -> str:
    sign = {"-": "minus ", "+": "plus ", "": ""}[match[1] or ""]
    return f"{sign}{en_number(match[2])} percent"


def _with_unit(match: Match, style: Style) -> str | None:
    sign = match["unit"]
    if sign not in UNITS and not match["per"]:
        return None
    if sign == "A" and _NAMED.search(match.string[max(0, match.start() - 24) : match.start()]):
        return None
    one, many = ALL[sign]
    minus = {"-": "minus ", "+": "plus ", "": ""}[match["sign"] or ""]
    number = match["n"]
    said = en_number(number)
    if match["high"]:
        said += f" to {en_number(match['high'])}"
    name = one if (number == "1" and not match["high"]) or _adjectival(match) else many
    return f"{minus}{said} {name}" + (f" per {PER[match['per']]}" if match["per"] else "")


def _adjectival(match: Match) -> bool:
    """A 10-kg bag, the 100m dash: the unit of a noun that follows stays singular."""
    text = match.string
    if match["hyphen"] == "-":
        return True
    if (
        match["hyphen"]
        or match["per"]
        or not re.match(r"\s[a-z]{3,}", text[match.end() : match.end() + 6])
    ):
        return False
    return (
        re.search(
            r"\b(?:a|an|the|[Aa]|[Tt]he|this|that|his|her|my|new)\s$",
            text[max(0, match.start() - 6) : match.start()],
        )
        is not None
    )


def _after_words(match: Match, style: Style) -> str:
    """100 million kg, two and a half lbs; but one half teaspoon."""
    before = match.string[max(0, match.start() - 40) : match.start()]
    one, many = ALL[match[1]]
    return many if re.search(r"illion |thousand |hundred |\band ", before) else one


def _inches(match: Match, style: Style) -> str | None:
    """A 10" pizza, unless the sign closes a quotation."""
    quoted = match.string[max(0, match.start() - 200) : match.start()].count('"') % 2
    return None if quoted else f"{en_number(match[1])} inch"


def _size(match: Match, style: Style) -> str:
    return " by ".join(en_number(part) for part in re.split(r"\s*[x×]\s*", match[0]))


def _power(match: Match, style: Style) -> str:
    raised = match[2].translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")).strip("{}()")
    base = en_number(match[1]) if match[1][0].isdigit() else match[1]
    if raised in ("2", "3") and not match[2].isascii():
        return f"{base} {'squared' if raised == '2' else 'cubed'}"
    return f"{base} to the power of {en_number(raised)}"


_NAMED = re.compile(r"\b(?:[A-Z][a-z]+|seat|gate|row|exit|unit|room|platform)\s$")
"""Seat 12A is no current."""
_UNIT = alternatives(ALL)
_MONEY = alternatives(CURRENCIES)
_CODES = alternatives(CODES)
_SCALE = r"(?:[- ]?(?P<scale>hundred|thousand|million|billion|trillion|[KkMmBbT]|[Bb]n|[Mm]n|[Tt]n|trn)\b)?"
_NOUNS = (
    "bill|note|coin|deal|grant|bet|check|cheque|fine|fee|gift|salary|bonus|budget|fund|loan|bond|contract|project|"
    "tag|purchase|order|offer|round|investment|settlement|valuation|company|industry|business|market|lawsuit|donation|prize|reward|"
    "ticket|meal|question|house|home|car|plan|program|acquisition|merger|stake|movie|film|discount|coupon|profit|loss|phone|question|mark|increase|raise"
)

MATHS: Rules = (
    Rule(
        rf"(?<![\d.])({NUMBER})\s?[×xX*·]\s?10(?:\^\s?[{{(]?([-−]?\d{{1,3}})[)}}]?|([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{{1,3}}))",
        lambda m, s: f"{en_number(m[1])} times ten to the power of {_raised(m[2] or m[3])}",
        needs="*Xx·×",
    ),
    Rule(
        r"(?<![\d.A-Za-z])(\d+(?:\.\d+)?)[eE]([-+]?\d{1,3})(?![\dA-Za-z])",
        lambda m, s: f"{en_number(m[1])} times ten to the power of {_raised(m[2])}",
        needs="Ee",
    ),
    Rule(
        rf"(?<![A-Za-z])({_UNIT})(?:/({alternatives(PER)}))?(?![A-Za-z0-9²³/])",
        lambda m, s: " " + ((unit(m[0]) or ALL.get(m[1]) or ("", m[0]))[1]),
        after=r"to the power of [a-z ]+\s?",
    ),
    Rule(r"(?<![\w./])(\d+(?:\.\d+)?|(?<!\d )[a-z])([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)", _power, needs="²³¹⁰⁴⁵⁶⁷⁸⁹⁻"),
    Rule(r"(?<![\w./])(\d+(?:\.\d+)?|[A-Za-z])\^([{(]?-?\d+[)}]?)", _power, needs="^"),
    Rule(r"\s?!=\s?", lambda m, s: " not equal to ", needs="!"),
    Rule(r"\s?<=\s?", lambda m, s: " less than or equal to ", needs="<"),
    Rule(r"(?<=\w)\s?>=\s?|>=", lambda m, s: " greater than or equal to ", needs=">"),
    Rule(r"≥(?=\s?\d)", lambda m, s: "at least ", needs="≥"),
    Rule(r"(?<=\d)\s?\*\s?(?=\d)", lambda m, s: " times ", needs="*"),
    Rule(r"(?<=\d)!(?=\s?=)", lambda m, s: " factorial", needs="!"),
)


def _raised(text: str) -> str:
    plain = text.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺−", "0123456789-+-"))
    return en_number(plain.lstrip("+"))


QUANTITIES: Rules = (
    Rule(
        rf"(?:{DASH})(?=[$€£]?\d)",
        lambda m, s: " to ",
        after=r"(?<![A-Za-z])\d[\d.,]*\s?(?:[kKMBmb]n?|[a-zA-Zμ°²³%]{1,4}|°[CF]|[a-z]+/[a-z]+)",
        needs="-~–—―",
    ),
    Rule(rf"(?:{DASH})(?=[$€£]\d)", lambda m, s: " to ", after=r"[$€£][\d,.]+", needs="$£€"),
    Rule(
        r"(?<![\d.])(\d+)\s?¢",
        lambda m, s: f"{en_number(m[1])} cent{'' if m[1] == '1' else 's'}",
        needs="¢",
    ),
    Rule(
        r"(?<![\d.])(\d+(?:\.\d+)?)\s?‰", lambda m, s: f"{en_number(m[1])} per thousand", needs="‰"
    ),
    Rule(
        rf"(?P<sign>(?<![\dA-Za-z])[-+])?(?P<cur>{_MONEY}|\b(?:{_CODES}))\s?(?P<inner>-)?(?P<n>{NUMBER})(?:(?P<lows>[kKmMbB]|[Bb]n)?(?:{DASH})(?P<high>{NUMBER}))?{_SCALE}(?P<adjective>(?=\s(?:{_NOUNS})\b))?(?:\s?/\s?(?P<per>{alternatives(PER)})\b)?",
        _money,
    ),
    Rule(rf"(?<![\d.,])(?P<n>{NUMBER}){_SCALE}\s?(?P<cur>€|£|(?:{_CODES})\b)", _money_after),
    Rule(
        rf"(?<![\d.])({NUMBER})\s?%?(?:{DASH}|\sto\s)({NUMBER})\s?%",
        lambda m, s: f"{en_number(m[1])} to {en_number(m[2])} percent",
        needs="%",
    ),
    Rule(rf"((?<![\dA-Za-z])[-+])?({NUMBER})\s?%", _percent, needs="%"),
    Rule(
        rf"({NUMBER})(?:{DASH})(?=-?{NUMBER}\s?°)", lambda m, s: f"{en_number(m[1])} to ", needs="°"
    ),
    Rule(
        rf"((?<![\dA-Za-z])-)?({NUMBER})\s?°(?:\s?([CcFf])\b)?(?:\s?([NSEW])\b)?",
        _temperature,
        needs="°",
    ),
)

MEASURES: Rules = (
    Rule(
        r"(?<![\d.])(\d+(?:\.\d+)?)['’](?=\s(?:tall|high|wide|long|deep|by|x))",
        lambda m, s: f"{en_number(m[1])} feet",
        needs="'’",
    ),
    Rule(r"(?<![\d.])(\d+(?:\.\d+)?)\"(?=\s[a-z])", _inches, needs='"'),
    Rule(
        rf"(?<![\d.])(\d+(?:\.\d+)?(?:\s?[x×]\s?\d+(?:\.\d+)?){{1,3}})\s({_UNIT})(?![A-Za-z0-9²³/])",
        lambda m, s: (
            " by ".join(en_number(p) for p in re.split(r"\s*[x×]\s*", m[1])) + " " + ALL[m[2]][1]
        ),
        needs="x×",
    ),
    Rule(r"(?<=\d)\s?(?:x|×)\s?(?=\d+m\b)", lambda m, s: " by ", needs="m"),
    Rule(
        rf"(?P<sign>(?<![\dA-Za-z])[-+])?(?<![\d.A-Za-z])(?P<n>{NUMBER})(?:(?:{DASH}|\sto\s)(?P<high>{NUMBER}))?(?P<hyphen>[\s-])?(?P<unit>{_UNIT})(?:\s?/\s?(?P<per>{alternatives(PER)}))?(?![A-Za-z0-9²³/])",
        _with_unit,
        needs=",.0123456789",
    ),
    Rule(
        rf"(?<![\d.A-Za-z])({NUMBER})[- ]?(in|U|t)(?=\s(?:TV|screen|monitor|display|laptop|tall|wide|long|thick|deep|pipe|of rain|of snow|wheels?|rack)|[,.]|$)",
        lambda m, s: (
            f"{en_number(m[1])} {ALL[m[2]][0 if m.string[m.end() : m.end() + 3] in (' TV', ' sc', ' mo', ' di', ' la', ' wh', ' ra') or m[1] == '1' else 1]}"
        ),
        needs="Uit",
    ),
    Rule(
        r"(?<=feet )(\d{1,2}) in\b(?!\s[a-z])", lambda m, s: f"{en_number(m[1])} inches", needs="f"
    ),
    Rule(
        r"(?<![\d.])(\d+(?:\.\d+)?)\s?(?:″|\"|”|''|′′)(?=\s(?:monitor|screen|TV|display|laptop|tall|wide|long|thick|deep|pipe|wheels?|disk|x))",
        lambda m, s: f"{en_number(m[1])} inch",
        needs="\"'”′″",
    ),
    Rule(
        r"(?<![\d.])(\d+(?:\.\d+)?)\s?(?:″|′′)",
        lambda m, s: f"{en_number(m[1])} inches",
        needs="′″",
    ),
    Rule(
        r"(?<![\d.\"])(\d+)\"(?=$)",
        lambda m, s: f"{en_number(m[1])} inches",
        unless=r"\".*",
        needs='"',
    ),
    Rule(
        rf"(?<![A-Za-z])({_UNIT})(?![\w²³/])",
        _after_words,
        after=r"\d (?:million|billion|trillion|thousand|hundred) |\b(?:half|quarters?|thirds?|eighths?|fifths?) ",
    ),
    Rule(
        r"(?<![\d.])\d+(?:\.\d+)?(?:\s?[x×]\s?\d+(?:\.\d+)?){1,5}(?![\d.]|\s?=)", _size, needs="x×"
    ),
)
