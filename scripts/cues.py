"""SubRip or WebVTT -> cues: when something is shown, and its rows as written."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..documents.findings import Findings, quoted
from ..messages import Message
from ..mistakes import Place

_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d\d)(?:[,.](\d{1,3}))?"
_TIMES = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(\s.*)?", re.ASCII)
_STYLE = re.compile(
    r"</?(?:i|b|u|s|font|c|lang|ruby|rt)(?:[ .][^<>]*)?>|</v>|<[\d:.]+>|\{\\[^{}]*\}", re.IGNORECASE
)
_BREAK = re.compile(r"\\[Nnh]|<br\s*/?>", re.IGNORECASE)
_EXAMPLE = "Write 00:00:01,000 --> 00:00:03,500."
LONGEST = 24 * 3600 * 1000
"""ms: nothing is shown later than that"""


@dataclass(frozen=True, slots=True)
class Cue:
    place: Place
    """Of its times."""
    start: int
    """ms"""
    end: int
    """ms"""
    rows: tuple[tuple[int, str], ...]
    """Line numbers, and what is shown without styles."""


def is_webvtt(text: str) -> bool:
    return bool(re.match(r"WEBVTT(?:[ \t\n]|$)", text))


def cues(text: str, file: str, findings: Findings) -> Iterator[Cue]:
    """Cues in the order of the file; what is no cue is noted and left out.

    WebVTT's notes, styles and regions are no cues. An empty cue has no rows.
    """
    webvtt = is_webvtt(text)
    for first, rows in _blocks(text, webvtt):
        if webvtt and (first == 1 or re.match(r"(?:NOTE|STYLE|REGION)(?:\s|$)", rows[0])):
            continue
        at = 1 if len(rows) > 1 and not _TIMES.fullmatch(rows[0]) else 0
        place = Place(file, first + at, 1)
        times = _TIMES.fullmatch(rows[at])
        if not times or (at and not webvtt and not rows[0].strip().isdecimal()):
            wrong = 0 if at and times else at
            what = Message("{} is not the time of a subtitle.", quoted(rows[wrong]))
            findings.add(Place(file, first + wrong, 1), what, _EXAMPLE)
            continue
        yield from _split(place, rows[at:], webvtt, findings)


def _split(place: Place, rows: list[str], webvtt: bool, findings: Findings) -> Iterator[Cue]:
    """The cue of a block, whose times come first; of several where nothing but a number stands
    between an empty cue and the next."""
    times = _TIMES.fullmatch(rows[0])
    assert times, "whoever calls this found them"
    number = place.line or 1
    late = next((i for i, row in enumerate(rows) if i and _TIMES.fullmatch(row)), 0)
    if late > 2 or (late == 2 and not rows[1].strip().isdecimal()):
        remedy = "Put an empty line before every cue."
        findings.add(Place(place.file, number + late, 1), "A cue inside another one.", remedy)
        return
    start, end = _milliseconds(times.groups()[:4]), _milliseconds(times.groups()[4:8])
    if start is None or end is None:
        findings.add(place, "A minute and a second have 00 to 59.", _EXAMPLE)
        return
    shown = enumerate(() if late else rows[1:], number + 1)
    yield Cue(place, start, end, tuple((line, plain(row, webvtt)) for line, row in shown))
    if late:
        yield from _split(Place(place.file, number + late, 1), rows[late:], webvtt, findings)


def plain(row: str, webvtt: bool) -> str:
    """What is shown of a row: without styles, on one line, WebVTT's `&amp;` as `&`."""
    row = _BREAK.sub(" ", _STYLE.sub("", row))
    return html.unescape(row) if webvtt else row.replace("&nbsp;", " ")


def _blocks(text: str, webvtt: bool) -> Iterator[tuple[int, list[str]]]:
    """Runs of lines that are not empty, each with the number of its first.

    A space makes a line of WebVTT one that is not; in SubRip people leave them by accident.
    """
    rows: list[str] = []
    for number, row in enumerate([*text.split("\n"), ""], 1):
        if row if webvtt else row.strip():
            rows.append(row)
        elif rows:
            yield number - len(rows), rows
            rows = []


def _milliseconds(parts: tuple[str | None, ...]) -> int | None:
    hours, minutes, seconds = (int(part or 0) for part in parts[:3])
    if minutes > 59 or seconds > 59:
        return None
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + int((parts[3] or "0").ljust(3, "0"))
