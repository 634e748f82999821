"""Timeline -> Podcasting 2.0 JSON chapters 1.2.0 (`application/json+chapters`)."""

from __future__ import annotations

import json

from ..timeline import Mark, Timeline
from .characters import plain


def chapters_json(timeline: Timeline, title: str) -> str:
    """The marks as JSON chapters of the episode `title`, in order of start, to the millisecond.

    A mark's image is a file, not an address others could load, so it is left to the containers.
    """
    chapters = [
        _chapter(mark, timeline.rate)
        for mark in sorted(timeline.marks, key=lambda mark: mark.start)
    ]
    whole = {"version": "1.2.0", "title": plain(title), "chapters": chapters}
    return json.dumps(whole, ensure_ascii=False, indent=2)


def _chapter(mark: Mark, rate: int) -> dict[str, object]:
    chapter: dict[str, object] = {
        "startTime": round(mark.start / rate, 3),
        "title": plain(mark.title),
    }
    if mark.url:
        chapter["url"] = mark.url
    return chapter
