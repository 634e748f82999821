"""SRT subtitles -> a Script: the words of every cue, and pauses where long nothing is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..documents.fields import label
from ..documents.findings import Findings, UnfitError, quoted
from ..messages import Message
from ..mistakes import Place
from .dialogue import dialogue, guess_language, join, narrator, split_name
from .script import Line, Pause, Script, Segment
from .segments import LONGEST_PAUSE, MOST_SEGMENTS, words

SHORTEST_GAP = 1000
"""ms without a subtitle that are kept as a pause; shorter gaps are only how subtitles are cut."""

_TIME = r"(\d{1,3}):(\d\d):(\d\d)[,.](\d{1,3})"
_TIMES = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(\s.*)?", re.ASCII)
_NUMBER = re.compile(r"\s*\d+\s*", re.ASCII)
_STYLE = re.compile(r"</?(?:i|b|u|s|font|c|lang)(?:[ .][^<>]*)?>|</v>|\{\\[^{}]*\}", re.IGNORECASE)
_VOICE = re.compile(
    r"\s*(?:<v(?:\.\S*)? ([^<>]+)>|\[([^\[\]:：]+)\]|【([^【】:：]+)】)\s*[:：]?\s*"
)
_DASH = re.compile(r"\s*[-–—]\s+")
_EXAMPLE = "Write 00:00:01,000 --> 00:00:03,500."


@dataclass(frozen=True, slots=True)
class _Cue:
    place: Place
    start: int
    """ms"""
    end: int
    """ms"""
    rows: tuple[tuple[int, str], ...]
    """Line numbers and what is shown, as written."""


def read_srt(path: Path, text: str, findings: Findings) -> Script:
    """The script in `text`, which was read from `path`; mistakes go to `findings`.

    A cue names its speaker as `<v Name>`, `[Name]` or `Name:`; one that does not goes on with the
    speaker before. Gaps of at least SHORTEST_GAP between two cues become pauses; how long the words
    themselves take is for the voice to say.
    """
    language = guess_language(text)
    segments: list[Segment] = []
    speaker = narrator(language)
    end: int | None = None
    start = 0
    for cue in _cues(text, str(path), findings):
        if cue.end < cue.start or cue.start < start:
            remedy = "Bring the cues into the order of their times."
            findings.add(cue.place, "The times run backwards here.", remedy)
        elif end is not None and cue.start - end >= SHORTEST_GAP:
            segments.append(_pause(cue.place, cue.start - end, findings))
        start, end = cue.start, max(cue.end, end or 0)
        lines = _lines(cue, speaker, findings)
        speaker = lines[-1].speaker if lines else speaker
        segments.extend(lines)
        if len(segments) > MOST_SEGMENTS:
            findings.stop(
                cue.place,
                Message("More than {} lines and pauses.", MOST_SEGMENTS),
                "Split the file.",
            )
    if not segments and not findings:
        findings.add(Place(str(path), 1, 1), "There are no subtitles in this file.", _EXAMPLE)
    return dialogue(path, language, segments)


def _cues(text: str, file: str, findings: Findings) -> Iterator[_Cue]:
    """Cues in the order of the file; what is no cue is noted and left out."""
    for first, rows in _blocks(text):
        numbered = len(rows) > 1 and _NUMBER.fullmatch(rows[0])
        at = 1 if numbered else 0
        place = Place(file, first + at, 1)
        times = _TIMES.fullmatch(rows[at])
        late = next((i for i in range(at + 1, len(rows)) if _TIMES.fullmatch(rows[i])), None)
        if not times:
            findings.add(
                place, Message("{} is not the time of a subtitle.", quoted(rows[at])), _EXAMPLE
            )
        elif late:
            remedy = "Put an empty line before every cue."
            findings.add(Place(file, first + late, 1), "A cue inside another one.", remedy)
        else:
            start, end = _milliseconds(times.groups()[:4]), _milliseconds(times.groups()[4:8])
            if start is None or end is None:
                findings.add(place, "A minute and a second have 00 to 59.", _EXAMPLE)
                continue
            shown = tuple(enumerate(rows[at + 1 :], first + at + 1))
            yield _Cue(place, start, end, shown)


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """Runs of lines that are not empty, each with the number of its first."""
    rows: list[str] = []
    for number, row in enumerate([*text.split("\n"), ""], 1):
        if row.strip():
            rows.append(row)
        elif rows:
            yield number - len(rows), rows
            rows = []


def _milliseconds(parts: tuple[str, ...]) -> int | None:
    hours, minutes, seconds = (int(part) for part in parts[:3])
    if minutes > 59 or seconds > 59:
        return None
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + int(parts[3].ljust(3, "0"))


def _pause(place: Place, gap: int, findings: Findings) -> Pause:
    if gap > LONGEST_PAUSE * 1000:
        findings.add(
            place,
            Message("Nothing is shown for {} minutes before this cue.", gap // 60000),
            Message(
                "A pause has at most {:g} minutes; move the cues closer together.",
                LONGEST_PAUSE / 60,
            ),
        )
    return Pause(place=place, seconds=gap / 1000)


def _lines(cue: _Cue, speaker: str, findings: Findings) -> list[Line]:
    """What is said in one cue: a line for every name in it, and one for words before any."""
    parts: list[tuple[Place, str, str]] = []
    for number, row in cue.rows:
        place = Place(cue.place.file, number, 1)
        try:
            name, spoken = _split(_STYLE.sub("", row))
        except UnfitError as unfit:
            findings.add(place, unfit.what, unfit.remedy)
            return []
        if name or not parts:
            parts.append((place, name or speaker, spoken))
        else:
            parts[-1] = (*parts[-1][:2], join(parts[-1][2], spoken))
        speaker = parts[-1][1]
    if not any(spoken for _, _, spoken in parts):
        findings.add(cue.place, "Nothing is said in this cue.", "Write words, or delete the cue.")
    lines: list[Line] = []
    for place, name, spoken in parts:
        if spoken:
            try:
                lines.append(Line(place=place, speaker=name, text=words(spoken)))
            except UnfitError as unfit:
                findings.add(place, unfit.what, unfit.remedy)
    return lines


def _split(row: str) -> tuple[str | None, str]:
    """Name and words of one row."""
    if dash := _DASH.match(row):
        row = row[dash.end() :]
    if voice := _VOICE.match(row):
        name = next(group for group in voice.groups() if group)
        return label(name), row[voice.end() :].strip()
    name, start = split_name(row)
    return name, row[start:].strip()
