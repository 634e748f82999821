"""`12,30-34,小雨,开场` -> the numbers of a script's lines, as people count and name them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..documents.findings import UnfitError
from ..messages import Message
from ..mistakes import InputError, Mistake, Place, nearest
from .script import Chapter, Line, Script

_RANGE = re.compile(r"([0-9]{1,6})?\s*(?:[-–—~]|\.\.)\s*([0-9]{1,6})?")
_SEPARATOR = re.compile(r"[,，、;；]")


def select(script: Script, wanted: Iterable[str], option: str) -> tuple[int, ...]:
    """Line numbers, ascending, each once.

    Each of `wanted` is a list of numbers, ranges (`30-34`, `30-`), speakers and chapters' titles.
    Raises `InputError` at `option` with everything in it that means no line.
    """
    named = _named(script)
    found: set[int] = set()
    mistakes: list[Mistake] = []
    for whole in wanted:
        parts = [whole.strip()] if whole.strip() in named else _SEPARATOR.split(whole)
        for part in map(str.strip, parts):
            if not part:
                continue
            try:
                found.update(_numbers(part, named, len(script.lines)))
            except UnfitError as unfit:
                mistakes.append(Mistake(Place(option), unfit.what, unfit.remedy))
    if not found and not mistakes:
        example = "Write numbers, ranges, speakers or chapters, such as 12,30-34."
        mistakes.append(Mistake(Place(option), "No line is named.", example))
    if mistakes:
        raise InputError(mistakes)
    return tuple(sorted(found))


def _named(script: Script) -> dict[str, set[int]]:
    """The lines of every speaker and of every chapter, by its name."""
    named: dict[str, set[int]] = {name: set() for name in script.speakers}
    number, chapter = 0, None
    for segment in script.segments:
        if isinstance(segment, Chapter):
            chapter = segment.title
            named.setdefault(chapter, set())
        elif isinstance(segment, Line):
            number += 1
            named.setdefault(segment.speaker, set()).add(number)
            if chapter is not None:
                named[chapter].add(number)
    return named


def _numbers(part: str, named: dict[str, set[int]], lines: int) -> Iterable[int]:
    """The lines one part means; UnfitError if it means none."""
    if part in named:
        if not named[part]:
            raise UnfitError(Message('"{}" has no lines.', part), "Name another.")
        return named[part]
    if part.isascii() and part.isdigit():
        first = last = int(part[:9])
    elif (span := _RANGE.fullmatch(part)) and any(span.groups()):
        first = int(span[1] or 1)
        last = int(span[2] or max(first, lines))
        if first > last:
            raise UnfitError(
                Message('"{}" runs backwards.', part), Message("Write {}-{}.", last, first)
            )
    else:
        raise UnfitError(
            Message('No line, speaker or chapter is called "{}".', part), nearest(part, named)
        )
    if not 1 <= first <= last <= lines:
        raise UnfitError(
            Message('There is no line "{}".', part), Message("The script has lines 1 to {}.", lines)
        )
    return range(first, last + 1)
