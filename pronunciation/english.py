# ruff: noqa: E501 - a pattern is read as one line
"""An English sentence -> the same without digits and symbols, spelled so that it is read right."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import TypeAlias

from .draft import Draft
from .en_names import ABBREVIATIONS, CURRENCIES, MONTHS, SYMBOLS, UNITS
from .numerals import en_cardinal, en_digits, en_number, en_ordinal, en_year, roman

Match: TypeAlias = "re.Match[str]"
Say: TypeAlias = "Callable[[Match], str | None]"

_N = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
_UNIT = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
_MONEY = "|".join(re.escape(sign) for sign in sorted(CURRENCIES, key=len, reverse=True))
_MONTH = "|".join(sorted({*MONTHS, *MONTHS.values()}, key=len, reverse=True))
_SCALE = r"(?:\s?(?P<scale>hundred|thousand|million|billion|trillion|[KkMmBb]|[Bb]n|[Mm]n)\b)?"
_SCALES = {"k": "thousand", "m": "million", "b": "billion", "bn": "billion", "mn": "million"}


@functools.cache
def rules() -> tuple[tuple[re.Pattern[str], Say], ...]:
    """The rules, compiled when they are first needed."""
    return tuple((re.compile(pattern), say) for pattern, say in _RULES)


def spoken(draft: Draft) -> Draft:
    """The sentence as it is said."""
    for pattern, say in rules():
        draft = draft.sub(pattern, say)
    return draft


def letters(text: str) -> str:
    """`H2O` -> H two O."""
    return " ".join(en_digits(c) if c.isdigit() else c.upper() for c in text if c.isalnum())


def telephone(text: str) -> str:
    """Groups of digits with a breath between them."""
    main, _, extension = re.sub(r"ext\.?|x", "x", text, flags=re.I).partition("x")
    groups = [en_digits(group) for group in re.findall(r"\d+", main)]
    said = ("plus " if text.lstrip().startswith("+") else "") + ", ".join(groups)
    return said + (", extension " + en_digits(extension) if extension else "")


def clock(hour: str, minute: str, noon: str = "", second: str = "") -> str | None:
    """3, 05, pm -> three oh five p m; None if there is no such time."""
    if int(hour) > 24 or int(minute) > 59:
        return None
    said = en_cardinal(hour)
    if int(minute):
        said += (" oh " if int(minute) < 10 else " ") + en_cardinal(minute)
    elif not noon:
        said += " o'clock" if int(hour) <= 12 else " hundred hours"
    if second and int(second):
        seconds = "second" if int(second) == 1 else "seconds"
        said += f" and {en_cardinal(str(int(second)))} {seconds}"
    return said + (" " + " ".join(noon.lower().replace(".", "")) if noon else "")


def money(sign: str, number: str, scale: str = "") -> str:
    """$, 3.50 -> three dollars and fifty cents."""
    one, many, small = CURRENCIES[sign]
    whole, _, cents = number.replace(",", "").partition(".")
    if scale:
        return f"{en_number(number)} {_SCALES.get(scale.lower(), scale)} {many}"
    name = one if int(whole) == 1 else many
    if not cents or not small or len(cents) > 2:
        return f"{en_number(number)} {many if cents else name}"
    value = int(cents.ljust(2, "0"))
    parts = []
    if int(whole) or not value:
        parts.append(f"{en_cardinal(whole)} {name}")
    if value:
        coin = small.removesuffix("s") if value == 1 and small != "pence" else small
        parts.append(f"{en_cardinal(str(value))} {coin}")
    return " and ".join(parts)


def fraction(top: str, bottom: str) -> str:
    """3, 4 -> three quarters."""
    if bottom == "1":
        return en_cardinal(top)
    name = {"2": "half", "4": "quarter"}.get(bottom) or en_ordinal(bottom)
    if int(top) != 1:
        name = "halves" if name == "half" else name + "s"
    return f"{en_cardinal(top)} {name}"


def measure(number: str, unit: str) -> str:
    """5, kg -> five kilograms."""
    one, many = UNITS[unit]
    return f"{en_number(number)} {one if number.lstrip('+-') == '1' else many}"


def date(month: int, day: int, year: str = "") -> str | None:
    """5, 6, 2024 -> May sixth, twenty twenty four."""
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    said = f"{list(MONTHS.values())[month - 1]} {en_ordinal(str(day))}"
    return said + (f", {en_year(year)}" if year else "")


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


def version(text: str) -> str:
    """3.11.2 -> three point eleven point two."""
    return " point ".join(en_cardinal(part) for part in text.split("."))


def model_number(number: str) -> str:
    """15 -> fifteen, 747 -> seven forty seven, 4090 -> forty ninety, 265 after a dot too."""
    if "." in number:
        return version(number)
    if number.startswith("0") or len(number) > 4:
        return en_digits(number, "oh" if number[0] != "0" else "zero")
    if len(number) < 3 or number.endswith("00"):
        return en_cardinal(number)
    head, tail = number[:-2], number[-2:]
    small = "oh " + en_cardinal(tail) if tail[0] == "0" else en_cardinal(tail)
    return f"{en_cardinal(head)} {small}"


def _clock_range(match: Match) -> str:
    noon = match[5] or ""
    first, last = clock(match[1], match[2], noon), clock(match[3], match[4], noon)
    return f"{first} to {last}".replace(" o'clock", "")


def _address(match: Match) -> str:
    kept = match[0].rstrip(".,?!:;")
    return address(kept) + match[0][len(kept) :]


def _money(match: Match) -> str:
    minus = "minus " if "-" in (match["sign"] or "") else ""
    high = match["high"]
    if high:
        return (
            f"{minus}{en_number(match['n'])} to {money(match['cur'], high, match['scale'] or '')}"
        )
    return minus + money(match["cur"], match["n"], match["scale"] or "")


def _month_day(match: Match) -> str | None:
    month = MONTHS.get(match["month"].rstrip("."), match["month"])
    said = f"{month} {en_ordinal(match['day'])}"
    if match["last"]:
        said += " to " + en_ordinal(match["last"])
    return said + (f", {en_year(match['year'])}" if match["year"] else "")


def _day_month(match: Match) -> str:
    month = MONTHS.get(match[2].rstrip("."), match[2])
    said = f"the {en_ordinal(match[1])} of {month}"
    return said + (f", {en_year(match[3])}" if match[3] else "")


def _slash_date(match: Match) -> str | None:
    first, second = int(match[1]), int(match[2])
    if first > 12:
        first, second = second, first
    year = match[3] if len(match[3]) == 4 else "20" + match[3]
    return date(first, second, year)


def _year_range(match: Match) -> str:
    last = match[2] if len(match[2]) == 4 else match[1][:2] + match[2]
    return f"{en_year(match[1])} to {en_year(last)}"


def _decade(match: Match) -> str:
    text = match[1]
    said = en_year(text) if len(text) == 4 else en_cardinal(text)
    return re.sub("y$", "ie", said) + "s"


def _temperature(match: Match) -> str:
    minus = "minus " if match[1] == "-" else ""
    scale = {"c": " Celsius", "f": " Fahrenheit", "": ""}[(match[3] or "").lower()]
    return f"{minus}{en_number(match[2])} degree{'' if match[2] == '1' else 's'}{scale}"


def _range(match: Match) -> str:
    return f"{en_number(match[1])} to {en_number(match[2])}"


def _roman(match: Match) -> str | None:
    value = roman(match[2])
    if value is None or value > 100:
        return None
    kings = match[1].strip() in _KINGS
    return match[1] + ("the " + en_ordinal(str(value)) if kings else en_cardinal(str(value)))


_KINGS = frozenset(
    [
        "Henry",
        "Louis",
        "George",
        "Elizabeth",
        "Charles",
        "Edward",
        "James",
        "William",
        "Richard",
        "Philip",
        "Pius",
        "John",
        "Paul",
        "Benedict",
        "Leo",
        "Gregory",
        "Francis",
        "Alexander",
        "Catherine",
        "Nicholas",
        "Frederick",
        "Napoleon",
        "Peter",
        "Mary",
        "Ferdinand",
        "Leopold",
        "Carlos",
        "Juan",
        "Felipe",
        "Ivan",
        "Clement",
        "Innocent",
        "Urban",
        "Ramses",
        "Ptolemy",
    ]
)


def _equation(match: Match) -> str:
    said = re.sub(r"\s*([-+×÷*/=<>≥≤≠≈])\s*", lambda m: f" {_MATHS[m[1]]} ", match[0])
    return re.sub(_N, lambda m: en_number(m[0]), said).strip()


_MATHS = {"-": "minus", "+": "plus", "×": "times", "*": "times", "÷": "divided by",
          "/": "divided by", "=": "equals", "<": "is less than", ">": "is greater than",
          "≥": "is at least", "≤": "is at most", "≠": "is not equal to", "≈": "is about"}  # fmt: skip


def _abbreviation(match: Match) -> str:
    found = ABBREVIATIONS[match[1]]
    # The full stop of a sentence may be the abbreviation's too.
    ends = match[2] == "" and match.end() == len(match.string)
    return found + ("." if ends and match[1] not in {"Dr", "Mr", "Mrs", "Ms", "Prof"} else "")


def _saint(match: Match) -> str:
    return "saint " + match[1]


def _negative(match: Match) -> str:
    return "minus " + en_number(match[1])


def _with_unit(match: Match) -> str:
    minus = "minus " if match["sign"] == "-" else ""
    if match["high"]:
        return f"{minus}{en_number(match['n'])} to {measure(match['high'], match['unit'])}"
    return minus + measure(match["n"], match["unit"])


def _compound_unit(match: Match) -> str:
    return f"{en_number(match[1])} {UNITS[match[2]][0]}"


def _letters_digits(match: Match) -> str:
    point = " point" if match[1].endswith(".") else ""
    more = " " if match.string[match.end() : match.end() + 1].isalpha() else ""
    return f"{match[1].rstrip(' -.')}{point} {model_number(match[2])}{more}"


def _digits_letters(match: Match) -> str:
    return f"{model_number(match[1])} {match[2]}"


def _phone(match: Match) -> str:
    return telephone(match[0])


def _number(match: Match) -> str:
    text = match[0]
    if len(text) > 1 and text[0] == "0" and text[1] != ".":
        return en_digits(text)
    return en_number(text)


_TITLES = "Dr|Mr|Mrs|Ms|Prof|Sr|Jr|Gen|Col|Capt|Lt|Sgt|Gov|Sen|Rep|Rev|Hon"
_RULES: tuple[tuple[str, Say], ...] = (
    # a row of digits that no rule shall look at twice
    (r"\d{25,}", lambda m: en_digits(m[0])),
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
    # telephones
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
    # dates
    (
        rf"\b(?P<month>{_MONTH})\.?\s(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?:\s?[-–—]\s?(?P<last>[0-3]?\d)(?:st|nd|rd|th)?)?(?:,?\s(?P<year>[12]\d{{3}}))?(?![\d:])",
        _month_day,
    ),
    (
        rf"\b(?:the\s)?([0-3]?\d)(?:st|nd|rd|th)?(?:\sof)?\s({_MONTH})\b(?:(?<=\b[A-Z][a-z]{{2}})(?<!May)\.)?(?:,?\s([12]\d{{3}}))?(?!\d)",
        _day_month,
    ),
    (
        rf"\b({_MONTH})\.?,?\s([12]\d{{3}})(?!\d)",
        lambda m: f"{MONTHS.get(m[1], m[1])} {en_year(m[2])}",
    ),
    (r"(?<![\d/])(\d{1,2})/(\d{1,2})/(\d{4}|\d\d)(?![\d/])", _slash_date),
    (
        r"(?<![\d-])([12]\d{3})-([01]\d)-([0-3]\d)(?![\d-])",
        lambda m: date(int(m[2]), int(m[3]), m[1]),
    ),
    (
        r"(?<![\d$€£.,])(1[5-9]\d\d|20\d\d)\s?[-–—]\s?(1[5-9]\d\d|20\d\d|\d\d)(?![\d.,-])",
        _year_range,
    ),
    (r"(?<![\d$.,])([12]\d{2}0)['’]?s\b", _decade),
    (r"(?<!\d)['’‘]?(\d0)['’]?s\b", _decade),
    # times
    (
        r"(?<![\d:.])(\d{1,2}):(\d\d)(?::\d\d)?\s?[-–—]\s?(\d{1,2}):(\d\d)(?:\s?([AaPp](?:\.[Mm]\b\.?|[Mm]\b)))?",
        _clock_range,
    ),
    (
        r"(?<![\d:.])(\d{1,2}):([0-5]\d)(?::([0-5]\d))?(?:\s?([AaPp])(?:\.[Mm]\b\.?|[Mm]\b))?(?![\d:])",
        lambda m: clock(m[1], m[2], m[4] + "m" if m[4] else "", m[3] or ""),
    ),
    (
        r"(?<![\d:.])(1[0-2]|[1-9])\s?([AaPp])(?:\.[Mm]\b\.?|[Mm]\b)",
        lambda m: f"{en_cardinal(m[1])} {m[2].lower()} m",
    ),
    (r"(?<=\d)\s?([AaPp])\.[Mm]\.", lambda m: f" {m[1].lower()} m"),
    # money, percent, temperature
    (
        r"(?<=\d)/(month|year|day|week|hour|night|person|minute|mile|lb|kg)\b",
        lambda m: " per " + {"lb": "pound", "kg": "kilogram"}.get(m[1], m[1]),
    ),
    (r"(?<![\d.])(\d+)\s?¢", lambda m: f"{en_number(m[1])} cent{'' if m[1] == '1' else 's'}"),
    (r"(?<![\d.])(\d+(?:\.\d+)?)\s?‰", lambda m: f"{en_number(m[1])} per thousand"),
    (
        r"(?<![\d.])(\d)['’′](\d{1,2})(?:[\"”″]|'')",
        lambda m: f"{en_number(m[1])} feet {en_number(m[2])} {'inch' if m[2] == '1' else 'inches'}",
    ),
    (
        r"(?<![\d.])(\d+(?:\.\d+)?|[a-z])\^(\d+)",
        lambda m: (
            (en_number(m[1]) if m[1][0].isdigit() else m[1]) + f" to the power of {en_number(m[2])}"
        ),
    ),
    (
        rf"(?P<sign>(?<![\dA-Za-z])-)?(?P<cur>{_MONEY})\s?(?P<n>{_N})(?:\s?[-–—]\s?(?:{_MONEY})?(?P<high>{_N}))?{_SCALE}",
        _money,
    ),
    (
        r"(?<![\d.])(\d+(?:\.\d+)?)\s?[-–—]\s?(\d+(?:\.\d+)?)\s?%",
        lambda m: f"{en_number(m[1])} to {en_number(m[2])} percent",
    ),
    (
        rf"((?<![\dA-Za-z])[-+])?({_N})\s?%",
        lambda m: ("minus " if m[1] == "-" else "") + en_number(m[2]) + " percent",
    ),
    (rf"((?<![\dA-Za-z])-)?({_N})\s?°\s?([CcFf]\b)?", _temperature),
    # numbers in their contexts
    (r"\b(\d+)(?:st|nd|rd|th)\b", lambda m: en_ordinal(m[1])),
    (r"\b[Nn]o\.\s?(\d+)", lambda m: "number " + en_cardinal(m[1])),
    (r"\b(?:[Nn]os)\.\s?(?=\d)", lambda m: "numbers "),
    (r"#\s?(\d+)", lambda m: "number " + en_cardinal(m[1])),
    (r"(?<![\d./])24/7(?![\d/])", lambda m: "twenty four seven"),
    (
        r"(?<![\d./])(\d{1,3})\s(\d{1,2})/(\d{1,2})(?![\d/])",
        lambda m: (
            f"{en_cardinal(m[1])} and {'a half' if (m[2], m[3]) == ('1', '2') else fraction(m[2], m[3])}"
        ),
    ),
    (r"(?<![\d./])(\d{1,3})/([1-9]\d{0,2})(?![\d/]|\s?[=+])", lambda m: fraction(m[1], m[2])),
    (
        rf"(?P<sign>(?<![\dA-Za-z])-)?(?<![\d.A-Za-z])(?P<n>{_N})(?:\s?(?:-|–|—|to)\s?(?P<high>{_N}))?\s?(?P<unit>{_UNIT})(?![A-Za-z0-9²³/])",
        _with_unit,
    ),
    (rf"(?<![\d.A-Za-z])({_N})-({_UNIT})(?![A-Za-z0-9])", _compound_unit),
    (
        r"(?<![\d.])(\d+)\s?[x×]\s?(\d+)(?![\d.]|\s?=)",
        lambda m: f"{en_number(m[1])} by {en_number(m[2])}",
    ),
    (
        rf"(?<![\dA-Za-z.])-?{_N}(?:\s?[-+×÷*/]\s?{_N}){{0,20}}\s?[=+×÷<>≥≤≠≈]\s?-?{_N}(?:\s?[-+×÷*/=]\s?-?{_N}){{0,20}}",
        _equation,
    ),
    (
        r"(?<![\d.])(\d{1,3})\s?[-–:]\s?(\d{1,3})(?=\s(?:win|victory|loss|lead|draw|defeat|score))",
        lambda m: f"{en_cardinal(m[1])} to {en_cardinal(m[2])}",
    ),
    (rf"(?<![\d.A-Za-z-])({_N})\s?[-–—~]\s?({_N})(?![\d.-])", _range),
    (r"(?<![\d.])(\d+):(\d+)(?![\d:])", lambda m: f"{en_cardinal(m[1])} to {en_cardinal(m[2])}"),
    (
        r"((?:Chapter|Part|Volume|Book|Act|Scene|Section|War|Phase|Type|Class|Mark|Grade|Stage|Level|Super Bowl|Final Fantasy|Title|Article|Appendix|Figure|Table|Rocky|Henry|Louis|George|Elizabeth|Charles|Edward|James|William|Richard|Philip|Pius|John Paul|Benedict|Leo|Gregory|Francis|Alexander|Catherine|Nicholas|Frederick|Napoleon|Peter|Mary|John|Paul)\s)([IVXL]+)\b(?!')",
        _roman,
    ),
    (r"\b([A-Z][a-z]+\s)(I{2,3}|IV|VI{1,3}|IX|XI{1,3}|XIV|XV)\b", _roman),
    # abbreviations
    (r"\b([A-Z][a-z]+\s)Dr\.(?=\s?$|,|\s[a-z])", lambda m: m[1] + "drive"),
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
    # letters and digits
    (r"\b([Vv])(\d+(?:\.\d+){0,20})\b", lambda m: "version " + version(m[2])),
    (r"((?:[Vv]ersion|[Rr]elease)\s)(\d+(?:\.\d+){1,20})", lambda m: m[1] + version(m[2])),
    (r"([A-Za-z][-.]?)(\d+(?:\.\d+){0,20})", _letters_digits),
    (r"(?<![\d.])(\d+(?:\.\d+)?)-?([A-Za-z]+)", _digits_letters),
    (r"(?<![\d.])\d+(?:\.\d+){2,}(?!\d)", lambda m: version(m[0])),
    (
        r"\b((?:[Ii]n|[Ss]ince|[Bb]y|[Uu]ntil|[Ff]rom|[Dd]uring|[Aa]fter|[Bb]efore|of|year|to|and|[Ee]arly|[Ll]ate|[Cc]irca|summer|winter|spring|fall|autumn|the|for)\s)(1[1-9]\d\d|20\d\d)(?![\d,.]\d|\s?(?:people|men|women|students|dollars|times|years|days|miles|meters|words|pages))",
        lambda m: m[1] + en_year(m[2]),
    ),
    (
        r"(?<![\d.,$])(19\d\d|20[0-4]\d)(?!\d|[.,]\d|\s?(?:people|men|women|students|dollars|times|years|days|miles|meters|words|pages|units|employees|items))",
        lambda m: en_year(m[1]),
    ),
    (
        r"((?:Boeing|Airbus|Route|Highway|Flight|Room|Suite|RTX|iPhone|Windows)\s)(\d{3,4})(?![\d,])",
        lambda m: m[1] + model_number(m[2]),
    ),
    (rf"(?<![\dA-Za-z])-({_N})", _negative),
    (rf"(?<![\dA-Za-z])\+\s?({_N})", lambda m: "plus " + en_number(m[1])),
    (_N, _number),
    (r"\d", _number),
    (
        "|".join(re.escape(symbol) for symbol in sorted(SYMBOLS, key=len, reverse=True)),
        lambda m: f" {SYMBOLS[m[0]]} ",
    ),
)
