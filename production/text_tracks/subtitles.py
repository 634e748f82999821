"""Timeline -> subtitles: which words stand on the screen when, in rows a reader can follow.

Times are whole milliseconds of the exact sample offsets. Subtitles of one speaker never overlap
and never go backwards; those of two speakers may overlap as their voices do.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeAlias

from ..timeline import Clip, Timeline
from .characters import CLAUSE_END, SENTENCE_END, char_width, columns, is_wide, plain
from .spans import milliseconds, ranges, spans

ROW = 42
"""Columns of a row, the usual limit of Latin subtitles"""
WIDE_ROW = 36
"""The same where there are Han characters, which take two: eighteen of them"""
LONGEST = 64
"""Columns of the longest word that is left whole; WebVTT transcripts want rows of at most 65."""

_NEVER_FIRST = frozenset("。．.，,、；;：:！!？?…—～·）)］]｝}〕】》〉」』”’％%‰℃°々ー")
_NEVER_LAST = frozenset("（(［[｛{〔【《〈「『“‘￥¥＄$£€#@")

# What it costs to break after a sentence, a clause, a word, and between two Han characters; a
# break between subtitles weighs more than one between rows, and each costs its reader a glance.
_AFTER_SENTENCE, _AFTER_CLAUSE, _AFTER_WORD, _MID_CLAUSE = 0.0, 0.2, 0.8, 1.2
_SUBTITLE, _SUBTITLE_BREAK, _SLACK = 0.6, 1.5, 0.8
_FLASH, _FLASH_COLUMNS = 1.0, 12
"""So short a subtitle is gone before it is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subtitle:
    """Words on the screen. `text` and `rows` are not yet escaped for any format."""

    start: int
    """ms"""
    end: int
    """ms, more than `start`"""
    speaker: str
    text: str
    """One line, never empty."""
    rows: tuple[str, ...]
    """The text in one or two rows."""
    words: tuple[TimedWord, ...] = ()
    """The text word by word; () where nobody knows when they are said."""


@dataclass(frozen=True, slots=True)
class TimedWord:
    """A word with the signs and spaces after it, and when it is heard."""

    text: str
    start: int
    """ms"""
    end: int
    """ms"""


def subtitles(timeline: Timeline) -> list[Subtitle]:
    """Every clip's words as subtitles, in order of start.

    Where the times of a clip's words are known a subtitle stands from its first word to its last,
    longer where there is time to read it in peace; else they share the clip's time in proportion
    to what is spoken in each. Where the speaker changes, the first row leaves room for a name.
    """
    named = len({clip.speaker for clip in timeline.clips}) > 1
    free: dict[str, int] = {}
    found: list[Subtitle] = []
    before = None
    clips = sorted(timeline.clips, key=lambda clip: clip.start)
    for clip, until in zip(clips, _untils(clips, timeline), strict=True):
        speaker = plain(clip.speaker)
        room = columns(label(speaker)) if named and speaker != before else 0
        texts = _split(plain(clip.text), room)
        joined = [_joined(rows) for rows in texts]
        times = spans(clip, timeline.rate, joined, free.get(speaker), until)
        inside = ranges(clip, joined)
        for rows, text, (start, end), place in zip(texts, joined, times, inside, strict=True):
            stripped = tuple(row.strip() for row in rows)
            words = tuple(_words(clip, timeline.rate, place))
            found.append(
                Subtitle(
                    start=start, end=end, speaker=speaker, text=text, rows=stripped, words=words
                )
            )
            free[speaker] = end
            before = speaker
    return sorted(found, key=lambda subtitle: (subtitle.start, subtitle.end))


def _words(clip: Clip, rate: int, place: tuple[int, int]) -> Iterator[TimedWord]:
    """The words of a stretch of a clip's text, in order and not before one another."""
    inside = [word for word in clip.words if place[0] <= word.start < place[1]]
    start = 1000 * clip.start / rate
    for number, word in enumerate(inside):
        begin = word.start if number else place[0]
        end = inside[number + 1].start if number + 1 < len(inside) else place[1]
        text = "".join(" " if char.isspace() else plain(char) for char in clip.text[begin:end])
        yield TimedWord(text, round(start + 1000 * word.begins), round(start + 1000 * word.ends))


def _untils(clips: Sequence[Clip], timeline: Timeline) -> Iterator[int]:
    """ms up to which the last subtitle of each clip may stand: until somebody speaks again."""
    for number, clip in enumerate(clips):
        later = (other.start for other in clips[number + 1 :] if other.start >= clip.start)
        last = max(next(later, timeline.length), clip.start + clip.length)
        yield milliseconds(last, timeline.rate)


def label(name: str) -> str:
    """What goes in front of a speaker's words where a format has no place for names: `Ann: `.

    Wide names end in the full-width colon, and half a row is the most a name may take.
    """
    name = name.strip(" :：")
    if columns(name) > ROW // 2:
        widths = accumulate(map(char_width, name))
        name = "".join(c for c, width in zip(name, widths, strict=True) if width < ROW // 2) + "…"
    if not name:
        return ""
    return f"{name}：" if char_width(name[-1]) == 2 else f"{name}: "


@dataclass(frozen=True, slots=True)
class _Unit:
    """A stretch of text that is never broken, and what breaking after it costs."""

    text: str
    penalty: float


_State: TypeAlias = tuple[int, bool]
"""Units laid out so far, and whether the next row begins a subtitle."""


def _units(text: str) -> Iterator[_Unit]:
    begin, width = 0, 0
    for index, char in enumerate(text):
        penalty = _penalty(text, index) if index else None
        width += char_width(char)
        if penalty is None and char != " " and width > LONGEST:
            penalty = _MID_CLAUSE
        if penalty is not None:
            yield _Unit(text[begin:index], penalty)
            begin, width = index, char_width(char)
    if text:
        yield _Unit(text[begin:], 0.0)


def _penalty(text: str, index: int) -> float | None:
    """What breaking before `text[index]` costs; None where no break may be."""
    after = text[index]
    if after == " " or after in _NEVER_FIRST or _clings(after):
        return None
    ending = text[max(0, index - 8) : index].rstrip(" ")
    before = ending[-1]
    if before in _NEVER_LAST or before == "\u200d":
        return None
    spaced = text[index - 1] == " "
    wide = char_width(before) == 2 or char_width(after) == 2
    if not spaced and (not wide or before.isdecimal()):
        return None
    return _strength(ending, spaced)


def _clings(char: str) -> bool:
    """Whether it belongs to the character before it: accents, joiners, skin tones."""
    return unicodedata.category(char) in ("Mn", "Mc", "Me", "Cf", "Sk")


def _strength(before: str, spaced: bool) -> float:
    """How well the text ends here; closing quotes and brackets do not hide a full stop."""
    core = before.rstrip("”’」』）)》】\"'")
    if core[-1:] in SENTENCE_END or (spaced and core[-1:] == "."):
        return _AFTER_SENTENCE
    if before[-1] in CLAUSE_END:
        return _AFTER_CLAUSE
    return _AFTER_WORD if spaced else _MID_CLAUSE


def _split(text: str, room: int) -> list[list[str]]:
    """The text as subtitles of one or two rows, `room` columns of the very first being taken.

    The cheapest way over all breaks, found from the left: a state is how far the rows reach and
    whether the next row begins a subtitle or is the second of one.
    """
    units = list(_units(text))
    ends = list(accumulate((columns(unit.text) for unit in units), initial=0))
    row = WIDE_ROW if any(map(is_wide, text)) else ROW
    best: dict[_State, tuple[float, _State]] = {(0, True): (0.0, (0, True))}
    for begin in range(len(units)):
        states = [state for state in ((begin, True), (begin, False)) if state in best]
        limit = row if begin else row - room
        for end, width in _rows_from(units, ends, begin, limit) if states else ():
            penalty = units[end - 1].penalty if end < len(units) else 0.0
            slack = _SLACK * (max(0, limit - width) / row) ** 2
            for state in states:
                for reached, cost in _steps(end, width, penalty, fresh=state[1]):
                    total = best[state][0] + slack + cost
                    if reached not in best or total < best[reached][0]:
                        best[reached] = (total, state)
    return _walk_back(units, {state: before for state, (_, before) in best.items()})


def _steps(end: int, width: int, penalty: float, *, fresh: bool) -> list[tuple[_State, float]]:
    """What a row can be, and its cost: the second of a subtitle, one of its own, or a first row."""
    if not fresh:
        return [((end, True), penalty * _SUBTITLE_BREAK)]
    flash = _FLASH if width < _FLASH_COLUMNS else 0.0
    return [
        ((end, True), _SUBTITLE + flash + penalty * _SUBTITLE_BREAK),
        ((end, False), _SUBTITLE + penalty),
    ]


def _rows_from(
    units: Sequence[_Unit], ends: Sequence[int], begin: int, limit: int
) -> Iterator[tuple[int, int]]:
    """Where a row that begins at a unit may end, and how many columns it then takes."""
    for end in range(begin + 1, len(units) + 1):
        last = units[end - 1].text
        width = ends[end] - ends[begin] - (len(last) - len(last.rstrip(" ")))
        if width > limit and end > begin + 1:
            return
        yield end, width


def _walk_back(units: Sequence[_Unit], before: Mapping[_State, _State]) -> list[list[str]]:
    found: list[list[str]] = []
    state = (len(units), True)
    while state[0] > 0:
        previous = before[state]
        row = "".join(unit.text for unit in units[previous[0] : state[0]])
        if state[1]:
            found.append([])
        found[-1].insert(0, row)
        state = previous
    return found[::-1]


def _joined(rows: Sequence[str]) -> str:
    """Rows end in the spaces they were broken at, so joining them gives the words back."""
    return "".join(rows).strip()
