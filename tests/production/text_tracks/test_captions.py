import html
import json
import re
from itertools import groupby, pairwise
from pathlib import Path

import av
import pytest
from av.subtitles.subtitle import SubtitleSet
from comfyui_glmtts.production.text_tracks.captions import captions
from comfyui_glmtts.production.text_tracks.characters import columns, plain
from comfyui_glmtts.production.text_tracks.subtitles import ROW, label, subtitles
from comfyui_glmtts.production.timeline import Clip, Timeline
from comfyui_glmtts.scripts.parse import read_script
from hypothesis import given
from hypothesis import strategies as st

RATE = 48_000


def timeline(*clips: tuple[str, str, float, float]) -> Timeline:
    """Speaker, text, start and length in seconds."""
    made = tuple(
        Clip(
            line=number,
            speaker=speaker,
            text=text,
            take=f"{number:064x}",
            start=round(start * RATE),
            length=round(length * RATE),
        )
        for number, (speaker, text, start, length) in enumerate(clips, 1)
    )
    end = max((clip.start + clip.length for clip in made), default=0)
    return Timeline(rate=RATE, channels=2, length=end, clips=made)


def rows_of(text: str) -> list[tuple[str, ...]]:
    return [subtitle.rows for subtitle in subtitles(timeline(("小雨", text, 0, 60)))]


# Small parsers, written from the formats' own descriptions.


def seconds(stamp: str) -> float:
    hours, minutes, rest = re.split(":", stamp.replace(",", "."))
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def read_srt(text: str) -> list[tuple[float, float, str]]:
    found = []
    for number, block in enumerate(re.split(r"\n\n+", text.strip()), 1):
        index, span, *rows = block.split("\n")
        assert index == str(number)
        assert re.fullmatch(r"\d\d+:\d\d:\d\d,\d{3} --> \d\d+:\d\d:\d\d,\d{3}", span)
        start, end = span.split(" --> ")
        found.append((seconds(start), seconds(end), "\n".join(rows)))
    return found


def read_vtt(text: str) -> list[tuple[float, float, str, str]]:
    header, *blocks = re.split(r"\n\n+", text.rstrip("\n"))
    assert header == "WEBVTT"
    found = []
    for block in blocks:
        span, *rows = block.split("\n")
        assert re.fullmatch(r"\d\d+:\d\d:\d\d\.\d{3} --> \d\d+:\d\d:\d\d\.\d{3}", span)
        start, end = span.split(" --> ")
        voice = re.fullmatch(r"(?:<v ([^<>\n]+)>)?([^<>]+)", "\n".join(rows))
        assert voice, rows
        name, words = (html.unescape(part or "") for part in voice.groups())
        found.append((seconds(start), seconds(end), name, words))
    return found


TALK = timeline(
    ("小雨", "大家好，欢迎收听。", 0.5, 2.25),
    ("阿明", "我是阿明。", 2.9, 1.0),
    ("阿明", "Let's go!", 4.0001, 1.0),
)


def test_srt_names_the_speaker_where_it_changes() -> None:
    assert captions(TALK).srt == (
        "1\n00:00:00,500 --> 00:00:02,750\n小雨：大家好，欢迎收听。\n\n"
        "2\n00:00:02,900 --> 00:00:03,900\n阿明：我是阿明。\n\n"
        "3\n00:00:04,000 --> 00:00:05,000\nLet's go!\n"
    )


def test_srt_can_be_spoken_again_by_the_same_speakers(tmp_path: Path) -> None:
    (tmp_path / "a.srt").write_text(captions(TALK).srt, encoding="utf-8")
    spoken = [(line.speaker, line.text) for line in read_script(tmp_path / "a.srt").lines]
    assert spoken == [(clip.speaker, clip.text) for clip in TALK.clips]


def test_one_speaker_alone_is_not_named_in_srt() -> None:
    alone = captions(timeline(("Ann", "Hello.", 0, 1)))
    assert read_srt(alone.srt) == [(0.0, 1.0, "Hello.")]


def test_vtt_gives_every_cue_its_voice() -> None:
    assert captions(TALK).vtt == (
        "WEBVTT\n\n"
        "00:00:00.500 --> 00:00:02.750\n<v 小雨>大家好，欢迎收听。\n\n"
        "00:00:02.900 --> 00:00:03.900\n<v 阿明>我是阿明。\n\n"
        "00:00:04.000 --> 00:00:05.000\n<v 阿明>Let's go!\n"
    )


def test_the_json_transcript_holds_what_the_podcast_namespace_asks_for() -> None:
    transcript = json.loads(captions(TALK).transcript)
    assert transcript["version"] == "1.0.0"
    assert transcript["segments"][0] == {
        "speaker": "小雨",
        "startTime": 0.5,
        "endTime": 2.75,
        "body": "大家好，欢迎收听。",
    }
    assert [segment["startTime"] for segment in transcript["segments"]] == [0.5, 2.9, 4.0]


def test_an_episode_without_words_gives_valid_empty_files() -> None:
    nothing = timeline()
    assert captions(nothing).srt == ""
    assert captions(nothing).vtt == "WEBVTT\n"
    assert json.loads(captions(nothing).transcript)["segments"] == []


def test_hours_go_on_past_99() -> None:
    late = timeline(("Ann", "Still here.", 360_000.25, 1))
    assert "100:00:00,250 --> 100:00:01,250" in captions(late).srt
    assert read_vtt(captions(late).vtt)[0][0] == 360_000.25


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("好的。", [("好的。",)]),
        (
            "今天我们要聊一个每个人每天都在用、却很少有人真正想过的东西：声音。",
            [("今天我们要聊一个每个人每天都在用、", "却很少有人真正想过的东西：声音。")],
        ),
        (
            "他说：“真的吗？”我回答：“真的！”然后我们就笑了起来，笑了整整五分钟（我没有夸张）。",
            [
                ("他说：“真的吗？”我回答：“真的！”",),
                ("然后我们就笑了起来，", "笑了整整五分钟（我没有夸张）。"),
            ],
        ),
        (
            "When the tide goes out, the old fishermen say, you can hear the harbour breathing; "
            "that is where our story begins, on a cold morning in March 1952.",
            [
                (
                    "When the tide goes out, the old fishermen",
                    "say, you can hear the harbour breathing;",
                ),
                ("that is where our story begins,", "on a cold morning in March 1952."),
            ],
        ),
    ],
)
def test_rows_break_where_a_reader_breathes(text: str, rows: list[tuple[str, ...]]) -> None:
    assert rows_of(text) == rows


@pytest.mark.parametrize(
    "whole",
    ["G1234", "1,234.50", "￥1,234.50", "state-of-the-art", "it’s", "100%", "——", "7小", "《声"],
)
def test_words_numbers_and_clinging_punctuation_stay_whole(whole: str) -> None:
    for padding in range(25):
        text = "路" * padding + whole + "音》的路" * 9
        assert any(whole in row for rows in rows_of(text) for row in rows), padding


def test_no_row_begins_with_closing_or_ends_with_opening_punctuation() -> None:
    text = "甲（乙）、“丙”，丁——戊……己《庚》！辛：壬；癸？" * 12
    for row in (row for rows in rows_of(text) for row in rows):
        assert row[0] not in "）、”，—…》！：；？"
        assert row[-1] not in "（“《"


def test_a_word_longer_than_any_row_is_cut_rather_than_run_off_the_screen() -> None:
    rows = [row for rows in rows_of("x" * 500) for row in rows]
    assert "".join(rows) == "x" * 500
    assert max(map(len, rows)) <= 65


def test_time_is_shared_in_proportion_to_what_is_spoken() -> None:
    text = "一二三四五六七八九十一二三四五六七，" * 4
    first, second = subtitles(timeline(("小雨", text, 1, 20)))
    assert (first.start, second.end) == (1000, 21_000)
    assert first.end == second.start == 11_000


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ann", "Ann: "),
        ("小雨", "小雨："),
        ("Host::", "Host: "),
        ("", ""),
        ("Her Royal Highness the Presenter", "Her Royal Highness t…: "),
    ],
)
def test_labels(name: str, shown: str) -> None:
    assert label(name) == shown


HOSTILE = timeline(
    ("A<b>&\nB", "1 < 2 & 3 > 2 --> <i>no</i> \u202egnp.exe\x00\x07 &amp; {\\an8}up", 0, 2),
    ("x::y", "00:00:01,000 --> 00:00:02,000\n\n2\nWEBVTT", 3, 2),
    ("阿明", "\x1b[31m \u2066 NOTE\u2028STYLE\r\n::cue{} \ud800", 6, 2),
)


def test_vtt_escapes_what_would_be_markup() -> None:
    read = read_vtt(captions(HOSTILE).vtt)
    assert {name for _, _, name, _ in read} == {"A<b>& B", "x::y", "阿明"}
    first = " ".join(words for _, _, name, words in read if name == "A<b>& B")
    assert first.replace("\n", " ") == "1 < 2 & 3 > 2 --> <i>no</i> gnp.exe &amp; {\\an8}up"


def test_srt_keeps_markup_from_being_taken_for_markup() -> None:
    words = "\n".join(text for _, _, text in read_srt(captions(HOSTILE).srt))
    assert "-->" not in words
    assert "<i>" not in words
    assert "{\\" not in words
    assert "<i>no</i>" in words.replace("\u2060", "")


def test_control_and_bidi_characters_are_dropped_everywhere() -> None:
    for text in (captions(HOSTILE).srt, captions(HOSTILE).vtt, captions(HOSTILE).transcript):
        assert not re.search("[\x00-\x09\x0b-\x1f\u2028\u202e\u2066\ud800]", text)
        text.encode("utf-8")


def unescaped(ass: str) -> str:
    """FFmpeg hands every subtitle on as ASS; this undoes ASS's line breaks and escapes."""
    return ass.replace("\\N", "\n").replace("\\{{}", "{").replace("\u2060", "")


def decoded(path: Path) -> list[tuple[float, float, str]]:
    """What FFmpeg makes of a subtitle file."""
    found = []
    with av.open(str(path)) as container:
        stream = container.streams.subtitles[0]
        assert stream.time_base is not None
        for packet in container.demux(stream):
            if packet.pts is None or packet.duration is None:
                continue
            shown = [
                rect.ass.decode().split(",", 8)[8]
                for subtitle in packet.decode()
                for rect in (subtitle if isinstance(subtitle, SubtitleSet) else [subtitle])
            ]
            start = float(packet.pts * stream.time_base)
            end = start + float(packet.duration * stream.time_base)
            found.append((start, end, unescaped("".join(shown))))
    return found


@pytest.mark.parametrize("episode", [TALK, HOSTILE])
def test_ffmpeg_reads_the_same_times_and_words(tmp_path: Path, episode: Timeline) -> None:
    (tmp_path / "a.srt").write_text(captions(episode).srt, encoding="utf-8")
    (tmp_path / "a.vtt").write_text(captions(episode).vtt, encoding="utf-8")
    from_srt, from_vtt = decoded(tmp_path / "a.srt"), decoded(tmp_path / "a.vtt")
    expected = subtitles(episode)
    for read in (from_srt, from_vtt):
        assert [(start, end) for start, end, _ in read] == [
            (pytest.approx(subtitle.start / 1000), pytest.approx(subtitle.end / 1000))
            for subtitle in expected
        ]
    for (_, _, words), subtitle in zip(from_vtt, expected, strict=True):
        assert words == "\n".join(subtitle.rows)
    for (_, _, words), subtitle in zip(from_srt, expected, strict=True):
        assert words.endswith("\n".join(subtitle.rows))


# Any timeline at all.

TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from("银行行长还重庆，。！？“”《》——……abcXYZ 0123456789.,%￥-'\n"),
        st.characters(),
    ),
    max_size=200,
)
CLIPS = st.lists(
    st.tuples(
        st.sampled_from(["小雨", "阿明", "Ann & <Bob>"]),
        TEXTS,
        st.integers(0, 10_000_000),
        st.integers(1, 3_000_000),
    ),
    max_size=6,
)


def any_timeline(clips: list[tuple[str, str, int, int]], rate: int) -> Timeline:
    made = [
        Clip(line=number, speaker=who, text=text, take="", start=start, length=length)
        for number, (who, text, start, length) in enumerate(clips, 1)
    ]
    return Timeline(
        rate=rate, channels=1, length=10**8, clips=tuple(sorted(made, key=lambda c: c.start))
    )


@given(CLIPS, st.sampled_from([8_000, 24_000, 44_100, 48_000]))
def test_cues_of_any_timeline_are_in_order_and_say_every_word(
    clips: list[tuple[str, str, int, int]], rate: int
) -> None:
    episode = any_timeline(clips, rate)
    found = subtitles(episode)
    assert [subtitle.start for subtitle in found] == sorted(subtitle.start for subtitle in found)
    for name, _ in groupby(sorted(clip[0] for clip in clips)):
        own = [subtitle for subtitle in found if subtitle.speaker == name]
        assert all(subtitle.start < subtitle.end for subtitle in own)
        assert all(before.end <= after.start for before, after in pairwise(own))
        said = "".join(clip.text for clip in episode.clips if clip.speaker == name)
        shown = "".join("".join(subtitle.rows) for subtitle in own)
        assert _letters(shown) == _letters(plain(said))
        assert _letters("".join(subtitle.text for subtitle in own)) == _letters(shown)
    written = captions(episode)
    assert len(read_vtt(written.vtt)) == len(found)
    assert len(read_srt(written.srt)) == len(found) if found else written.srt == ""


@given(TEXTS)
def test_rows_of_any_text_fit_the_screen(text: str) -> None:
    for rows in rows_of(text):
        assert 1 <= len(rows) <= 2
        for row in rows:
            assert row == row.strip()
            assert row
            assert columns(row) <= ROW or " " not in row
            assert columns(row) <= 65


def _letters(text: str) -> str:
    return "".join(text.split())
