"""SubRip or WebVTT -> cues: when something is shown, and its rows as written."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ...documents.findings import Findings, quoted
from ...messages import Message
from ...mistakes import Place

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
    starts = [number for number, row in enumerate(rows) if _TIMES.fullmatch(row)]
    for at, late in zip(starts, [*starts[1:], len(rows)], strict=True):
        there = replace(place, line=(place.line or 1) + at)
        last = late == len(rows)
        between = rows[at + 1 : late]
        if not last and [row for row in between if not row.strip().isdecimal()] + between[1:]:
            remedy = "Put an empty line before every cue."
            inside = replace(place, line=(place.line or 1) + late)
            findings.add(inside, "A cue inside another one.", remedy)
            return
        yield from _cue(there, rows[at], between if last else [], webvtt, findings)


def _cue(
    place: Place, times: str, rows: list[str], webvtt: bool, findings: Findings
) -> Iterator[Cue]:
    """One cue; none where its times are wrong."""
    found = _TIMES.fullmatch(times)
    assert found, "whoever calls this found them"
    start, end = _milliseconds(found.groups()[:4]), _milliseconds(found.groups()[4:8])
    if start is None or end is None:
        findings.add(place, "A minute and a second have 00 to 59.", _EXAMPLE)
        return
    shown = enumerate(rows, (place.line or 1) + 1)
    yield Cue(place, start, end, tuple((line, plain(row, webvtt)) for line, row in shown))


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
