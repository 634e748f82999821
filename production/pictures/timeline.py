"""Timeline + envelope of the mix -> a picture of the episode: who speaks when, music, chapters."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from PIL import Image

from ..text_tracks.characters import plain
from ..timeline import Bed, Clip, Timeline
from .canvas import Sheet, extent, fitted
from .layout import LANES, Page
from .layout import page as laid_out

Envelope = npt.NDArray[np.floating]

COLOURS = ("#1268B3", "#CF4410", "#5B1A4E", "#2A9470", "#5A4300", "#4B2E9E")
"""Of speakers in order of appearance. Told apart with protanopia, deuteranopia and tritanopia, and
clear against the background; lanes carry the names all the same."""
BACKGROUND = "#FCFBF8"
_BAND = "#F4F1EA"
_INK = "#1F2430"
_GREY = "#5F6672"
_RULE = "#D8D4CB"
_MUSIC = "#9D96AD"
_BED = "#D3CCE2"
_BED_INK = "#4F4766"

_DUCKED = 0.45  # height of a bed under a voice, of its full height
_BREATH = 1.5  # s; beds are drawn as staying down in pauses shorter than this
_FADE = 0.3  # s in which they go down and up


def png(timeline: Timeline, peaks: Envelope, *, title: str = "", width: int = 1600) -> bytes:
    """`picture` as the bytes of a PNG file, always the same for the same arguments."""
    buffer = io.BytesIO()
    picture(timeline, peaks, title=title, width=width).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def picture(
    timeline: Timeline, peaks: Envelope, *, title: str = "", width: int = 1600
) -> Image.Image:
    """Draw the timeline, `width` pixels wide and as high as its lanes need.

    `peaks` is the mix's loudness or peak along the whole length, 0..1: [N], or [2, N] for left
    and right, drawn up and down.
    """
    assert width >= 400, "narrower pictures have no room for names"
    page = laid_out(timeline, width)
    sheet = Sheet(width, page.height, BACKGROUND)
    _draw_title(sheet, page, plain(title)[:200])
    _draw_chapters(sheet, page)
    _draw_wave(sheet, page, np.atleast_2d(np.asarray(peaks, dtype=np.float64)))
    _draw_lanes(sheet, page)
    _draw_beds(sheet, page)
    _draw_axis(sheet, page)
    return sheet.image()


def _draw_title(sheet: Sheet, page: Page, title: str) -> None:
    middle = page.px(68)
    duration = _clock(page.timeline.seconds, page.timeline.seconds)
    room = page.width - 3 * page.margin - extent(duration, page.size(28))
    text = fitted(title, page.size(42), room)
    sheet.words((page.margin, middle), text, page.size(42), _INK)
    sheet.words((page.right, middle), duration, page.size(28), _GREY, "rm")


def _draw_chapters(sheet: Sheet, page: Page) -> None:
    """Every other chapter on a darker band; at each mark a flagpole with its title at the top."""
    top, bottom = page.wave[0], page.lanes_end
    for index, (begin, end) in enumerate(pairwise([*page.marks, page.right])):
        if index % 2 == 0:
            sheet.box(begin, top, end, bottom, _BAND)
        sheet.box(begin, top, begin + page.px(2), bottom, _RULE)
    half = page.px(15)
    for label in page.labels:
        sheet.box(label.x, page.label_middle(label) - half, label.x + page.px(2), bottom, _RULE)
    for label in page.labels:
        middle, size = page.label_middle(label), page.size(24)
        # Words stand in front of the poles of later chapters in higher rows.
        left, right = label.left - page.px(6), label.left + extent(label.text, size) + page.px(6)
        sheet.box(left, middle - half, right, middle + half, BACKGROUND)
        sheet.words((label.left, middle), label.text, size, _INK)


def _draw_wave(sheet: Sheet, page: Page, peaks: Envelope) -> None:
    """Bars, each in the colour of who speaks then; of two at once, above and below the middle."""
    pitch = max(2, round(page.px(4)))
    bars = int((page.right - page.left) // pitch)
    up, down = _heights(peaks[0], bars), _heights(peaks[-1], bars)
    top, bottom = page.wave
    middle, reach, least = (top + bottom) / 2, (bottom - top) / 2 * 0.94, page.px(1.5)
    for bar, (first, second) in enumerate(_voices(page, bars)):
        left = page.left + bar * pitch
        right, radius = left + pitch - page.px(1), page.px(1.5)
        above = middle - max(least, reach * up[bar])
        below = middle + max(least, reach * down[bar])
        if first == second:
            sheet.box(left, above, right, below, first, radius=radius)
        else:
            sheet.box(left, above, right, middle, first, radius=radius)
            sheet.box(left, middle, right, below, second, radius=radius)


def _heights(peaks: Envelope, bars: int) -> Envelope:
    """[bars] 0..1: the mean over each bar's time, the highest bar filling the height."""
    if not len(peaks):
        return np.zeros(bars)
    known = np.clip(np.nan_to_num(peaks), 0.0, None)
    edges = np.arange(bars + 1) * len(known) // bars
    counts = np.maximum(1, np.diff(edges))
    heights: Envelope = np.add.reduceat(known, edges[:-1]) / counts
    return heights / max(float(heights.max()), 0.02)


def _voices(page: Page, bars: int) -> Iterator[tuple[str, str]]:
    """Colours of each bar: who speaks for most of it, and the second voice of two at once."""
    per_bar = max(1, page.timeline.length) / bars
    share = np.zeros((max(1, len(page.names)), bars))
    for clip in page.timeline.clips:
        begin, end = clip.start / per_bar, (clip.start + clip.length) / per_bar
        cells = np.arange(int(begin), min(bars, int(np.ceil(end))))
        overlap = np.minimum(cells + 1, end) - np.maximum(cells, begin)
        share[page.lanes[clip.speaker], cells] += overlap
    order = np.argsort(-share, axis=0, kind="stable")
    for bar in range(bars):
        spoken = [lane for lane in order[:2, bar] if share[lane, bar] > 0.25]
        at_once = len(spoken) == 2 and share[spoken, bar].sum() > 1.25
        colours = [_colour(lane) for lane in spoken] or [_MUSIC]
        yield colours[0], colours[1] if at_once else colours[0]


def _colour(lane: int) -> str:
    return COLOURS[lane % len(COLOURS)] if lane < LANES - 1 else _GREY


def _draw_lanes(sheet: Sheet, page: Page) -> None:
    size = page.size(24 if page.lane >= page.px(50) else 20)
    dot = page.px(8)
    for lane, name in enumerate(page.names):
        middle = page.lane_top(lane) + page.lane / 2
        sheet.box(
            page.margin,
            middle - dot,
            page.margin + 2 * dot,
            middle + dot,
            _colour(lane),
            radius=dot,
        )
        left = page.margin + page.px(28)
        sheet.words((left, middle), fitted(name, size, page.left - left - page.px(16)), size, _INK)
        sheet.box(page.left, middle - page.px(1), page.right, middle, _RULE)
    for clip in page.timeline.clips:
        _draw_clip(sheet, page, clip)


def _draw_clip(sheet: Sheet, page: Page, clip: Clip) -> None:
    """A block in its speaker's lane, with the words where there is room for some."""
    lane = page.lanes[clip.speaker]
    top, inset = page.lane_top(lane), page.lane * 0.16
    left, right = page.x(clip.start), page.x(clip.start + clip.length)
    sheet.box(left, top + inset, right, top + page.lane - inset, _colour(lane), radius=page.px(5))
    if right - left >= page.px(110):
        size = page.size(20)
        text = fitted(plain(clip.text)[:200], size, right - left - page.px(20))
        sheet.words((left + page.px(10), top + page.lane / 2), text, size, "#FFFFFF")


def _draw_beds(sheet: Sheet, page: Page) -> None:
    """Music and effects: as high as they are loud, with their fades and under the voices."""
    if not page.timeline.beds:
        return
    top = page.lane_top(len(page.names))
    floor, tall = top + page.lane * 0.9, page.lane * 0.8
    sheet.words((page.margin, top + page.lane / 2), "♪", page.size(26), _BED_INK)
    for bed in page.timeline.beds:
        left, right = page.x(bed.start), page.x(bed.start + bed.length)
        outline = [(page.x(at), floor - tall * level) for at, level in _shape(bed, page.timeline)]
        sheet.polygon([(left, floor), *outline, (max(right, left + 1), floor)], _BED)
        size = page.size(18)
        name = fitted(plain(bed.file.stem)[:100], size, right - left - page.px(24))
        sheet.words((left + page.px(12), floor - page.px(10)), name, size, _BED_INK)


def _shape(bed: Bed, timeline: Timeline) -> Iterator[tuple[float, float]]:
    """Corners of a bed's outline: samples from the start of the timeline, and level, 0..1."""
    end = bed.start + bed.length
    clips = [(clip.start, clip.start + clip.length) for clip in timeline.clips if bed.duck < 0]
    over = [(begin, close) for begin, close in clips if begin < end and close > bed.start]
    spoken = _joined(over, round(_BREATH * timeline.rate))
    fade = round(_FADE * timeline.rate)
    corners = {bed.start, bed.start + bed.fade_in, end - bed.fade_out, end}
    for begin, close in spoken:
        corners |= {begin - fade, begin, close, close + fade}
    for at in sorted(corner for corner in corners if bed.start <= corner <= end):
        level = min(
            (at - bed.start) / bed.fade_in if bed.fade_in else 1.0,
            (end - at) / bed.fade_out if bed.fade_out else 1.0,
            1.0,
        )
        ducked = any(begin <= at <= close for begin, close in spoken)
        yield at, level * (_DUCKED if ducked else 1.0)


def _joined(spans: Sequence[tuple[int, int]], gap: int) -> list[tuple[int, int]]:
    """The spans in order, those less than `gap` apart made one."""
    found: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if found and begin - found[-1][1] < gap:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return found


def _draw_axis(sheet: Sheet, page: Page) -> None:
    """A rule with ticks at round times."""
    top = page.lanes_end + page.px(10)
    sheet.box(page.left, top, page.right, top + page.px(2), _RULE)
    for second in page.ticks():
        x = page.x(second * page.timeline.rate)
        sheet.box(x, top, x + page.px(2), top + page.px(10), _GREY)
        label = _clock(second, page.timeline.seconds)
        sheet.words((x, top + page.px(32)), label, page.size(22), _GREY, "mm")


def _clock(seconds: float, longest: float) -> str:
    """`m:ss`, with hours where the longest time of the picture has any."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if round(longest) >= 3600:
        return f"{hours}:{minutes:02}:{rest:02}"
    return f"{minutes}:{rest:02}"
