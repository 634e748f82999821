"""Timeline -> captions: SubRip, WebVTT and the Podcasting 2.0 JSON transcript.

Two or more speakers are told apart as each format's readers expect: a voice span on every WebVTT
cue (what Apple Podcasts reads), the `speaker` of every JSON segment, and `Name: ` in front of the
words in SubRip, which has no place for names, wherever the speaker changes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..timeline import Timeline
from .subtitles import Subtitle, label, subtitles

_WORD_JOINER = "\u2060"
_TAG_LIKE = re.compile(r"<(?=[/\w])|\{(?=\\)|--(?=>)")


@dataclass(frozen=True, slots=True)
class Captions:
    """The episode's words with their times, as files hold them."""

    srt: str
    vtt: str
    transcript: str
    """JSON"""


def captions(timeline: Timeline) -> Captions:
    """Every format of an episode's subtitles."""
    shown = subtitles(timeline)
    named = len({clip.speaker for clip in timeline.clips}) > 1
    return Captions(_srt(shown, named=named), _vtt(shown), _transcript(shown))


def _srt(shown: Sequence[Subtitle], *, named: bool) -> str:
    """The episode's words as SubRip.

    SubRip knows no escapes, so what players would take for markup (`<i>`, `{\\an8}`, `-->`) is
    kept apart by an invisible word joiner.
    """
    blocks = []
    before = None
    for number, subtitle in enumerate(shown, 1):
        name = label(subtitle.speaker) if named and subtitle.speaker != before else ""
        rows = _TAG_LIKE.sub(lambda found: found[0] + _WORD_JOINER, name + "\n".join(subtitle.rows))
        blocks.append(f"{number}\n{_span(subtitle, ',')}\n{rows}\n")
        before = subtitle.speaker
    return "\n".join(blocks)


def _vtt(shown: Sequence[Subtitle]) -> str:
    """The episode's words as WebVTT (W3C), every one in its speaker's voice span."""
    blocks = ["WEBVTT\n"]
    for subtitle in shown:
        voice = f"<v {_escaped(subtitle.speaker)}>" if subtitle.speaker else ""
        rows = "\n".join(_escaped(row) for row in subtitle.rows)
        blocks.append(f"{_span(subtitle, '.')}\n{voice}{rows}\n")
    return "\n".join(blocks)


def _transcript(shown: Sequence[Subtitle]) -> str:
    """The episode's words as a podcast-namespace JSON transcript 1.0.0, a segment per subtitle."""
    segments = [
        {
            "speaker": subtitle.speaker,
            "startTime": subtitle.start / 1000,
            "endTime": subtitle.end / 1000,
            "body": subtitle.text,
        }
        for subtitle in shown
    ]
    return json.dumps({"version": "1.0.0", "segments": segments}, ensure_ascii=False, indent=2)


def _span(subtitle: Subtitle, point: str) -> str:
    return f"{_clock(subtitle.start, point)} --> {_clock(subtitle.end, point)}"


def _clock(milliseconds: int, point: str) -> str:
    seconds, thousandths = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{point}{thousandths:03}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
