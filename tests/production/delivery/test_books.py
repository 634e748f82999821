"""A book from its text to an audiobook: chapters, cast, cover, files per chapter."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import av
import pytest
from PIL import Image

Run = Callable[..., subprocess.CompletedProcess[str]]

BOOK = "# 雾\n\n## 第一章\n林远说：“有人来了。”\n\n## 第二章：夜/雨\n完。\n"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    (tmp_path / "book.md").write_text(BOOK, encoding="utf-8")
    Image.new("RGB", (64, 64), "navy").save(tmp_path / "cover.png")
    return tmp_path


def test_a_book_becomes_an_audiobook_with_chapters_a_cover_and_its_cast(
    glmtts: Run, book: Path
) -> None:
    wanted = ("--format", "m4b", "--chapter-files", "--cover", "cover.png", "--author", "佚名")
    said = json.loads(glmtts("render", "book.md", "--cast", *wanted, "--json").stdout)
    folder = book / "out" / "book"
    assert (folder / "book.m4b").read_bytes()[4:12] == b"ftypM4B "
    with av.open(str(folder / "book.m4b")) as file:
        titles = [chapter["metadata"]["title"] for chapter in file.chapters()]
        assert titles == ["雾", "第一章", "第二章：夜/雨"]
        assert (file.metadata["title"], file.metadata["artist"]) == ("雾", "佚名")
        assert file.metadata["media_type"] == "2"
        assert [stream.type for stream in file.streams].count("video") == 1
        assert file.streams.audio[0].channels == 1
    parts = sorted(path.name for path in (folder / "chapters").iterdir())
    assert parts == ["01-雾.m4b", "02-第一章.m4b", "03-第二章_夜_雨.m4b"]
    assert {f"chapters/{name}" for name in parts} <= set(said["files"])
    with av.open(str(folder / "chapters" / parts[1])) as file:
        assert (file.metadata["title"], file.metadata["album"]) == ("第一章", "雾")
        assert file.metadata["track"] == "2"
    assert any(note.startswith("1 quotations; of 0 nobody tells") for note in said["notes"])
    table = (book / "book.cast.csv").read_text("utf-8-sig")
    assert "4,“有人来了。”,林远,,text" in table


def test_the_table_beside_the_book_gives_the_voices(glmtts: Run, book: Path) -> None:
    rows = "line,words,speaker,voice,how\n,,旁白,xiaoyu,\n4,“有人来了。”,小雨,aming,text\n"
    (book / "book.cast.csv").write_text(rows, encoding="utf-8")
    glmtts("render", "book.md", "--cast", "--format", "wav")
    manifest = json.loads((book / "out" / "book" / "manifest.json").read_text("utf-8"))
    assert [line["speaker"] for line in manifest["lines"]] == ["旁白"] * 3 + ["小雨"] + ["旁白"] * 2
    assert len(set(manifest["voices"].values())) == 2


def test_files_of_chapters_want_chapters(glmtts: Run, book: Path) -> None:
    (book / "plain.txt").write_text("完。\n", encoding="utf-8")
    told = glmtts("render", "plain.txt", "--chapter-files", code=2).stderr
    assert "There are no chapters to make files of." in told
