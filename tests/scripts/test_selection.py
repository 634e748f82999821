"""How people say which lines they mean."""

from __future__ import annotations

from pathlib import Path

import pytest
from comfyui_glmtts.mistakes import InputError
from comfyui_glmtts.scripts.parse import read_script
from comfyui_glmtts.scripts.script import Script
from comfyui_glmtts.scripts.selection import select

SCRIPT = """\
glmtts: 1
voices: {小雨: xiaoyu, 阿明: aming, Guest: aming}
segments:
- 小雨: 一。
- chapter: "Hello, world"
- 阿明: 二。
- 小雨: 三。
- chapter: 尾声
- chapter: 小雨
- 阿明: 四。
"""


@pytest.fixture
def script(tmp_path: Path) -> Script:
    (tmp_path / "a.yaml").write_text(SCRIPT, encoding="utf-8")
    return read_script(tmp_path / "a.yaml")


@pytest.mark.parametrize(
    ("wanted", "lines"),
    [
        (["2"], (2,)),
        (["1,3-4"], (1, 3, 4)),
        (["4, 1，2、2"], (1, 2, 4)),
        (["2-", "1"], (1, 2, 3, 4)),
        (["-2"], (1, 2)),
        (["3–4"], (3, 4)),
        (["2..3"], (2, 3)),
        (["阿明"], (2, 4)),
        (["Hello, world"], (2, 3)),
        (["小雨"], (1, 3, 4)),  # a speaker's lines and the chapter's of that name
    ],
)
def test_lines_are_named_by_number_range_speaker_or_chapter(
    wanted: list[str], lines: tuple[int, ...], script: Script
) -> None:
    assert select(script, wanted, "--lines") == lines


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("5", ['There is no line "5". The script has lines 1 to 4.']),
        ("0,3-9", ['There is no line "0"', 'There is no line "3-9"']),
        ("3-2", ["runs backwards. Write 2-3."]),
        ("99-", ['There is no line "99-".']),
        ("Gest", ['Did you mean "Guest"?']),
        ("-", ['No line, speaker or chapter is called "-"']),
        ("Guest", ['"Guest" has no lines']),
        ("尾声", ['"尾声" has no lines']),
        (" , ", ["No line is named"]),
        ("9" * 400, ["There is no line"]),
        ("٣", ["No line, speaker or chapter"]),
    ],
)
def test_what_means_no_line_is_told_all_at_once(
    wanted: str, said: list[str], script: Script
) -> None:
    with pytest.raises(InputError) as caught:
        select(script, [wanted], "--lines")
    told = [str(mistake) for mistake in caught.value.mistakes]
    assert len(told) == len(said)
    for expected, message in zip(said, told, strict=True):
        assert message.startswith("--lines: ")
        assert expected in message
