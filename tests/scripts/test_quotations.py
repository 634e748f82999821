"""Quotations of prose: who says them, and the table in which people correct that."""

from __future__ import annotations

from pathlib import Path

import pytest
from comfyui_glmtts.mistakes import InputError
from comfyui_glmtts.scripts.defaults import Defaults
from comfyui_glmtts.scripts.parse import read_script
from comfyui_glmtts.scripts.script import Script
from comfyui_glmtts.scripts.text.cast_table import CastTable, cast_table_text, read_cast_table
from comfyui_glmtts.scripts.text.quotations import parts

BOOK = """\
第一章 雾
天黑了。林远低声说：“有人来了。”
“你确定吗？”她问道。
“我不去，”小雨笑着说，“太远了。”
所谓“自由”不过如此。
“嗯。”
“嗯。”
"""


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("林远低声说：“有人来了。”", ["林远"]),
        ("“我不去，”小雨笑着说，“太远了。”", ["小雨", "小雨"]),
        ("林远对小雨说：“走吧。”", ["林远"]),
        ("张教授又问道：“为什么？”", ["张教授"]),
        ("“快跑！”阿明大喊。", ["阿明"]),
        ("王大妈笑道：「好。」", ["王大妈"]),
        ("“你确定吗？”她问道。", [None]),
        ("“是我。”门外的人说。", [None]),
        ("“嗯。”", [None]),
        ("所谓“自由”不过如此。", []),
        ("“Come in,” said Alice. “Sit down.”", ["Alice", "Alice"]),
        ('Bob Smith quietly said, "No."', ["Bob Smith"]),
        ('"Why?" she asked.', [None]),
    ],
)
def test_a_quotation_is_its_speakers_where_the_text_names_them(
    text: str, speakers: list[str | None]
) -> None:
    found = parts(text)
    assert "".join(part.text for part in found) == text
    assert [part.speaker for part in found if part.quoted] == speakers


def read(folder: Path, table: CastTable | None) -> Script:
    path = folder / "book.txt"
    path.write_text(BOOK, encoding="utf-8")
    return read_script(path, defaults=Defaults(cast=table))


def test_a_book_without_a_cast_is_read_by_its_narrator(tmp_path: Path) -> None:
    assert list(read(tmp_path, None).speakers) == ["旁白"]


def test_quotations_are_cast_and_nothing_is_lost(tmp_path: Path) -> None:
    script = read(tmp_path, CastTable())
    assert "".join(line.text for line in script.lines) == BOOK.replace("\n", "")
    assert [line.text for line in script.lines if line.speaker == "小雨"] == [
        "“我不去，”",
        "“太远了。”",
    ]
    assert [(one.line, one.speaker, one.how) for one in script.quotations] == [
        (2, "林远", "text"),
        (3, "旁白", "?"),
        (4, "小雨", "text"),
        (4, "小雨", "text"),
        (6, "旁白", "?"),
        (7, "旁白", "?"),
    ]


def test_what_a_person_corrects_stays_whatever_happens_to_the_book(tmp_path: Path) -> None:
    first = cast_table_text(read(tmp_path, CastTable()).quotations, "旁白", CastTable())
    path = tmp_path / "book.cast.csv"
    rows = first.splitlines()
    rows[1] = ",,旁白,xiaoyu,"
    rows[3] = "3,“你确定吗？”,小雨,aming,?"  # as a spreadsheet leaves it
    rows[7] = "7,“嗯。”,林远,,?"
    rows.append("9,“再见。”,林远,,you")
    path.write_text("\ufeff" + "\r\n".join(rows), encoding="utf-8")
    table = read_cast_table(path)
    script = read(tmp_path, table)
    assert [one.speaker for one in script.quotations] == [
        "林远", "小雨", "小雨", "小雨", "旁白", "林远",
    ]  # fmt: skip
    assert script.speakers["小雨"].voice.name == "aming"
    assert script.speakers["旁白"].voice.name == "xiaoyu"
    assert script.speakers["林远"].voice.name is None
    again = cast_table_text(script.quotations, "旁白", table)
    assert "3,“你确定吗？”,小雨,aming,you\r\n" in again
    assert again.endswith(",“再见。”,林远,,gone\r\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n", 'There is no column "words"'),
        ("words,speaker,voice\nx,a/b,\n", "slashes"),
        ("words,speaker,voice\nx,小雨,a\ny,小雨,b\n", "another voice further up"),
    ],
)
def test_a_table_that_cannot_be_meant_is_told(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "book.cast.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_cast_table(path)


def test_manners_of_speaking_are_no_names() -> None:
    found = parts("林远一边笑着一边慢慢地轻声说：“好。”张教授对着门外又大声喊道：“谁？”")
    assert [part.speaker for part in found if part.quoted] == ["林远", "张教授"]
