"""Subtitles whose words have times -> WebVTT, ASS and JSON in which each lights up in turn."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from ..timeline import Clip, Timeline
from .characters import plain
from .subtitles import Subtitle

_HEAD = """[Script Info]
ScriptType: v4.00+
PlayResX: 1920
PlayResY: 1080
WrapStyle: 2
ScaledBorderAndShadow: yes

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, \
Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, \
Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Noto Sans CJK SC,64,&H0000D7FF,&H00FFFFFF,&H00000000,&H80000000,0,0,0,0,100,100,0,0,\
1,3,1,2,60,60,50,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""
_WORD_JOINER = "\u2060"


def karaoke_vtt(shown: Sequence[Subtitle], *, timed: bool) -> str:
    """WebVTT, every cue in its speaker's voice span; timed: with a time before each word."""
    blocks = ["WEBVTT\n"]
    for subtitle in shown:
        voice = f"<v {_escaped(subtitle.speaker)}>" if subtitle.speaker else ""
        rows = _timed_rows(subtitle) if timed and subtitle.words else _rows(subtitle)
        blocks.append(f"{span(subtitle, '.')}\n{voice}{rows}\n")
    return "\n".join(blocks)


def karaoke_ass(shown: Sequence[Subtitle]) -> str:
    """Advanced SubStation Alpha v4+, each word with how long it lasts."""
    events = [
        f"Dialogue: 0,{_ass_clock(subtitle.start)},{_ass_clock(subtitle.end)},Default,"
        f"{subtitle.speaker.replace(',', '，')},0,0,0,,{''.join(_lit(subtitle))}\n"
        for subtitle in shown
    ]
    return _HEAD + "".join(events)


def words_json(timeline: Timeline) -> str:
    """Every line with its words, for editors: seconds of the finished file."""
    lines = [_line(clip, timeline.rate) for clip in timeline.clips]
    return json.dumps({"version": 1, "lines": lines}, ensure_ascii=False, indent=1)


def span(subtitle: Subtitle, point: str) -> str:
    """From when to when, as SubRip (`,`) and WebVTT (`.`) write it."""
    return f"{_clock(subtitle.start, point)} --> {_clock(subtitle.end, point)}"


def _line(clip: Clip, rate: int) -> dict[str, object]:
    start = clip.start / rate
    return {
        "line": clip.line,
        "speaker": clip.speaker,
        "text": plain(clip.text),
        "start": round(start, 3),
        "end": round(start + clip.length / rate, 3),
        "words": [
            {
                "text": clip.text[word.start : word.end],
                "start": round(start + word.begins, 3),
                "end": round(start + word.ends, 3),
            }
            for word in clip.words
        ],
    }


def _rows(subtitle: Subtitle) -> str:
    return "\n".join(_escaped(row) for row in subtitle.rows)


def _timed_rows(subtitle: Subtitle) -> str:
    found, last = "", subtitle.start
    for start, text in _pieces(subtitle):
        if last < start < subtitle.end:  # WebVTT wants them inside the cue, one after the other
            found += f"<{_clock(start, '.')}>"
            last = start
        found += _escaped(text)
    return found


def _lit(subtitle: Subtitle) -> Iterator[str]:
    """The words of a subtitle, each after how long it takes from its start to the next one's."""
    pieces = list(_pieces(subtitle)) or [(subtitle.start, "\n".join(subtitle.rows))]
    starts = [max(start, subtitle.start) for start, _ in pieces]
    ends = [*starts[1:], max(subtitle.end, starts[-1])]
    if starts[0] > subtitle.start:
        yield f"{{\\k{_centiseconds(starts[0]) - _centiseconds(subtitle.start)}}}"
    for (_, text), start, end in zip(pieces, starts, ends, strict=True):
        lasts = max(0, _centiseconds(end) - _centiseconds(start))
        # ASS has no escapes: what would be a tag or a line break is kept apart.
        safe = text.replace("{", "｛").replace("}", "｝").replace("\\", "\\" + _WORD_JOINER)
        yield f"{{\\k{lasts}}}" + safe.replace("\n", "\\N")


def _pieces(subtitle: Subtitle) -> Iterator[tuple[int, str]]:
    """Start and text of each word; a line feed where a row ends."""
    breaks, count = set[int](), 0
    for row in subtitle.rows[:-1]:
        count += sum(not char.isspace() for char in row)
        breaks.add(count)
    count = 0
    for number, word in enumerate(subtitle.words):
        text = ""
        for char in word.text:
            if not char.isspace():
                count += 1
                text += char + ("\n" if count in breaks else "")
            elif not text.endswith("\n"):
                text += char
        last = number + 1 == len(subtitle.words)
        yield word.start, text.rstrip() if last else text


def _clock(milliseconds: int, point: str) -> str:
    seconds, thousandths = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{point}{thousandths:03}"


def _ass_clock(milliseconds: int) -> str:
    seconds, hundredths = divmod(_centiseconds(milliseconds), 100)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}.{hundredths:02}"


def _centiseconds(milliseconds: int) -> int:
    return round(milliseconds / 10)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
