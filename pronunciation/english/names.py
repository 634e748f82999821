"""Signs, units and abbreviations -> their English names."""

from __future__ import annotations

CURRENCIES = {
    "$": ("dollar", "dollars", "cents"), "US$": ("US dollar", "US dollars", "cents"),
    "€": ("euro", "euros", "cents"), "£": ("pound", "pounds", "pence"), "¥": ("yuan", "yuan", ""),
    "HK$": ("Hong Kong dollar", "Hong Kong dollars", "cents"), "₹": ("rupee", "rupees", "paise"),
    "₩": ("won", "won", ""), "A$": ("Australian dollar", "Australian dollars", "cents"),
    "C$": ("Canadian dollar", "Canadian dollars", "cents"), "₽": ("ruble", "rubles", ""),
}  # fmt: skip

MONTHS = {
    "Jan": "January", "Feb": "February", "Mar": "March", "Apr": "April", "May": "May",
    "Jun": "June", "Jul": "July", "Aug": "August", "Sep": "September", "Oct": "October",
    "Nov": "November", "Dec": "December",
}  # fmt: skip

_SIMPLE = {
    "km": "kilometer", "m": "meter", "cm": "centimeter", "mm": "millimeter", "nm": "nanometer",
    "μm": "micrometer", "kg": "kilogram", "g": "gram", "mg": "milligram", "lb": "pound",
    "lbs": "pound", "oz": "ounce", "L": "liter", "l": "liter", "mL": "milliliter",
    "ml": "milliliter", "gal": "gallon", "h": "hour", "hr": "hour", "hrs": "hour",
    "min": "minute", "mins": "minute", "s": "second", "sec": "second", "secs": "second",
    "ms": "millisecond", "ns": "nanosecond", "mi": "mile", "yd": "yard", "W": "watt",
    "kW": "kilowatt", "MW": "megawatt", "GW": "gigawatt", "kWh": "kilowatt hour", "V": "volt",
    "kV": "kilovolt", "mA": "milliamp", "mAh": "milliamp hour", "dB": "decibel", "Pa": "pascal",
    "kPa": "kilopascal", "MPa": "megapascal", "J": "joule", "kJ": "kilojoule", "cal": "calorie",
    "kcal": "kilocalorie", "KB": "kilobyte", "MB": "megabyte", "GB": "gigabyte", "TB": "terabyte",
    "kb": "kilobit", "ha": "hectare", "tbsp": "tablespoon", "tsp": "teaspoon",
    "px": "pixel", "t": "ton", "mol": "mole", "Ω": "ohm",
    "ft²": "square foot", "m²": "square meter", "km²": "square kilometer", "m³": "cubic meter",
    "cm³": "cubic centimeter", "cm²": "square centimeter", "N": "newton", "hp": "horsepower",
}  # fmt: skip
_UNCOUNTED = {
    "Hz": "hertz", "kHz": "kilohertz", "MHz": "megahertz", "GHz": "gigahertz",
    "mph": "miles per hour", "km/h": "kilometers per hour", "kph": "kilometers per hour",
    "m/s": "meters per second", "fps": "frames per second", "rpm": "revolutions per minute",
    "bps": "bits per second", "Mbps": "megabits per second", "Gbps": "gigabits per second",
    "MB/s": "megabytes per second", "GB/s": "gigabytes per second", "psi": "P S I",
    "mmHg": "millimeters of mercury", "bpm": "beats per minute", "ppm": "parts per million",
    "mpg": "miles per gallon", "mg/dL": "milligrams per deciliter", "sq ft": "square feet",
    "m/s²": "meters per second squared", "dpi": "dots per inch",
}  # fmt: skip
UNITS: dict[str, tuple[str, str]] = {
    **{sign: (name, name.replace("foot", "feet") if "foot" in name else name + "s")
       for sign, name in _SIMPLE.items()},
    **{sign: (name, name) for sign, name in _UNCOUNTED.items()},
    "ft": ("foot", "feet"), "in": ("inch", "inches"), "inch": ("inch", "inches"),
    "hp": ("horsepower", "horsepower"),
}  # fmt: skip
del UNITS["in"], UNITS["t"], UNITS["s"]

ABBREVIATIONS = {
    "Dr": "doctor", "Mr": "mister", "Mrs": "missus", "Ms": "miss", "Prof": "professor",
    "Sr": "senior", "Jr": "junior", "Gen": "general", "Col": "colonel", "Capt": "captain",
    "Lt": "lieutenant", "Sgt": "sergeant", "Gov": "governor", "Sen": "senator",
    "Rep": "representative", "Rev": "reverend", "Hon": "honorable", "St": "street",
    "Ave": "avenue", "Blvd": "boulevard", "Rd": "road", "Ln": "lane", "Hwy": "highway",
    "Apt": "apartment", "Bldg": "building", "Dept": "department", "Univ": "university",
    "Inc": "incorporated", "Ltd": "limited", "Co": "company", "Corp": "corporation",
    "etc": "et cetera", "approx": "approximately", "est": "established", "min": "minutes",
    "max": "maximum", "vol": "volume", "Vol": "volume", "ch": "chapter", "Ch": "chapter",
    "pp": "pages", "Fig": "figure", "fig": "figure", "Jan": "January", "Feb": "February",
    "Mar": "March", "Apr": "April", "Jun": "June", "Jul": "July", "Aug": "August",
    "Sep": "September", "Sept": "September", "Oct": "October", "Nov": "November",
    "Dec": "December", "Mon": "Monday", "Tue": "Tuesday", "Tues": "Tuesday", "Wed": "Wednesday",
    "Thu": "Thursday", "Thurs": "Thursday", "Fri": "Friday", "Sat": "Saturday", "Mt": "mount",
    "Ft": "fort", "Sun": "Sunday", "ext": "extension", "Ext": "extension", "govt": "government",
}  # fmt: skip
del ABBREVIATIONS["Sun"], ABBREVIATIONS["Sat"], ABBREVIATIONS["Mar"]
ABBREVIATIONS["Mar"] = "March"

SYMBOLS = {
    "&": "and", "@": "at", "=": "equals", "+": "plus", "×": "times", "÷": "divided by",
    "±": "plus or minus", "≈": "about", "≠": "is not equal to", "≥": "at least", "≤": "at most",
    ">": "greater than", "<": "less than", "%": "percent", "#": "hash", "°": "degrees",
    "$": "dollars", "€": "euros", "£": "pounds", "¥": "yuan", "∞": "infinity", "π": "pi",
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "θ": "theta", "λ": "lambda",
    "μ": "mu", "σ": "sigma", "ω": "omega", "Ω": "omega", "Δ": "delta", "→": "to",
    "²": "squared", "³": "cubed", "√": "square root of",
}  # fmt: skip
