# ruff: noqa: E501 - wide characters fill a table
"""Signs of units -> their English names: bases, their prefixes, and one unit per another."""

from __future__ import annotations

import re

_PREFIXES = {"P": "peta", "T": "tera", "G": "giga", "M": "mega", "k": "kilo", "K": "kilo", "h": "hecto", "d": "deci",
             "c": "centi", "m": "milli", "μ": "micro", "u": "micro", "n": "nano", "p": "pico"}  # fmt: skip
_BASES = {
    "m": ("meter", "k d c m μ u n p"), "g": ("gram", "k m μ u n p"), "L": ("liter", "d m μ n"), "l": ("liter", "d m μ"),
    "s": ("second", "m μ n p"), "W": ("watt", "m k M G T"), "Wh": ("watt hour", "k M G T"), "V": ("volt", "m μ k"),
    "A": ("amp", "m μ"), "Ah": ("amp hour", "m"), "Ω": ("ohm", "k M"), "Pa": ("pascal", "h k M G"),
    "J": ("joule", "k M G"), "N": ("newton", "k m"), "mol": ("mole", "m μ n"), "cal": ("calorie", "k"),
    "B": ("byte", "k K M G T P"), "b": ("bit", "k K M G T"), "bit": ("bit", "k M G"), "dB": ("decibel", ""),
    "Sv": ("sievert", "m μ"), "Bq": ("becquerel", "k M G"), "eV": ("electron volt", "k M G T"),
    "IU": ("international unit", "m μ k"), "F": ("farad", "μ n p"), "H": ("henry", "m μ"),
}  # fmt: skip
_ALONE = {
    "lb": "pound", "lbs": "pound", "oz": "ounce", "gal": "gallon", "h": "hour", "hr": "hour", "hrs": "hour",
    "min": "minute", "mins": "minute", "sec": "second", "secs": "second", "mi": "mile", "yd": "yard", "yds": "yard",
    "yr": "year", "yrs": "year", "wk": "week", "wks": "week", "mo": "month", "mos": "month", "ha": "hectare",
    "tbsp": "tablespoon", "tsp": "teaspoon", "pt": "pint", "qt": "quart", "px": "pixel", "pcs": "piece", "ac": "acre",
    "m²": "square meter", "km²": "square kilometer", "cm²": "square centimeter", "mm²": "square millimeter",
    "m³": "cubic meter", "cm³": "cubic centimeter", "km³": "cubic kilometer", "m2": "square meter", "m3": "cubic meter",
    "km2": "square kilometer", "cm2": "square centimeter", "cm3": "cubic centimeter", "sq km": "square kilometer", "sq m": "square meter", "sq mi": "square mile",
    "sq. km": "square kilometer", "sq. mi.": "square mile", "N·m": "newton meter", "Nm": "newton meter", "N m": "newton meter",
    "KG": "kilogram", "Kg": "kilogram", "KM": "kilometer", "ML": "milliliter", "CM": "centimeter", "MM": "millimeter", "fl oz": "fluid ounce", "cc": "C C", "ton": "ton", "Å": "angstrom",
}  # fmt: skip
_UNCOUNTED = {
    "Hz": "hertz", "kHz": "kilohertz", "MHz": "megahertz", "GHz": "gigahertz", "THz": "terahertz",
    "mph": "miles per hour", "kph": "kilometers per hour", "kmh": "kilometers per hour", "fps": "frames per second",
    "rpm": "revolutions per minute", "bps": "bits per second", "kbps": "kilobits per second",
    "Kbps": "kilobits per second", "Mbps": "megabits per second", "mbps": "megabits per second", "gbps": "gigabits per second", "Gbps": "gigabits per second", "psi": "P S I",
    "mmHg": "millimeters of mercury", "bpm": "beats per minute", "ppm": "parts per million", "ppb": "parts per billion",
    "mpg": "miles per gallon", "sq ft": "square feet", "sq. ft.": "square feet", "sq. ft": "square feet", "sqft": "square feet",
    "ft²": "square feet", "cu ft": "cubic feet", "cu. ft.": "cubic feet", "dpi": "dots per inch", "hp": "horsepower", "nits": "nits",
    "m/s^2": "meters per second squared", "m/s²": "meters per second squared", "m/s2": "meters per second squared", "kn": "knots", "bar": "bar", "atm": "atmospheres",
    "lumens": "lumens", "lm": "lumens", "dBm": "D B M",
}  # fmt: skip
_CONTEXT = {"s", "b", "B", "F", "H", "bit", "pt", "ac", "Kb", "in", "t", "U"}
"""Signs that are other things too."""


def _plural(name: str) -> str:
    if " hour" in name:
        return name + "s"
    return name + ("es" if name.endswith("ch") else "s")


def _units() -> dict[str, tuple[str, str]]:
    made = {
        prefix + sign: (_PREFIXES[prefix] if prefix else "") + name
        for sign, (name, prefixes) in _BASES.items()
        for prefix in ("", *prefixes.split())
    }
    made |= _ALONE
    made |= {"mIU": "milli international unit", "μIU": "micro international unit"}
    found = {sign: (name, _plural(name)) for sign, name in made.items()}
    found |= {sign: (name, name) for sign, name in _UNCOUNTED.items()}
    found |= {
        sign: (re.sub(r"^(\w+?)s(?= per )", r"\1", many), many)
        for sign, (_, many) in found.items()
        if " per " in many
    }
    found |= {"ft": ("foot", "feet"), "in": ("inch", "inches"), "inch": ("inch", "inches"), "ft.": ("foot", "feet"), "C C": ("C C", "C C"),
              "″": ("inch", "inches"), "t": ("ton", "tons"), "U": ("unit", "units"), "cc": ("C C", "C C")}  # fmt: skip
    return found


ALL = _units()
"""Every sign, also those that are other things too."""
UNITS = {sign: names for sign, names in ALL.items() if sign not in _CONTEXT}
"""Signs that are units wherever they follow a number."""
PER = {
    **{sign: one for sign, (one, _) in ALL.items()},
    "h": "hour", "hr": "hour", "hour": "hour", "s": "second", "sec": "second", "second": "second", "min": "minute",
    "minute": "minute", "d": "day", "day": "day", "wk": "week", "week": "week", "w": "week", "mo": "month", "month": "month",
    "yr": "year", "year": "year", "y": "year", "night": "night", "person": "person", "mile": "mile", "user": "user",
    "head": "head", "pound": "pound", "gallon": "gallon", "share": "share", "unit": "unit", "barrel": "barrel", "bbl": "barrel",
    "ton": "ton", "piece": "piece", "each": "each", "ea": "each", "page": "page", "kWh": "kilowatt hour", "pp": "person", "p": "person",
    "seat": "seat", "child": "child", "dozen": "dozen", "bottle": "bottle", "lesson": "lesson", "session": "session", "class": "class",
    "acre": "acre", "sq ft": "square foot", "sqft": "square foot", "capita": "capita", "game": "game", "ft²": "square foot", "100g": "hundred grams",
    "100ml": "hundred milliliters", "ml": "milliliter",
}  # fmt: skip
"""What may stand after the stroke of so much per something."""


def unit(sign: str) -> tuple[str, str] | None:
    """`km/h` -> (kilometer per hour, kilometers per hour); None for what is no unit."""
    if sign in UNITS:
        return UNITS[sign]
    base, stroke, per = sign.partition("/")
    if stroke and base in ALL and per in PER:
        one, many = ALL[base]
        return f"{one} per {PER[per]}", f"{many} per {PER[per]}"
    return None
