"""Timeline -> Podcasting 2.0 JSON chapters 1.2.0 (`application/json+chapters`)."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ..timeline import Mark, Timeline
from .characters import plain


def chapters_json(timeline: Timeline, title: str, images: Sequence[str] = ()) -> str:
    """The marks as JSON chapters of the episode `title`, in order of start, to the millisecond.

    The first begins with the episode, and each ends where the next begins, the last with the
    episode: players show nothing for what no chapter covers.
    images: addresses of the chapters' pictures, in that order, "" for none. A mark's own image is a
    file, not an address others could load.
    """
    marks = sorted(timeline.marks, key=lambda mark: mark.start)
    starts = [0, *(mark.start for mark in marks[1:]), timeline.length]
    chapters = (
        [
            _chapter(mark, begin / timeline.rate, end / timeline.rate, image)
            for mark, begin, end, image in zip(
                marks, starts[:-1], starts[1:], images or [""] * len(marks), strict=True
            )
        ]
        if marks
        else []
    )
    whole = {"version": "1.2.0", "title": plain(title), "chapters": chapters}
    return json.dumps(whole, ensure_ascii=False, indent=2)


def _chapter(mark: Mark, begin: float, end: float, image: str) -> dict[str, object]:
    chapter: dict[str, object] = {
        "startTime": round(begin, 3),
        "endTime": round(end, 3),
        "title": plain(mark.title),
    }
    if mark.url:
        chapter["url"] = mark.url
    if image:
        chapter["img"] = image
    return chapter
