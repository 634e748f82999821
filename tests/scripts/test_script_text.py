"""Plain text and subtitles as scripts."""

from __future__ import annotations

from pathlib import Path

import pytest
from comfyui_glmtts.mistakes import Place
from comfyui_glmtts.scripts.dialogue import split_name
from comfyui_glmtts.scripts.parse import read_script
from comfyui_glmtts.scripts.script import Line, Pause, Script


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
    found, start = split_name(line)
    assert (found, line[start:]) == (name, words)


def test_lines_without_a_name_go_on_with_the_speaker_before(tmp_path: Path) -> None:
    script = read(
        tmp_path,
        "# 标题\n\n开场白。\n小明：你好，\n今天好吗？\nAnna：\n\n\tHello.\nAnd welcome.\n",
    )
    assert said(script) == [
        ("旁白", "开场白。"),
        ("小明", "你好，"),
        ("小明", "今天好吗？"),
        ("Anna", "Hello."),
        ("Anna", "And welcome."),
    ]
    file = str(tmp_path / "script.txt")
    assert [line.place for line in script.lines] == [
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
    assert [line.place.line for line in segments if isinstance(line, Line)] == [3, 8, 13, 14, 17]


def test_cues_that_overlap_have_no_pause_between(tmp_path: Path) -> None:
    script = read(
        tmp_path,
        "00:00:00,000 --> 00:00:10,000\na\n\n00:00:01,000 --> 00:00:02,000\nb\n\n"
        "00:00:10,500 --> 00:00:11,000\nc\n",
        "script.srt",
    )
    assert [type(segment) for segment in script.segments] == [Line, Line, Line]
