"""A script's `music` -> the sounds it puts among the segments: intro, bed, stingers, outro."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..documents.findings import Findings
from ..documents.record import Record, table_at
from ..documents.strict_yaml import Node, Scalar, Table
from .script import Chapter, Line, Segment, Sound
from .segments import KEYS as SEGMENT_KEYS
from .segments import read_sound

ROLES = {
    "intro": SEGMENT_KEYS["sound"],
    "outro": SEGMENT_KEYS["sound"],
    "bed": tuple(key for key in SEGMENT_KEYS["sound"] if key not in {"under", "loop", "lead"}),
    "stinger": tuple(
        key for key in SEGMENT_KEYS["sound"] if key not in {"under", "loop", "lead", "duck"}
    ),
}
"""The keys that each kind of music knows."""

NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Music:
    """Sounds by what they are for; None where there is none."""

    intro: Sound | None = None
    """Before the first line, or under the first ones."""
    outro: Sound | None = None
    """After the last line; where it lies under lines, those are the last ones."""
    bed: Sound | None = None
    """Under all lines that nothing else lies under, anew in each chapter."""
    stinger: Sound | None = None
    """Where a chapter begins, but the first."""


def read_music(
    node: Node | None, find: Callable[[str], Path], findings: Findings, default: Music
) -> Music:
    """The music section on top of `default`, kind by kind; `none` takes one away."""
    table = table_at(node, '"music"', findings)
    if table is None:
        return default
    record = Record.of(table, ROLES, findings)
    found = {
        role: _sound(role, value, find, findings)
        for role in ROLES
        if (value := record.table.get(role)) is not None
    }
    return replace(default, **found)


def placed(music: Music, segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """The segments with the music among them."""
    if not any(isinstance(segment, Line) for segment in segments):
        return tuple(segments)
    together = list(segments)
    if music.stinger:
        for index in reversed(list(_borders(together))):
            together.insert(index, music.stinger)
    if music.intro:
        together.insert(_begin(together), music.intro)
    if music.outro:
        together.insert(_before_last(together, music.outro.under), _ending(music.outro))
    if music.bed:
        for index, lines in reversed(list(_bare(together))):
            together.insert(index, replace(music.bed, under=lines, loop=True))
    return tuple(together)


def _sound(role: str, node: Node, find: Callable[[str], Path], findings: Findings) -> Sound | None:
    if isinstance(node, Scalar):
        if node.text == NONE:
            return None
        node = Table(node.place, ((Scalar(node.place, "sound"), node),))
    table = table_at(node, f'"{role}"', findings)
    if table is None:
        return None
    record = Record.of(table, ROLES[role], findings)
    if table.get("sound") is None:
        findings.add(table.place, "No file is named.", "Add `sound: ` and a file.")
    # A bed always lies under lines: how many is not for the script to say.
    whole = Scalar(table.place, "under"), Scalar(table.place, "end")
    lying = Table(table.place, (*table.entries, whole)) if role == "bed" else table
    sound = read_sound(Record(lying, findings), find)
    if role == "outro" and isinstance(sound.under, str):
        findings.add(
            record.place("under"),
            "An outro lies under a number of lines.",
            "Write `under: 2` for the last two.",
        )
    return sound


def _begin(segments: Sequence[Segment]) -> int:
    """Behind the chapter marks everything begins with."""
    marks = (isinstance(segment, Chapter) for segment in segments)
    return next(index for index, mark in enumerate(marks) if not mark)


def _borders(segments: Sequence[Segment]) -> Iterator[int]:
    """Behind every chapter mark but the first, unless a sound or another mark is there."""
    begin = _begin(segments)
    for index, segment in enumerate(segments[:-1], 1):
        follows = segments[index]
        if (
            index > begin
            and isinstance(segment, Chapter)
            and not isinstance(follows, Sound | Chapter)
        ):
            yield index


def _before_last(segments: Sequence[Segment], under: object) -> int:
    """Before the last lines, as many as it lies under; never between two voices that overlap."""
    if not isinstance(under, int):
        return len(segments)
    lines = [index for index, segment in enumerate(segments) if isinstance(segment, Line)]
    return _unheld(segments, lines[max(0, len(lines) - under)])


def _unheld(segments: Sequence[Segment], index: int) -> int:
    """The nearest line from `index` back that does not overlap the one before."""
    while index and isinstance(line := segments[index], Line) and line.overlap:
        index -= 1
    return index


def _ending(outro: Sound) -> Sound:
    return outro if outro.under is None else replace(outro, under="end")


def _bare(segments: Sequence[Segment]) -> Iterator[tuple[int, int]]:
    """Runs of lines that nothing lies under, within a chapter: index of the first, and how many."""
    first = count = 0
    for index, (segment, covered) in enumerate(zip(segments, _covered(segments), strict=True)):
        if count and (covered or isinstance(segment, Chapter)):
            yield first, count
            count = 0
        if isinstance(segment, Line) and not covered:
            if count:
                count += 1
            elif not segment.overlap:
                first, count = index, 1
    if count:
        yield first, count


def _covered(segments: Sequence[Segment]) -> Iterator[bool]:
    """For each segment whether a sound lies under it, if it is a line."""
    lines = 0
    until: set[str] = set()
    for segment in segments:
        if isinstance(segment, Chapter):
            until.discard("chapter")
        elif isinstance(segment, Sound) and isinstance(segment.under, int):
            lines = max(lines, segment.under)
        elif isinstance(segment, Sound) and isinstance(segment.under, str):
            until.add(segment.under)
        yield bool(lines or until)
        if isinstance(segment, Line) and lines:
            lines -= 1
