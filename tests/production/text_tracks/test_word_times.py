"""Subtitles stand while their words are heard, long enough to be read; words light up in turn."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest
from comfyui_glmtts.listening.written import Word, written_words
from comfyui_glmtts.production.text_tracks.captions import captions
from comfyui_glmtts.production.text_tracks.characters import columns
from comfyui_glmtts.production.text_tracks.spans import reading_time
from comfyui_glmtts.production.text_tracks.subtitles import ROW, WIDE_ROW, subtitles
from comfyui_glmtts.production.timeline import Clip, Timeline
from comfyui_glmtts.pronunciation.markup import display
from comfyui_glmtts.pronunciation.reader import Reader

RATE = 48_000


def clip(number: int, text: str, start: float, pace: float, speaker: str = "小雨") -> Clip:
    """A line said evenly at so many spoken characters a second, with a second of pause after each
    full stop."""
    spoken = Reader().read(text)
    times, at = list[tuple[float, float]](), 0.1
    for character in spoken.characters:
        said = character.char.isalnum()
        times.append((at, at + said / pace))
        at += said / pace + (character.char in "。.")
    return Clip(
        line=number,
        speaker=speaker,
        text=display(text),
        take=f"{number:064x}",
        start=round(start * RATE),
        length=round(at * RATE),
        words=written_words(spoken, times),
    )


def timeline(*clips: Clip, length: float = 120) -> Timeline:
    return Timeline(rate=RATE, channels=2, length=round(length * RATE), clips=clips)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{银行|yínháng}今天 9:30 开门。", ["银", "行", "今", "天", "9:30", "开", "门"]),
        ("涨了12.5%[pause:1s]，真的。", ["涨", "了", "12.5%", "真", "的"]),
        ("Don't go, it's a well-known bug!", ["Don't", "go", "it's", "a", "well-known", "bug"]),
        ("{G1234|say-as:train}次列车", ["G1234", "次", "列", "车"]),
    ],
)
def test_what_was_written_has_the_time_of_what_is_said_for_it(text: str, words: list[str]) -> None:
    found = clip(1, text, 0, 5)
    assert [found.text[word.start : word.end] for word in found.words] == words
    assert all(a.ends <= b.begins + 0.001 for a, b in pairwise(found.words))


def test_nobody_knowing_the_times_leaves_words_and_files_out() -> None:
    alone = Clip(line=1, speaker="甲", text="你好。", take="0" * 64, start=0, length=RATE)
    assert written_words(Reader().read("你好。"), ()) == ()
    assert captions(timeline(alone)).karaoke == captions(timeline(alone)).words == ""


def test_a_subtitle_stands_from_its_first_word_to_its_last() -> None:
    text = "今天我们先说一说城市里的树为什么会变少。然后听一听住在这里的人有什么样的看法。"
    line = clip(1, text, 2.0, 5)
    first, second = subtitles(timeline(line))
    assert first.start == round(1000 * (2 + line.words[0].begins))
    opening = next(word for word in line.words if line.text[word.start] == "然")
    assert second.start == round(1000 * (2 + opening.begins))
    assert first.end <= second.start


@pytest.mark.parametrize(("text", "pace", "row"), [
    ("每个人都可以做一点小小的事情，让我们的城市变得更好，更安静，也更适合走路。", 6.0, WIDE_ROW),
    ("Every one of us can do a little to make the city quieter, greener and better to walk in.",
     13.0, ROW),
])  # fmt: skip
def test_subtitles_can_be_read_in_the_time_they_stand(text: str, pace: float, row: int) -> None:
    shown = subtitles(timeline(clip(1, text, 0, pace), clip(2, text, 20, pace)))
    assert len(shown) >= 2
    for subtitle in shown:
        assert len(subtitle.rows) <= 2
        assert all(columns(part) <= row for part in subtitle.rows)
        assert subtitle.end - subtitle.start >= 1000 * reading_time(subtitle.text) - 1


def test_a_fast_last_word_stands_longer_but_never_into_the_next_line() -> None:
    alone = subtitles(timeline(clip(1, "好的，明白了。", 0, 12)))
    assert alone[0].end - alone[0].start >= 750
    pair = timeline(clip(1, "好的，明白了", 0, 12), clip(2, "走吧。", 0.62, 5))
    first, second = subtitles(pair)
    assert first.end == 620
    assert second.start == 720


def test_karaoke_in_webvtt_has_a_time_before_each_word_inside_its_cue() -> None:
    vtt = captions(timeline(clip(1, "我爱 GPU <3。", 1.0, 5))).karaoke
    cue = vtt.split("\n\n")[1]
    assert cue.splitlines()[0].startswith("00:00:01.100 --> ")
    assert "<v 小雨>我<00:00:01.300>爱 <00:00:01.500>GPU" in cue
    assert "&lt;" in cue
    stamps = re.findall(r"<(\d\d:\d\d:\d\d\.\d{3})>", cue)
    assert stamps == sorted(set(stamps))
    assert re.sub(r"<[^>]*>", "", cue.splitlines()[1]).startswith("我爱 GPU")


def test_karaoke_in_ass_lasts_as_long_as_its_line_and_has_no_tags_of_its_text() -> None:
    ass = captions(timeline(clip(1, "今天{\\b1}我们去看海。", 1.0, 5))).ass
    event = ass.splitlines()[-1]
    start, end = event.split(",")[1:3]
    lit = [int(found) for found in re.findall(r"\{\\k(\d+)\}", event)]
    assert (start, event.count("{")) == ("0:00:01.10", len(lit))
    minutes = float(end.rpartition(":")[2]) - float(start.rpartition(":")[2])
    assert sum(lit) == round(100 * minutes)


def test_a_row_ends_in_karaoke_where_it_ends_in_the_subtitle() -> None:
    text = "每个人都可以做一点小小的事情，让我们的城市变得更好。"
    shown = subtitles(timeline(clip(1, text, 0, 5)))
    made = captions(timeline(clip(1, text, 0, 5)))
    rows = [row for subtitle in shown for row in subtitle.rows]
    assert len(rows) > len(shown)
    cues = made.karaoke.split("\n\n")[1:]
    plain = [re.sub(r"<[^>]*>", "", row) for cue in cues for row in cue.strip().split("\n")[1:]]
    assert plain == rows
    events = [line.split(",,", 1)[1] for line in made.ass.splitlines() if line[:8] == "Dialogue"]
    assert re.sub(r"\{[^}]*\}", "", "\\N".join(events)).split("\\N") == rows


def test_transcript_and_editors_file_hold_every_word_with_its_time() -> None:
    line = clip(1, "我们 2025 年见。", 1.0, 5)
    made = captions(timeline(line))
    [segment] = json.loads(made.transcript)["segments"]
    assert [word["body"] for word in segment["words"]] == ["我", "们", "2025", "年", "见。"]
    [kept] = json.loads(made.words)["lines"]
    assert kept["text"] == "我们 2025 年见。"
    assert [word["text"] for word in kept["words"]] == ["我", "们", "2025", "年", "见"]
    assert kept["words"][0] == {"text": "我", "start": 1.1, "end": 1.3}
    assert isinstance(line.words[0], Word)
