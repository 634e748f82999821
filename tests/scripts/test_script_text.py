"""Plain text and subtitles as scripts."""

from __future__ import annotations

from pathlib import Path

import pytest
from comfyui_glmtts.mistakes import Place
from comfyui_glmtts.scripts.parse import read_script
from comfyui_glmtts.scripts.script import Line, Pause, Script
from comfyui_glmtts.scripts.text.names import names


def read(folder: Path, text: str, name: str = "script.txt") -> Script:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_script(path)


def said(script: Script) -> list[tuple[str, str]]:
    return [(line.speaker, line.text) for line in script.lines]


@pytest.mark.parametrize(
    ("line", "name", "words"),
    [
        ("小明：你好", "小明", "你好"),
        ("小明: 你好", "小明", "你好"),
        ("  小明 ：  你好", "小明", "你好"),
        ("Anna: time is 8:30", "Anna", "time is 8:30"),
        ("Dr. Smith: hello", "Dr. Smith", "hello"),
        ("亚历山大·谢尔盖：好", "亚历山大·谢尔盖", "好"),
        ("Speaker 1: hello", "Speaker 1", "hello"),
        ("Anna:", "Anna", ""),
        ("你好", None, "你好"),
        ("　　你好", None, "你好"),
        ("http://example.com", None, "http://example.com"),
        ("看 https://example.com", None, "看 https://example.com"),
        ("8:30 出发", None, "8:30 出发"),
        ("时间 8：30", None, "时间 8：30"),
        ("我说，你听：好吗", None, "我说，你听：好吗"),
        ("I left. He said: hi", None, "I left. He said: hi"),
        ("four words are here: x", None, "four words are here: x"),
        ("：注意：开会", None, "注意：开会"),
        (": so: what", None, "so: what"),
    ],
)
def test_a_name_is_told_from_what_only_holds_a_colon(
    line: str, name: str | None, words: str
) -> None:
    found, start = names([line]).split(line)
    assert (found, line[start:]) == (name, words)


def test_lines_without_a_name_go_on_with_the_speaker_before(tmp_path: Path) -> None:
    script = read(
        tmp_path,
        "# 标题\n\n开场白。\n小明：你好，\n今天好吗？\nAnna：\n\n\tHello.\nAnd welcome.\n",
    )
    assert script.title == "标题"
    assert said(script) == [
        ("旁白", "标题"),
        ("旁白", "开场白。"),
        ("小明", "你好，"),
        ("小明", "今天好吗？"),
        ("Anna", "Hello."),
        ("Anna", "And welcome."),
    ]
    file = str(tmp_path / "script.txt")
    assert [line.place for line in script.lines] == [
        Place(file, 1, 1),
        Place(file, 3, 1),
        Place(file, 4, 4),
        Place(file, 5, 1),
        Place(file, 8, 2),
        Place(file, 9, 1),
    ]


def test_voices_of_plain_text_are_unassigned(tmp_path: Path) -> None:
    script = read(tmp_path, "小明：你好\nAnna: hi\n小明：再见\n", "对话.txt")
    assert list(script.speakers) == ["小明", "Anna"]
    for speaker in script.speakers.values():
        assert (speaker.voice.name, speaker.voice.audio) == (None, None)
    assert script.title == "对话"
    assert script.output.channels == 2


@pytest.mark.parametrize(
    ("text", "language", "narrator"), [("你好 world", "zh", "旁白"), ("Hello", "en", "Narrator")]
)
def test_the_language_is_chinese_if_any_character_is(
    text: str, language: str, narrator: str, tmp_path: Path
) -> None:
    script = read(tmp_path, text)
    assert (script.language, script.lines[0].speaker) == (language, narrator)


SRT = """\
1
00:00:10,000 --> 00:00:12,000
<i>小明：</i>你好，
世界。

2
00:00:12,999 --> 00:00:14,000 X1:10 X2:20
no name here
but two rows

3
00:00:15,000 --> 00:00:16,000
- [Anna] Hi!
- 小明: {\\an8}{行|háng}[pause:500ms]好

00:00:20.5 --> 00:00:21.5
<v.loud Bob>Last</v>
"""


def test_cues_become_lines_and_gaps_of_a_second_pauses(tmp_path: Path) -> None:
    segments = read(tmp_path, SRT, "script.srt").segments
    shown = [
        (segment.speaker, segment.text) if isinstance(segment, Line) else segment
        for segment in segments
    ]
    file = str(tmp_path / "script.srt")
    assert shown == [
        ("小明", "你好，世界。"),
        ("小明", "no name here but two rows"),
        Pause(place=Place(file, 12, 1), seconds=1.0),
        ("Anna", "Hi!"),
        ("小明", "{行|háng}[pause:500ms]好"),
        Pause(place=Place(file, 16, 1), seconds=4.5),
        ("Bob", "Last"),
    ]
    lines = [segment for segment in segments if isinstance(segment, Line)]
    assert [line.place.line for line in lines] == [3, 8, 13, 14, 17]
    assert [line.window for line in lines] == [
        (10.0, 12.0),
        (12.999, 14.0),
        (15.0, 15.12),
        (15.12, 16.0),
        (20.5, 21.5),
    ]


def test_cues_that_overlap_have_no_pause_between(tmp_path: Path) -> None:
    script = read(
        tmp_path,
        "00:00:00,000 --> 00:00:10,000\na\n\n00:00:01,000 --> 00:00:02,000\nb\n\n"
        "00:00:10,500 --> 00:00:11,000\nc\n",
        "script.srt",
    )
    assert [type(segment) for segment in script.segments] == [Line, Line, Line]


VTT = """\
WEBVTT - talk

STYLE
::cue { color: red }

NOTE 小明: not shown

intro
00:01.000 --> 00:02.500 align:start
<v.loud 小明>A &amp; B <00:00:01.500><c.red>now</c></v>

1
01:00:00.000 --> 01:00:01.000
第一行\\N第二行
"""


@pytest.mark.parametrize("name", ["talk.vtt", "talk.txt"])
def test_webvtt_is_read_as_srt_is(name: str, tmp_path: Path) -> None:
    script = read(tmp_path, VTT, name)
    assert said(script) == [("小明", "A & B now"), ("小明", "第一行 第二行")]
    assert [line.window for line in script.lines] == [(1.0, 2.5), (3600.0, 3601.0)]


NOT_SAID = """\
1
00:00:01,000 --> 00:00:02,000
(music)

2
00:00:02,000 --> 00:00:03,000
♪ 啦啦啦 ♪

3
00:00:03,000 --> 00:00:04,000
小雨：[笑] 世界卫生组织（WHO）。

4
00:00:04,000 --> 00:00:05,000

5
00:00:05,000 --> 00:00:06,000
……

6
00:00:06,000 --> 00:00:07,000
小雨：[pause:500ms]完。
"""


def test_what_nobody_says_is_left_out_by_rule_and_listed(tmp_path: Path) -> None:
    script = read(tmp_path, NOT_SAID, "script.srt")
    assert [line.text for line in script.lines] == ["世界卫生组织（WHO）。", "[pause:500ms]完。"]
    assert script.notes == (
        "Taken as speakers, with the lines each begins: 小雨 (2).",
        "Left out, since nobody says it, by line: "
        '3 "(music)", 7 "♪ 啦啦啦 ♪", 11 "[笑]", 14 (empty), 18 "……".',
    )
