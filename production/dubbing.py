"""Lines with windows -> takes that end in time where they can, and how well each keeps its time.

A voice may hurry or dawdle a little before people mind; what then is still too long gets another
take, which may be shorter, and what nothing helps is reported.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..glmtts_runtime.engine import SpeechRequest
from ..messages import Message
from ..scripts.script import Line, Script
from .checked import make_takes
from .context import RenderContext
from .takes import Take
from .timeline import Timeline
from .utterances import with_other_seeds

SLOWEST, FASTEST = 0.9, 1.2
"""How much slower and faster than its own pace a line may be spoken to fit."""
CLOSE = 0.05
"""s by which a line may miss its time without anybody noticing"""

_STEP = 0.01
_ROUNDS = 3  # an engine's rate is not quite what it is asked for
_TAKES = 3  # of what is too long even at the fastest


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How a line kept its time, all in seconds."""

    line: int
    speaker: str
    text: str
    start: float
    """When it should start,"""
    end: float
    """and end."""
    begins: float
    """When it does,"""
    ends: float
    """and ends."""
    pace: float
    """1 is its own."""

    @property
    def late(self) -> float:
        return self.begins - self.start

    @property
    def over(self) -> float:
        """How long it goes on after its window; negative where there is room left."""
        return self.ends - self.end


def fitted_takes(
    lines: Sequence[Line], requests: Sequence[SpeechRequest], context: RenderContext
) -> tuple[list[SpeechRequest], list[Take], int]:
    """Requests whose takes fit the windows of their lines as nearly as can be; the takes, and how
    many of all that were tried had to be synthesised.

    Raises `TakesFailedError`.
    """
    chosen = list(requests)
    takes, synthesised = make_takes(chosen, context)
    paces = [1.0] * len(chosen)
    for _ in range(_ROUNDS):
        wanted = [
            _pace(pace, _seconds(take), line)
            for pace, take, line in zip(paces, takes, lines, strict=True)
        ]
        if wanted == paces:
            break
        paces = wanted
        chosen = [
            replace(request, rate=request.rate * pace) if pace != 1.0 else request
            for request, pace in zip(requests, paces, strict=True)
        ]
        takes, fresh = make_takes(chosen, context)
        synthesised += fresh
    fresh = _other_takes(lines, chosen, takes, context)
    return chosen, takes, synthesised + fresh


def _pace(pace: float, seconds: float, line: Line) -> float:
    """The next pace to try for a line that takes so long at this one."""
    if line.window is None:
        return pace
    room = line.window[1] - line.window[0]
    if room <= 0 or pace * seconds / room < SLOWEST:
        return pace  # it does not fill its window at any pace: it keeps its own
    if pace != 1.0 and room - CLOSE * 2 <= seconds <= room + CLOSE / 2:
        return pace
    asked = round(pace * seconds / room / _STEP + 0.49) * _STEP
    return round(min(FASTEST, max(SLOWEST, asked)), 2)


def _other_takes(
    lines: Sequence[Line],
    chosen: list[SpeechRequest],
    takes: list[Take],
    context: RenderContext,
) -> int:
    """Replace takes that are too long by the shortest of others; how many were synthesised."""
    long = [
        index
        for index, (line, take) in enumerate(zip(lines, takes, strict=True))
        if line.window and _seconds(take) > line.window[1] - line.window[0] + CLOSE
    ]
    tried = [request for index in long for request in with_other_seeds(chosen[index], _TAKES)]
    found, fresh = make_takes(tried, context) if tried else ([], 0)
    for turn, index in enumerate(long):
        several = range(turn * _TAKES, (turn + 1) * _TAKES)
        best = min(several, key=lambda number: found[number].length)
        chosen[index], takes[index] = tried[best], found[best]
    return fresh


def _seconds(take: Take) -> float:
    return take.length / take.rate


def kept(
    script: Script,
    timeline: Timeline,
    asked: Sequence[SpeechRequest],
    spoken: Sequence[SpeechRequest],
) -> list[Kept]:
    """How every line with a window kept its time; `asked` are the requests at their own pace."""
    rate = timeline.rate
    rows = zip(timeline.clips, script.lines, asked, spoken, strict=True)
    return [
        Kept(
            line=clip.line,
            speaker=clip.speaker,
            text=clip.text,
            start=line.window[0],
            end=line.window[1],
            begins=round(clip.start / rate, 3),
            ends=round((clip.start + clip.length) / rate, 3),
            pace=round(after.rate / before.rate, 2),
        )
        for clip, line, before, after in rows
        if line.window
    ]


def table(rows: Sequence[Kept]) -> str:
    """The report as CSV, every line with a window."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        ["line", "start", "end", "begins", "ends", "late", "over", "pace", "speaker", "text"]
    )
    for row in rows:
        times = (row.start, row.end, row.begins, row.ends, row.late, max(row.over, 0.0))
        shown = [f"{value:.3f}" for value in times]
        writer.writerow([row.line, *shown, f"{row.pace:.2f}", row.speaker, row.text])
    return text.getvalue()


def told(rows: Sequence[Kept], seconds: float, wanted: float | None) -> list[str]:
    """What of it a person should know, a sentence each; the track is so long, and was wanted."""
    late = [row for row in rows if row.late > CLOSE]
    over = [row for row in rows if row.over > CLOSE]
    notes: list[str] = []
    if over:
        worst = max(over, key=lambda row: row.over)
        notes.append(
            Message(
                "{} of {} lines end after their subtitles, line {} by {:.1f} s.",
                len(over),
                len(rows),
                worst.line,
                worst.over,
            )
        )
    if late:
        worst = max(late, key=lambda row: row.late)
        notes.append(
            Message(
                "{} of {} lines begin late, as the one before goes on, line {} by {:.1f} s.",
                len(late),
                len(rows),
                worst.line,
                worst.late,
            )
        )
    if wanted is not None and seconds > wanted + CLOSE:
        longer = seconds - wanted
        notes.append(Message("The track is {:.1f} s longer, so that nothing is cut off.", longer))
    return notes
