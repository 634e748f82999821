"""One written string -> one typed value. A reader raises UnfitError for what it refuses."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TypeVar
from urllib.parse import urlsplit

from ..messages import Message
from ..mistakes import nearest
from .findings import UnfitError, quoted

T = TypeVar("T")

SAMPLE_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
"""Hz"""

_MEASURE = re.compile(r"([+-]?[0-9]{1,9}(?:\.[0-9]{1,9})?)\s*([A-Za-z%]*)")
_TIME = {"ms": Decimal("0.001"), "s": Decimal(1), "min": Decimal(60)}
_SPAN = {"s": Decimal(1), "min": Decimal(60), "h": Decimal(3600), "d": Decimal(86_400)}
_SIZE = {unit: Decimal(1000) ** power for power, unit in enumerate(("kB", "MB", "GB", "TB"), 1)}
_RATIO = {"": Decimal(1), "%": Decimal("0.01")}
_RATE = {"": Decimal(1), "Hz": Decimal(1), "kHz": Decimal(1000)}


def seconds(low: float, high: float) -> Callable[[str], float]:
    """Reads `500ms`, `1.5s` or `2min` as seconds within low..high."""
    return _measure(_TIME, low, high, "s", "500ms, 1.5s or 2min")


def span(low: float, high: float) -> Callable[[str], float]:
    """Reads `90s`, `15min`, `12h` or `30d` as seconds within low..high."""
    return _measure(_SPAN, low, high, "s", "90s, 15min, 12h or 30d")


def size(low: float, high: float) -> Callable[[str], int]:
    """Reads `500 MB` or `2 GB` as bytes within low..high."""
    read = _measure(_SIZE, low, high, " bytes", "500 MB or 2 GB")
    return lambda text: int(read(text))


def decibels(low: float, high: float) -> Callable[[str], float]:
    """Reads `-6 dB` within low..high."""
    return _measure({"dB": Decimal(1)}, low, high, " dB", "-6 dB")


def room_tone(text: str) -> float | None:
    """Reads `-45 dB` within -80..-20, or `none`."""
    return None if text.lower() == "none" else decibels(-80, -20)(text)


def loudness(text: str) -> float:
    """Reads `-16 LUFS` within -40..-5."""
    return _measure({"LUFS": Decimal(1)}, -40, -5, " LUFS", "-16 LUFS")(text)


def duration(low: float, high: float) -> Callable[[str], float]:
    """Reads `5:00`, `1:02:30` or what `seconds` reads as seconds within low..high."""
    plain = seconds(low, high)

    def read(text: str) -> float:
        clock = re.fullmatch(r"(?:([0-9]{1,2}):)?([0-9]{1,3}):([0-5][0-9])", text)
        if not clock:
            return plain(text)
        hours, minutes, rest = (int(part or 0) for part in clock.groups())
        return plain(f"{3600 * hours + 60 * minutes + rest}s")

    return read


def ratio(low: float, high: float) -> Callable[[str], float]:
    """Reads `0.8` or `80%` within low..high."""
    return _measure(_RATIO, low, high, "", "0.8 or 80%")


def sample_rate(text: str) -> int:
    """Reads `48 kHz` or `48000` as one of SAMPLE_RATES."""
    value = _measure(_RATE, 0, 1_000_000, " Hz", "48 kHz or 48000")(text)
    if value not in SAMPLE_RATES:
        known = ", ".join(str(rate) for rate in SAMPLE_RATES)
        raise UnfitError(
            Message("{} is no usual sample rate.", quoted(text)), Message("Use one of {}.", known)
        )
    return int(value)


def integer(low: int, high: int) -> Callable[[str], int]:
    """Reads a whole number within low..high."""

    def read(text: str) -> int:
        if not re.fullmatch(r"[+-]?[0-9]{1,20}", text):
            raise UnfitError(
                Message("{} is not a whole number.", quoted(text)),
                Message("Write one from {} to {}.", low, high),
            )
        if not low <= int(text) <= high:
            raise UnfitError(
                Message("{} is out of range.", text),
                Message("Choose a number from {} to {}.", low, high),
            )
        return int(text)

    return read


def choice(options: Mapping[str, T]) -> Callable[[str], T]:
    """Reads one of a few words, in any case, as what it stands for."""

    def read(text: str) -> T:
        if text.lower() not in options:
            raise UnfitError(
                Message("{} is not one of the choices.", quoted(text)), nearest(text[:80], options)
            )
        return options[text.lower()]

    return read


flag = choice({"yes": True, "no": False, "true": True, "false": False})


def words(most: int) -> Callable[[str], str]:
    """Reads text that is not empty and at most `most` characters long; spaces around it go."""

    def read(text: str) -> str:
        stripped = text.strip()
        if not stripped:
            raise UnfitError("Nothing is written here.", "Write some text.")
        if len(stripped) > most:
            raise UnfitError(
                Message("This text is longer than {} characters.", most), "Shorten or split it."
            )
        return stripped

    return read


def label(text: str) -> str:
    """Reads the name of a person, a voice or an emotion: one line, at most 60 characters.

    Names become parts of file names, so they hold no path separators and begin with no dot.
    """
    name = words(60)(text)
    if "\n" in name or "/" in name or "\\" in name or name.startswith("."):
        raise UnfitError(
            Message("{} cannot be a name.", quoted(name)),
            "Leave out slashes, line ends and dots in front.",
        )
    return name


def title(text: str) -> str:
    """Reads one line of at most 300 characters."""
    line = words(300)(text)
    if "\n" in line:
        raise UnfitError("This has more than one line.", "Write it in one.")
    return line


def moment(text: str) -> str:
    """Reads a date as `date` does, or a day with a time and its zone: `2026-11-22 08:00 +08:00`."""
    day, clock, zone = (
        "[0-9]{4}-[0-9]{2}-[0-9]{2}",
        "[0-9]{1,2}:[0-9]{2}",
        "Z|[+-][0-9]{2}:?[0-9]{2}",
    )
    timed = re.fullmatch(f"({day})[T ]({clock}(?::[0-9]{{2}})?) ?({zone})", text)
    if timed is None:
        return date(text)
    zone = "+00:00" if timed[3] == "Z" else f"{timed[3][:3]}:{timed[3][-2:]}"
    try:
        return datetime.datetime.fromisoformat(f"{timed[1]}T{timed[2]:0>5}{zone}").isoformat()
    except ValueError:
        what = Message("{} is not a date.", quoted(text))
        raise UnfitError(what, "Write 2026-11-22 08:00 +08:00.") from None


def date(text: str) -> str:
    """Reads an ISO 8601 year, month or day: `2026`, `2026-11` or `2026-11-22`."""
    if re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", text):
        try:
            datetime.date.fromisoformat(text + "-01-01"[len(text) - 4 :])
        except ValueError:
            pass
        else:
            return text
    raise UnfitError(
        Message("{} is not a date.", quoted(text)), "Write 2026, 2026-11 or 2026-11-22."
    )


def url(text: str) -> str:
    """Reads a web address."""
    try:
        parts = urlsplit(text)
        fits = parts.scheme in {"http", "https"} and parts.hostname and not re.search(r"\s", text)
    except ValueError:
        fits = False
    if not fits or len(text) > 2000:
        raise UnfitError(
            Message("{} is not a web address.", quoted(text)), "Begin it with https://."
        )
    return text


def _shown(value: float, units: Mapping[str, Decimal], unit: str) -> str:
    """A limit in words: `600s`, but `3650d` and `67.11 MB`, where nobody counts that far."""
    if abs(value) < 1e6:
        return f"{value:g}{unit}"
    name = max((name for name in units if units[name] <= value), key=units.__getitem__)
    return f"{value / float(units[name]):.4g}{_gap(name)}{name}" if name else f"{value:.0f}{unit}"


def _measure(
    units: Mapping[str, Decimal], low: float, high: float, unit: str, example: str
) -> Callable[[str], float]:
    """Reads a number and a unit; only zero needs none where `units` has no empty one."""
    factors = {name.lower(): factor for name, factor in units.items()}

    def read(text: str) -> float:
        found = _MEASURE.fullmatch(text)
        if not found:
            raise UnfitError(
                Message("{} cannot be understood here.", quoted(text)),
                Message("Write {}.", example),
            )
        number, written = Decimal(found[1]), found[2].lower()
        if not written and written not in factors and number:
            choices = " or ".join(f"{found[1]}{_gap(name)}{name}" for name in list(units)[:2])
            raise UnfitError(
                Message("{} has no unit.", quoted(text)), Message("Write {}.", choices)
            )
        if written and written not in factors:
            raise UnfitError(
                Message("The unit {} is not known here.", quoted(found[2])),
                Message("Write {}.", example),
            )
        value = float(number * factors.get(written, Decimal(1)))
        if not low <= value <= high:
            least, most = (_shown(limit, units, unit) for limit in (low, high))
            raise UnfitError(
                Message("{} is out of range.", quoted(text)),
                Message("Choose from {} to {}.", least, most),
            )
        return value

    return read


def _gap(unit: str) -> str:
    return "" if unit in {*_TIME, *_SPAN} else " "
