"""Times of day, durations and angles in an English sentence -> words."""

from __future__ import annotations

from ..numerals import en_cardinal, en_digits, en_number
from ..rules import Match, Rule, Rules
from ..style import Style
from .patterns import DASH


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


def _clock(match: Match, style: Style) -> str | None:
    noon = match["noon"][0] + "m" if match["noon"] else ""
    said = clock(match["h"], match["m"], noon, match["s"] or "")
    more = " " if match.string[match.end() : match.end() + 1].isalpha() else ""
    return said + more if said else None


def _hours(match: Match, style: Style) -> str:
    """5-7 pm, 10am-2pm."""
    first = en_cardinal(match[1]) + (f" {match[2].lower()} m" if match[2] else "")
    return f"{first} to {en_cardinal(match[3])} {match[4].lower()} m"


def _counted(number: str, one: str) -> str:
    return f"{en_cardinal(str(int(number)))} {one}{'' if int(number) == 1 else 's'}"


def _duration(match: Match, style: Style) -> str | None:
    """1h 30m, 3m 20s, 2 hrs 15 mins."""
    parts = [(match["h"], "hour"), (match["m"], "minute"), (match["s"], "second")]
    if sum(1 for number, _ in parts if number) < 2:
        return None
    return " ".join(_counted(number, one) for number, one in parts if number)


def _primes(match: Match, style: Style) -> str:
    """5'10" is a height, 4'30" a time: no foot has thirty inches."""
    first, second = match[1], match[2]
    if int(second) < 12 and int(first) < 9:
        feet = "foot" if int(first) == 1 else "feet"
        inches = "inch" if int(second) == 1 else "inches"
        return f"{en_number(first)} {feet} {en_number(str(int(second)))} {inches}"
    return f"{_counted(first, 'minute')} {_counted(second, 'second')}"


def _angle(match: Match, style: Style) -> str:
    said = f"{_counted(match[1], 'degree')} {_counted(match[2], 'minute')}"
    return said + (f" {_counted(match[3], 'second')}" if match[3] else "")


def _hundred_hours(match: Match, style: Style) -> str:
    """0800 hours -> zero eight hundred hours."""
    hour, minute = match[1], match[2]
    said = ("zero " if hour[0] == "0" else "") + en_cardinal(hour)
    return said + (
        " hundred"
        if minute == "00"
        else " " + (en_cardinal(minute) if minute[0] != "0" else en_digits(minute))
    )


_NOON = r"(?:\.[Mm]\b\.?|[Mm]\b)"

TIMES: Rules = (
    Rule(
        r"(?<![\w.])(\d+(?:\.\d+)?) s(?=[,;)}]|\.?$)",
        lambda m, s: f"{en_number(m[1])} second{'' if m[1] == '1' else 's'}",
        needs="s",
    ),
    Rule(
        r"(?<![\d.])(\d{1,3})\s?°\s?(\d{1,2})\s?[′'’]\s?(?:(\d{1,2})(?:\.\d+)?\s?(?:[″\"”]|''|′′))?",
        _angle,
        needs="°",
    ),
    Rule(r"(?<![\d.])(\d{1,2})['’′]\s?(\d{1,2})(?:[\"”″]|''|′′)", _primes, needs="'’′"),
    Rule(
        rf"(?<![\d:.])(\d{{1,2}})[:.](\d\d)(?::\d\d)?\s?(?P<own0>[AaPp]{_NOON})?(?:{DASH}|\sto\s)(\d{{1,2}})[:.](\d\d)\s?([AaPp](?:\.[Mm]\b\.?|[Mm]\b))",
        lambda m, s: _range_with_noon(m),
        needs=".:",
    ),
    Rule(
        rf"(?<![\d:.])(\d{{1,2}}):(\d\d)(?::\d\d)?(?:{DASH})(\d{{1,2}}):(\d\d)(?![\d:])()",
        lambda m, s: _clock_range_plain(m),
        needs=":",
    ),
    Rule(
        rf"(?<![\d:.])(1[0-2]|[1-9])\s?(?:([AaPp]){_NOON})?\s?(?:[-–—]|to)\s?(1[0-2]|[1-9])\s?([AaPp]){_NOON}",
        _hours,
        needs="-t–—",
    ),
    Rule(
        rf"(?<![\d:.])(?P<h>\d{{1,2}}):(?P<m>[0-5]\d)(?::(?P<s>[0-5]\d))?(?:\s?(?P<noon>[AaPp]){_NOON}|h(?:rs)?\b)?(?![\d:])",
        _clock,
        needs=":",
    ),
    Rule(
        rf"(?<![\d:.])(?P<h>1[0-2]|0?[1-9])[.](?P<m>[0-5]\d)(?P<s>(?!))?\s?(?P<noon>[AaPp]){_NOON}",
        _clock,
        needs=".",
    ),
    Rule(
        rf"(?<![\d:.])(1[0-2]|[1-9])\s?([AaPp]){_NOON}",
        lambda m, s: f"{en_cardinal(m[1])} {m[2].lower()} m",
        needs=".Mm",
    ),
    Rule(r"(?<=\d)\s?([AaPp])\.[Mm]\.", lambda m, s: f" {m[1].lower()} m", needs="."),
    Rule(rf"(?<=[ap] m)(?:{DASH})(?=\w)", lambda m, s: " to ", needs="m"),
    Rule(
        rf"(?<=noon)(?:{DASH})(?=\w)|(?<=midnight)(?:{DASH})(?=\w)", lambda m, s: " to ", needs="mn"
    ),
    Rule(
        r"(?<!\d)([01]\d|2[0-4])([0-5]\d)(?=\s(?:hours|hrs|local|GMT|UTC|Zulu))",
        _hundred_hours,
        needs="GUZhl",
    ),
    Rule(
        r"(?<![\d.A-Za-z])(?:(?P<h>\d{1,3})\s?(?:h|hrs?|hours?)\s?)?(?:(?P<m>\d{1,2})\s?(?:m|mins?|minutes?)\s?)?(?:(?P<s>\d{1,2})\s?(?:s|secs?|seconds?)(?![A-Za-z/]))?(?<=[hmsncr])(?![A-Za-z/²³\d])",
        _duration,
        needs="chmnrs",
    ),
    Rule(
        r"(?<![\d.,-])\b(\d{1,3}(?:\.\d+)?)s\b(?!'|\s(?:of|upon))",
        lambda m, s: f"{en_number(m[1])} second{_s(m)}",
        "P303",
        needs="s",
    ),
)


def _s(match: Match) -> str:
    """A 30s ad is a thirty second ad."""
    before = match.string[max(0, match.start() - 4) : match.start()]
    return "" if match[1] == "1" or before.endswith((" a ", "a ", "an ")) else "s"


def _range_with_noon(match: Match) -> str:
    own = match["own0"]
    first = clock(match[1], match[2], own[0] + "m" if own else match[6][0] + "m")
    last = clock(match[4], match[5], match[6][0] + "m")
    if (
        not own
        and first
        and not int(match[2])
        and match.string[match.start() : match.end()].find(" to ") >= 0
    ):
        first = clock(match[1], match[2])
    elif not own and first:
        first = first[: -len(" p m")]
    return f"{first} to {last}"


def _clock_range_plain(match: Match) -> str | None:
    first, last = clock(match[1], match[2]), clock(match[3], match[4])
    return f"{first} to {last}".replace(" o'clock", "") if first and last else None
