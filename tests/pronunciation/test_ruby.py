"""What a line's readings look like above its words."""

from __future__ import annotations

import pytest
from comfyui_glmtts.pronunciation.markup import display
from comfyui_glmtts.pronunciation.reader import Language, Reader
from comfyui_glmtts.pronunciation.ruby import runs
from hypothesis import given, settings
from hypothesis import strategies as st

READER = Reader()


def told(text: str, language: Language = "zh") -> list[str]:
    """Every run as `text`, `text|reading`, `text|reading?` where doubtful, or `(seconds)`."""
    return [
        f"({run.pause:g})"
        if run.pause
        else run.text + (f"|{run.reading}" if run.reading else "") + ("?" if run.doubt else "")
        for run in runs([READER.read(text, language=language)])[0]
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("你好。", ["你|nǐ", "好|hǎo", "。"]),
        ("{行|háng}长", ["行|háng", "长|zhǎng"]),
        ("好[pause:500ms]吧", ["好|hǎo", "(0.5)", "吧|ba"]),
        ("30%！", ["30%|bǎi fēn zhī sān shí", "！"]),
        ("11月2日", ["11|shí yī", "月|yuè", "2|èr", "日|rì"]),
        ("iPhone 15 Pro", ["iPhone ", "15|shí wǔ", " Pro"]),
        ("8:05 出发", ["8:05|bā diǎn líng wǔ fēn", " ", "出|chū", "发|fā"]),
        ("$5 off at 8:30.", ["$5|five dollars", " off at ", "8:30|eight thirty", "."]),
        ("{read|R EH1 D} it", ["read|rehd", " it"]),
        ("{G1234|say-as:train}次", ["G", "1234|yī èr sān sì", "次|cì"]),
        (
            "中国人自己修不了。",
            ["中|zhōng", "国|guó", "人|rén", "自|zì", "己|jǐ", "修|xiū", "不|bù", "了|liǎo", "。"],
        ),
        ("ＯＫ", ["ＯＫ"]),
        ("a\\{b", ["a{b"]),
    ],
)
def test_every_stretch_shows_how_it_is_read(text: str, expected: list[str]) -> None:
    assert told(text) == expected


WRITTEN = """银行 行长 3.5% 2026年 ， 。 Hello iPhone $9 G1234次 …… 💡 {行|háng} [pause:1s] \\[
<b> 1st Dr. {3/4|say-as:fraction} MU5138 {read|R_EH1_D}"""
PIECES = st.sampled_from([*(word.replace("_", " ") for word in WRITTEN.split()), " ", "\n"])


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=12).map("".join), st.sampled_from(["zh", "en"]))
def test_the_runs_together_are_what_subtitles_show(text: str, language: Language) -> None:
    (found,) = runs([READER.read(text, language=language)])
    assert "".join(run.text for run in found) == display(text)
