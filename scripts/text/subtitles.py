"""Subtitles, SubRip or WebVTT -> a Script: the words of every cue, with their times."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from ...documents.fields import label
from ...documents.findings import Findings, UnfitError
from ...messages import Message
from ...mistakes import Place
from ..defaults import Defaults
from ..script import Line, Pause, Script, Segment
from ..segments import LONGEST_TEXT, MOST_SEGMENTS, words
from .cues import LONGEST, Cue, cues
from .dialogue import dialogue, guess_language, join, listed, narrator
from .heard import without_sounds
from .names import Names, names

SHORTEST_GAP = 1000
"""ms without a subtitle that are kept as a pause where times are free; shorter gaps are only how
subtitles are cut."""

_DASH = re.compile(r"\s*[-–—]\s+|\s*[-–—](?=[\[【<\u3400-\u9fff])")
_WORD_TIMES = re.compile(r"<\d\d:\d\d:\d\d\.\d{3}>", re.ASCII)
"""When single words are shown, as automatic subtitles say."""
_ROLLS = 50  # ms between cues that are one text rolling up
_NO_SUBTITLES = "There are no subtitles in this file."
_EXAMPLE = "Write 00:00:01,000 --> 00:00:03,500."


def read_subtitles(path: Path, text: str, findings: Findings, defaults: Defaults) -> Script:
    """The script in `text`, which was read from `path`; mistakes go to `findings`.

    A cue names its speaker as `<v Name>`, `[Name]` or `Name:`; one that does not goes on with the
    speaker before. Every line has the window of time in which it is shown; gaps of at least
    SHORTEST_GAP are pauses, which count where `output.timing` is free.
    """
    file = str(path)
    found = list(cues(text, file, findings))
    if len(_WORD_TIMES.findall(text)) > 1:
        found = list(unrolled(found))
    rows = [_undashed(row) for cue in found for _, row in cue.rows]
    language = guess_language("\n".join(rows))
    who = names(rows, defaults.names)
    reading = _Reading(who, narrator(language), findings)
    for cue in found:
        reading.cue(cue)
    if not any(isinstance(one, Line) for one in reading.segments) and not findings:
        what = "Nothing is said in these subtitles." if found else _NO_SUBTITLES
        findings.add(Place(file, 1, 1), what, _EXAMPLE)
    script = dialogue(path, reading.segments, language, who)
    return replace(
        script,
        notes=(*script.notes, *reading.notes()),
        output=defaults.output,
        lexicons=defaults.lexicons,
        numbers=defaults.numbers,
    )


def unrolled(found: Iterable[Cue]) -> Iterator[Cue]:
    """Cues of automatic subtitles without the rows that stay from the cue before while the text
    rolls up: they are shown again, not said again."""
    before: list[str] = []
    end = 0
    for cue in found:
        rows = [row for row in cue.rows if row[1].strip()]
        shown = [text.strip() for _, text in rows]
        while shown and rows and cue.start <= end + _ROLLS and rows[0][1].strip() in before[-1:]:
            rows.pop(0)
        before, end = shown or before, cue.end
        if rows or not shown:
            yield replace(cue, rows=tuple(rows))


def _undashed(row: str) -> str:
    """The row without the dash that tells of another speaker."""
    dash = _DASH.match(row)
    return row[dash.end() :] if dash else row


@dataclass(slots=True)
class _Reading:
    """Subtitles while they are read."""

    names: Names
    speaker: str
    findings: Findings
    segments: list[Segment] = field(default_factory=list)
    start: int = 0
    """ms; of the cue before"""
    end: int | None = None
    """ms; until when something was shown"""
    left: list[tuple[Place, str]] = field(default_factory=list)
    """What nobody says, and where it stands."""

    def cue(self, cue: Cue) -> None:
        if cue.end < cue.start or cue.start < self.start:
            remedy = "Bring the cues into the order of their times."
            self.findings.add(cue.place, "The times run backwards here.", remedy)
        if sum(len(row) for _, row in cue.rows) > LONGEST_TEXT:
            what = Message("This text is longer than {} characters.", LONGEST_TEXT)
            self.findings.add(cue.place, what, "Shorten or split it.")
            return
        if cue.end > LONGEST:
            self.findings.stop(cue.place, "This is later than 24 hours.", "Correct the time.")
        self.start = max(cue.start, self.start)
        lines = self._lines(cue)
        if not lines:
            return
        if self.end is not None and cue.start - self.end >= SHORTEST_GAP:
            gap = (cue.start - self.end) / 1000
            self.segments.append(Pause(place=cue.place, seconds=gap))
        self.end = max(cue.end, self.end or 0)
        self.segments += lines
        if len(self.segments) > MOST_SEGMENTS:
            what = Message("More than {} lines and pauses.", MOST_SEGMENTS)
            self.findings.stop(cue.place, what, "Split the file.")

    def _lines(self, cue: Cue) -> list[Line]:
        """What is said in one cue: a line for every name in it, and one for words before any."""
        parts: list[tuple[Place, str, str]] = []
        left: list[tuple[Place, str]] = []
        for number, row in cue.rows:
            place = Place(cue.place.file, number, 1)
            try:
                name, said = self._split(row)
            except UnfitError as unfit:
                self.findings.add(place, unfit.what, unfit.remedy)
                return []
            said, sounds = without_sounds(said)
            left += [(place, sound) for sound in sounds]
            if name or not parts or _undashed(row) != row:
                parts.append((place, name or self.speaker, said))
            else:
                parts[-1] = (*parts[-1][:2], join(parts[-1][2], said))
            self.speaker = parts[-1][1]
        spoken = [part for part in parts if any(map(str.isalnum, part[2]))]
        left += [
            (place, said) for place, _, said in parts if said and (place, _, said) not in spoken
        ]
        if not spoken and not left:
            left.append((cue.place, ""))
        self.left += left
        return _timed(cue, spoken)

    def _split(self, row: str) -> tuple[str | None, str]:
        """Name and words of one row."""
        row = _undashed(row)
        name, start = self.names.split(row)
        return label(name) if name else None, row[start:].strip()

    def notes(self) -> list[str]:
        """What was left out."""
        if not self.left:
            return []
        shown = [
            f'{place.line} "{words}"' if words else f"{place.line} (empty)"
            for place, words in self.left
        ]
        return [Message("Left out, since nobody says it, by line: {}.", listed(shown))]


def _timed(cue: Cue, parts: list[tuple[Place, str, str]]) -> list[Line]:
    """The lines of a cue, which share its time by their lengths."""
    total = sum(len(said) for _, _, said in parts)
    start, length = cue.start / 1000, (cue.end - cue.start) / 1000
    lines: list[Line] = []
    done = 0
    for place, name, said in parts:
        first = start + length * done / total
        done += len(said)
        window = (round(first, 3), round(start + length * done / total, 3))
        lines.append(Line(place=place, speaker=name, text=words(said), window=window))
    return lines
