"""Who speaks in a text: names are told from labels and from clauses that tell of speech."""

from __future__ import annotations

from pathlib import Path

import pytest
from comfyui_glmtts.scripts.defaults import Defaults
from comfyui_glmtts.scripts.parse import read_script
from comfyui_glmtts.scripts.script import Chapter, Line, Script
from comfyui_glmtts.scripts.text.names import names
from hypothesis import given, settings
from hypothesis import strategies as st

LABELS = "张教授： 你好。\n注意：下面是广告\n时间：2026年12月1日\n地点：北京\n他说：我不知道。\n"
NOVEL = (
    "第一章 雾\n天黑了，雨下个不停。\n林远低声说：“有人来了。”\n他把灯吹灭，屋子里什么也看不见。\n"
)


def read(folder: Path, text: str, who: tuple[str, ...] | None = None) -> Script:
    path = folder / "text.txt"
    path.write_text(text, encoding="utf-8")
    return read_script(path, defaults=Defaults(names=who))


def said(script: Script) -> list[tuple[str, str]]:
    return [(line.speaker, line.text) for line in script.lines]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("李想：大家好", "李想"),
        ("李想：“大家好”", None),
        ("王道：好", "王道"),
        ("林远笑道：“好”", None),
        ("林远低声说：“有人来了。”", None),
        ("他心想：坏了", None),
        ("小雨问：“谁？”", None),
        ("妈妈叫：“小明！”", None),
        ("老师说：打开书。", None),
        ("解说：比赛开始", "解说"),
        ("顾问：可以", "顾问"),
        ("问：你是谁？", "问"),
        ("He said: hi", None),
        ("时间：八点", None),
        ("链接：https://example.com", None),
        ("Note: bring a coat", None),
        ("第一：不要迟到", None),
        ("Step 2: stir", None),
        ("[Alice] hi", "Alice"),
        ("[S1] 你好", "S1"),
        ("<Alice> hi", "Alice"),
        ("<v Alice> hi", "Alice"),
        ("【小明】你好", "小明"),
        ("【公告】今天停电", None),
        ("[笑] 好", None),
        ("[1] a source", None),
        ("[link](http://x.org) here", None),
        ("[pause:500ms]好", None),
        ("<b>bold</b>", None),
    ],
)
def test_a_name_is_told_from_a_label_and_from_a_clause(line: str, name: str | None) -> None:
    assert names([line]).split(line)[0] == name


def test_labels_and_clauses_are_read_and_a_single_name_is_asked_about(tmp_path: Path) -> None:
    script = read(tmp_path, LABELS)
    assert [text for _, text in said(script)] == LABELS.splitlines()
    assert script.unsure == ("张教授",)
    assert script.notes == (
        'Begin one line each, read with it: "张教授"; --speakers and --no-speakers decide.',
    )


def test_only_who_is_asked_for_speaks(tmp_path: Path) -> None:
    script = read(tmp_path, LABELS, ("张教授", "他说"))
    assert [name for name, _ in said(script)] == ["张教授"] * 4 + ["他说"]
    assert script.unsure == ()
    assert script.notes == ("Taken as speakers, with the lines each begins: 张教授 (1), 他说 (1).",)


def test_nobody_speaks_where_nobody_is_to(tmp_path: Path) -> None:
    text = "小明：你好\n小红：你好\n小明：再见\n"
    assert said(read(tmp_path, text, ())) == [("旁白", line) for line in text.splitlines()]


def test_a_conversation_lists_who_was_taken_as_a_speaker(tmp_path: Path) -> None:
    script = read(tmp_path, "**小明**：你好\n小红: 你好\n[小明] 再见\n")
    assert said(script) == [("小明", "你好"), ("小红", "你好"), ("小明", "再见")]
    assert script.notes == (
        "Taken as speakers, with the lines each begins: 小明 (2), 小红 (1).",
        'Begin one line each, taken as speakers: "小红"; --speakers and --no-speakers decide.',
    )


def test_prose_has_no_speakers_but_its_narrator(tmp_path: Path) -> None:
    script = read(tmp_path, NOVEL)
    assert [text for _, text in said(script)] == NOVEL.splitlines()
    assert list(script.speakers) == ["旁白"]
    assert script.notes == ()
    assert script.output.channels == 1


@pytest.mark.parametrize(
    ("line", "chapter"),
    [
        ("# 标题", "标题"),
        ("## **第一节** #", "第一节"),
        ("##第二节", "第二节"),
        ("第一章 雾", "第一章 雾"),
        ("第十二回　宴", "第十二回　宴"),
        ("楔子", "楔子"),
        ("Chapter 1: Fog", "Chapter 1: Fog"),
        ("CHAPTER ONE", "CHAPTER ONE"),
        ("Epilogue", "Epilogue"),
        ("第一章是最难写的，他想了很久。", None),
        ("#1 号请到窗口。", None),
        ("#话题# 今天", None),
        ("Part of it was lost.", None),
        ("Part one was easy, he said.", None),
    ],
)
def test_headings_begin_chapters_and_are_read(
    line: str, chapter: str | None, tmp_path: Path
) -> None:
    script = read(tmp_path, f"{line}\n正文。\n")
    found = [segment.title for segment in script.segments if isinstance(segment, Chapter)]
    assert found == ([chapter] if chapter else [])
    assert script.lines[0].text == (chapter or line)


def test_marks_for_the_eye_are_not_read_and_their_words_are(tmp_path: Path) -> None:
    text = (
        "> *他*看了 [这里](https://example.com/a_b)。\n- 第一，`代码`。\n<!-- 不读\n这些 -->\n"
        "```\n2*3*4\n```\n***\n__完__，snake_case_name\n"
    )
    assert [line.text for line in read(tmp_path, text).lines] == [
        "他看了 这里。",
        "第一，代码。",
        "2*3*4",
        "完，snake_case_name",
    ]


def test_long_paragraphs_are_cut_where_sentences_end(tmp_path: Path) -> None:
    sentences = [f"这是第{number}句，不长也不短。" for number in range(500)]
    script = read(tmp_path, "".join(sentences) + "好" * 6000)
    texts = [line.text for line in script.lines]
    assert "".join(texts) == "".join(sentences) + "好" * 6000
    assert max(map(len, texts)) <= 400
    assert all(text.endswith("。") for text in texts[:10])


WORDS = (
    "小明 Anna 他说 时间 ： : “ ” 。 ， 你好 hi # 1 第一章 - ( ) —— 《 》 ！ …… 好的 [ ] * _ > <"
)
PARTS = st.lists(st.sampled_from([*WORDS.split(), " "]), min_size=1, max_size=12).map("".join)


@settings(max_examples=300, deadline=None)
@given(rows=st.lists(PARTS, min_size=1, max_size=12))
def test_every_character_that_can_be_heard_is_spoken_or_names_a_speaker(
    rows: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = "\n".join([*rows, "完。"])
    script = read(tmp_path_factory.getbasetemp(), text, ())
    heard = [char for line in script.lines for char in line.text if char.isalnum()]
    assert heard == [char for char in text if char.isalnum()]


@settings(max_examples=300, deadline=None)
@given(rows=st.lists(PARTS, min_size=1, max_size=12))
def test_names_are_all_that_is_taken_from_a_text(
    rows: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = "\n".join([row for row in rows if "(" not in row] + ["完。"])
    found = names(text.split("\n"))
    kept = "".join(row[found.split(row)[1] :] for row in text.split("\n"))
    taken = "".join(name * count for name, count in found.counts)
    count = sum(map(str.isalnum, text))
    assert sum(map(str.isalnum, kept)) + sum(map(str.isalnum, taken)) == count


def test_every_line_has_the_place_it_was_written_at(tmp_path: Path) -> None:
    script = read(tmp_path, "> 小明：你好\n小明：再见\n")
    assert [(line.place.line, line.place.column) for line in script.lines] == [(1, 4), (2, 4)]
    assert all(isinstance(segment, Line) for segment in script.segments)
