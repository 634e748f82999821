"""Programme -> a programme for each of its chapters, with what sounds in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ..schedule import frame
from ..timeline import Bed, Mark, Timeline
from .programme import Programme

_TAIL = 0.5  # s after the last sound


def chapter_programmes(programme: Programme) -> Iterator[tuple[str, Programme]]:
    """File names without a suffix, such as `chapters/03-雾`, and what each is to hold.

    What comes before the first chapter goes with it.
    """
    timeline = programme.timeline
    marks = timeline.marks
    edges = [0, *(mark.start for mark in marks[1:]), timeline.length]
    digits = max(2, len(str(len(marks))))
    for number, mark in enumerate(marks, 1):
        part = _part(timeline, edges[number - 1], edges[number], mark)
        if not (part.clips or part.beds):
            continue
        tags = replace(
            programme.tags, title=mark.title, album=programme.script.title, episode=number
        )
        name = f"chapters/{number:0{digits}}-{_safe(mark.title)}"
        yield name, replace(programme, timeline=part, tags=tags, chapters=())


def _part(timeline: Timeline, start: int, end: int, mark: Mark) -> Timeline:
    """The stretch of a timeline, ending soon after its last sound."""
    clips = tuple(
        replace(clip, start=clip.start - start)
        for clip in timeline.clips
        if start <= clip.start < end
    )
    beds = tuple(
        _cut(bed, start, end)
        for bed in timeline.beds
        if bed.start < end and start < bed.start + bed.length
    )
    ends = [clip.start + clip.length for clip in clips]
    ends += [bed.start + bed.length for bed in beds]
    step = frame(timeline.rate)
    last = max(ends, default=0) + round(_TAIL * timeline.rate)
    return replace(
        timeline,
        length=-(-last // step) * step,
        clips=clips,
        beds=beds,
        marks=(replace(mark, start=0),),
    )


def _cut(bed: Bed, start: int, end: int) -> Bed:
    """The part of a bed that sounds between two places, as seen from the first."""
    first, last = max(bed.start, start), min(bed.start + bed.length, end)
    return replace(
        bed,
        start=first - start,
        length=last - first,
        offset=bed.offset + first - bed.start,
        fade_in=max(0, bed.fade_in - (first - bed.start)),
        fade_out=max(0, bed.fade_out - (bed.start + bed.length - last)),
    )


def _safe(title: str) -> str:
    """A name that every file system can store, short and only for people to read."""
    return re.sub(r"[^\w-]+", "_", title).strip("_")[:40] or "chapter"
