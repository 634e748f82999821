"""What spreadsheets make of data: workbooks, their numbers and dates, columns by other names."""

import datetime
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from comfyui_glmtts.mistakes import InputError
from comfyui_glmtts.production.announcements.announcement import read_announcements
from comfyui_glmtts.templates.announcement import Template
from comfyui_glmtts.templates.rows import Reading, Row, read_rows
from comfyui_glmtts.templates.sandbox import Sandbox

TEMPLATE = """\
glmtts_template: 1
title: {zh: 促销, en: Promotion}
languages: [zh, en]
fields:
  编号: {type: text, columns: [货号]}
  商品: {type: text, per_language: yes, example: {zh: 苹果, en: apples}}
  原价: {type: money, example: "19.90"}
  折扣: {type: integer, from: 1, to: 99, default: ""}
  楼层: {type: text, example: 2}
  截止: {type: date, example: "2026-12-31"}
  时间: {type: time, default: ""}
  会员: {type: flag, default: "否"}
text:
  zh: |
    {{ 楼层 | floor }}楼的{{ 商品 }}原价{{ 原价 | money }}，活动到{{ 截止 | date("day") }}。
    {% if 会员 %}会员优先。{% endif %}
  en: |
    {{ 商品 }} on floor {{ 楼层 | floor }}, {{ 原价 | money }}, until {{ 截止 | date("day") }}.
voices: {zh: xiaoyu, en: leo}
name: "{{ 编号 }}"
"""
HEADER = ["货号", "商品_zh", "商品_en", "原价", "折扣", "楼层", "截止", "时间", "会员"]
DAY = datetime.datetime(2026, 12, 31)
USUAL = ["A1", "苹果", "apples", 19.9, 20.0, "二楼", DAY, datetime.time(20, 5), True]


def workbook(folder: Path, *rows: list[object]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(folder / "rows.xlsx")
    return folder / "rows.xlsx"


@pytest.fixture
def template(tmp_path: Path) -> Template:
    (tmp_path / "t.yaml").write_text(TEMPLATE, encoding="utf-8")
    with Sandbox.of(tmp_path / "t.yaml") as sandbox:
        return sandbox.template


def test_a_workbook_is_read_with_its_own_values(tmp_path: Path, template: Template) -> None:
    (row,) = read_rows(workbook(tmp_path, HEADER, USUAL, [None] * 9), template)
    assert row.place.line == 2
    assert row.values == {
        "编号": "A1", "商品": "", "商品_zh": "苹果", "商品_en": "apples", "原价": "19.9",
        "折扣": 20,
        "楼层": "二楼", "截止": "2026-12-31", "时间": "20:05", "会员": True,
    }  # fmt: skip


def test_fields_and_texts_may_be_chinese(tmp_path: Path) -> None:
    data = workbook(tmp_path, HEADER, USUAL)
    (tmp_path / "t.yaml").write_text(TEMPLATE, encoding="utf-8")
    _, (one,) = read_announcements(str(tmp_path / "t.yaml"), data)
    assert one.name == "A1"
    assert one.lines["zh"][0].endswith("楼的苹果原价19.9元，活动到12月31日。会员优先。")
    assert one.lines["en"][0].endswith(", ¥19.9, until 31 December.")


@pytest.mark.parametrize(
    ("column", "written", "value"),
    [
        *(("折扣", "20.0", 20), ("折扣", "２０", 20), ("折扣", "", "")),
        *(("原价", "12,80", "12.80"), ("原价", "1.234,50元", "1234.50元")),
        ("原价", "1,234", "1,234"),
        *(("截止", "2026-12-31 00:00:00", "2026-12-31"), ("截止", "2026/12/31 0:00", "2026/12/31")),
        *(("截止", "46387", "2026-12-31"), ("截止", "46387.0", "2026-12-31")),
        *(("时间", "0.75", "18:00"), ("时间", "20:05:00", "20:05:00")),
        *(("会员", "是", True), ("会员", "TRUE", True), ("会员", "无", False)),
    ],
)  # fmt: skip
def test_what_a_spreadsheet_writes_is_understood(
    column: str, written: str, value: object, tmp_path: Path, template: Template
) -> None:
    cells = dict(zip(HEADER, map(str, USUAL), strict=True)) | {"截止": "2026-12-31"}
    cells[column] = written
    quoted = ",".join(f'"{cell}"' for cell in cells.values())
    (tmp_path / "r.csv").write_text(",".join(HEADER) + "\n" + quoted, encoding="utf-8")
    (row,) = read_rows(tmp_path / "r.csv", template)
    assert row.values[column] == value


def test_columns_may_be_called_otherwise(tmp_path: Path, template: Template) -> None:
    data = workbook(tmp_path, ["No", "商品_zh", "Name", *HEADER[3:]], USUAL)
    columns = {"No": "编号", "Name": "商品_en"}
    (row,) = read_rows(data, template, Reading(columns=columns))
    assert isinstance(row, Row)
    assert (row.values["编号"], row.values["商品_en"]) == ("A1", "apples")
    with pytest.raises(InputError, match='--column: The template has no field "商"'):
        read_rows(data, template, Reading(columns={"No": "商"}))


def test_later_checks_are_made_of_what_is_sound(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(TEMPLATE, encoding="utf-8")
    cells: list[list[object]] = [
        ["X1", "苹果", "apples", "免费", "", "3", DAY],
        *[["P5", "电饭煲", "cookers", 9, 50, "1", DAY]] * 2,
        ["a/b", "床", "beds", 9, 50, "B1", DAY],
        ["P8", "锅", "pots", 9, 20, "顶上", DAY],
    ]
    data = workbook(tmp_path, HEADER[:7], *cells)
    with pytest.raises(InputError) as caught:
        read_announcements(str(tmp_path / "t.yaml"), data)
    told = [(mistake.place.line, mistake.what) for mistake in caught.value.mistakes]
    assert [line for line, _ in told] == [2, 4, 5, 6, 6]  # the last in both languages
    for (_, what), word in zip(told, ("免费", "P5", "a/b", "顶上", "顶上"), strict=True):
        assert word in what


@pytest.mark.parametrize("damage", ["cut", "no zip", "no sheet", "large"])
def test_a_workbook_that_is_none_is_refused(
    damage: str, tmp_path: Path, template: Template, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = workbook(tmp_path, HEADER, USUAL)
    data = path.read_bytes()
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("a.txt", "a")
    made = {"cut": data[:-200], "no zip": b"PK\3\4", "no sheet": empty.getvalue(), "large": data}
    path.write_bytes(made[damage])
    if damage == "large":
        monkeypatch.setattr("comfyui_glmtts.templates.workbook.MOST_BYTES", 1000)
    with pytest.raises(InputError, match=r"rows\.xlsx: This"):
        read_rows(path, template)


def test_what_is_neither_yes_nor_no_is_told_the_words_of_both_languages(
    tmp_path: Path, template: Template
) -> None:
    data = workbook(tmp_path, HEADER, [*USUAL[:-1], "也许"])
    with pytest.raises(InputError, match=r"neither yes nor no.*是 or 否, yes or no"):
        read_rows(data, template)
