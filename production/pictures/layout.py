"""Timeline -> page: what lies where on the timeline's picture, in pixels."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..text_tracks.characters import plain
from ..timeline import Timeline
from .canvas import extent, fitted

LANES = 16
"""Speakers with a lane of their own; further ones share the last."""

_FULL_WIDTH = 1600  # pixels; every measure below is of a picture this wide
_MARGIN = 48
_CHAPTERS_TOP = 122
_CHAPTER_ROW = 38
_CHAPTER_ROWS = 3
_CHAPTER_SIZE = 24
_WAVE = 220
_TICKS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A chapter's title, at its mark and above the waveform."""

    x: float
    """Where its mark is."""
    row: int
    text: str
    left: float
    """Where the words begin; they are left of the mark when only there is room for all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The places of everything on a picture."""

    timeline: Timeline
    width: int
    lanes: Mapping[str, int]
    """Lane of each speaker."""
    names: tuple[str, ...]
    """What each lane is called."""
    left: float
    """Where time begins."""
    right: float
    marks: tuple[float, ...]
    """Where chapters begin, from left to right."""
    labels: tuple[Label, ...]
    """Of the chapters whose titles there is room for."""

    @property
    def wave(self) -> tuple[float, float]:
        """Top and bottom of the waveform."""
        rows = 1 + max((label.row for label in self.labels), default=-1)
        top = self.px(_CHAPTERS_TOP + rows * _CHAPTER_ROW + (10 if rows else 0))
        return top, top + self.px(_WAVE)

    @property
    def lane(self) -> float:
        """Height of a lane."""
        return self.px(50 if len(self.names) <= 8 else 38)

    @property
    def lanes_end(self) -> float:
        return self.lane_top(len(self.names) + bool(self.timeline.beds))

    @property
    def height(self) -> int:
        return round(self.lanes_end + self.px(84))

    @property
    def margin(self) -> float:
        return self.px(_MARGIN)

    def px(self, measure: float) -> float:
        """Pixels of this picture for a measure of a full-width one."""
        return measure * self.width / _FULL_WIDTH

    def size(self, measure: float) -> int:
        """A font's size likewise."""
        return round(self.px(measure))

    def x(self, sample: float) -> float:
        share = sample / max(1, self.timeline.length)
        return self.left + (self.right - self.left) * min(1.0, max(0.0, share))

    def lane_top(self, lane: int) -> float:
        return self.wave[1] + self.px(24) + lane * self.lane

    def label_middle(self, label: Label) -> float:
        return self.px(_CHAPTERS_TOP + _CHAPTER_ROW * label.row + 14)

    def ticks(self) -> list[int]:
        """Round times in seconds, as many as leave their labels room."""
        seconds = self.timeline.seconds
        most = (self.right - self.left) / self.px(110)
        days = 86_400 * math.ceil(seconds / 86_400 / most)
        step = next((step for step in _TICKS if seconds / step <= most), days)
        return [number * step for number in range(int(seconds // step) + 1)]


def page(timeline: Timeline, width: int) -> Page:
    """Lay out the picture of a timeline."""
    scale = width / _FULL_WIDTH
    speakers = list(dict.fromkeys(clip.speaker for clip in timeline.clips))
    names = [plain(name)[:100] for name in speakers]
    if len(names) > LANES:
        names[LANES - 1 :] = [f"+ {len(names) - LANES + 1}"]
    size = round(_CHAPTER_SIZE * scale)
    widest = max((extent(name, size) for name in names), default=0)
    left = _MARGIN * scale
    if names or timeline.beds:
        left += min(widest + 52 * scale, 260 * scale)
    right = width - _MARGIN * scale
    per_sample = (right - left) / max(1, timeline.length)
    marks = [
        (min(right, left + mark.start * per_sample), plain(mark.title)[:200])
        for mark in sorted(timeline.marks, key=lambda mark: mark.start)
    ]
    return Page(
        timeline=timeline,
        width=width,
        lanes={name: min(index, LANES - 1) for index, name in enumerate(speakers)},
        names=tuple(names),
        left=left,
        right=right,
        marks=tuple(x for x, _ in marks),
        labels=tuple(_labels(marks, right, size, 10 * scale)),
    )


def _labels(marks: Sequence[tuple[float, str]], right: float, size: int, gap: float) -> list[Label]:
    """Labels in as few rows as show every title whole. Where that cannot be, titles are cut short,
    and where that leaves too little of them, only every second, third, … mark has one."""
    for every in range(1, len(marks) + 1):
        chosen = marks[::every]
        for rows in range(1, _CHAPTER_ROWS + 1):
            labels = _in_turn(chosen, rows, right, size, gap)
            pairs = list(zip(labels, chosen, strict=True))
            whole = sum(label.text == title for label, (_, title) in pairs)
            legible = sum(label.text == title or len(label.text) > 5 for label, (_, title) in pairs)
            if whole == len(labels) or (rows == _CHAPTER_ROWS and legible >= 0.8 * len(labels)):
                return [label for label in labels if label.text]
    return []


def _in_turn(
    marks: Sequence[tuple[float, str]], rows: int, right: float, size: int, gap: float
) -> list[Label]:
    """Labels that take the rows in turn, so each has room up to the one that many marks later."""
    labels: list[Label] = []
    taken = [0.0] * rows
    for index, (x, title) in enumerate(marks):
        row, last = index % rows, index + rows >= len(marks)
        end = right if last else marks[index + rows][0]
        text, left = fitted(title, size, end - x - 2 * gap), x + gap
        before = x - gap - extent(title, size)
        if last and text != title and before > taken[row] + 2 * gap:
            text, left = title, before
        taken[row] = left + extent(text, size)
        labels.append(Label(x=x, row=row, text=text, left=left))
    return labels
