"""Timeline -> captions: SubRip, WebVTT and the Podcasting 2.0 JSON transcript.

Two or more speakers are told apart as each format's readers expect: a voice span on every WebVTT
cue (what Apple Podcasts reads), the `speaker` of every JSON segment, and `Name: ` in front of the
words in SubRip, which has no place for names, wherever the speaker changes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..timeline import Timeline
from .karaoke import karaoke_ass, karaoke_vtt, span, words_json
from .subtitles import Subtitle, TimedWord, label, subtitles

GENERATED = "AIGC: 语音由人工智能生成 / AI-generated speech"

_WORD_JOINER = "\u2060"
_TAG_LIKE = re.compile(r"<(?=[/\w])|\{(?=\\)|--(?=>)")


@dataclass(frozen=True, slots=True)
class Captions:
    """The episode's words with their times, as files hold them."""

    srt: str
    vtt: str
    transcript: str
    """JSON"""
    karaoke: str = ""
    """WebVTT with the time of each word inside the cues; empty where no times are known"""
    ass: str = ""
    """Advanced SubStation Alpha whose words light up; empty as above"""
    words: str = ""
    """JSON for editors: every word of every line with its time; empty as above"""


def captions(timeline: Timeline, *, generated: bool = False) -> Captions:
    """Every format of an episode's subtitles.

    generated: whether readers are told that the speech is synthetic, where a format has a place
    for it: SubRip has none.
    """
    shown = subtitles(timeline)
    named = len({clip.speaker for clip in timeline.clips}) > 1
    plain = Captions(
        _srt(shown, named=named), _vtt(shown, generated), _transcript(shown, generated)
    )
    if not any(clip.words for clip in timeline.clips):
        return plain
    return replace(
        plain,
        karaoke=karaoke_vtt(shown, timed=True),
        ass=karaoke_ass(shown),
        words=words_json(timeline),
    )


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
        blocks.append(f"{number}\n{span(subtitle, ',')}\n{rows}\n")
        before = subtitle.speaker
    return "\n".join(blocks)


def _vtt(shown: Sequence[Subtitle], generated: bool) -> str:
    """The episode's words as WebVTT (W3C), every one in its speaker's voice span."""
    text = karaoke_vtt(shown, timed=False)
    head, _, rest = text.partition("\n")
    return f"{head}\n\nNOTE {GENERATED}\n{rest}" if generated else text


def _transcript(shown: Sequence[Subtitle], generated: bool) -> str:
    """The episode's words as a podcast-namespace JSON transcript 1.0.0, a segment per subtitle."""
    segments = [
        {
            "speaker": subtitle.speaker,
            "startTime": subtitle.start / 1000,
            "endTime": subtitle.end / 1000,
            "body": subtitle.text,
            **({"words": [_timed(word) for word in subtitle.words]} if subtitle.words else {}),
        }
        for subtitle in shown
    ]
    told = {"note": GENERATED} if generated else {}
    whole = {"version": "1.0.0", **told, "segments": segments}
    return json.dumps(whole, ensure_ascii=False, indent=2)


def _timed(word: TimedWord) -> dict[str, object]:
    """As a segment of its own would be; readers that know no words pass it over."""
    times = {"startTime": word.start / 1000, "endTime": word.end / 1000}
    return {**times, "body": word.text.strip()}
