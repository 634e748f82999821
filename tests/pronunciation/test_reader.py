"""The reader: one call from display text to characters with readings."""

from __future__ import annotations

from pathlib import Path

import pytest
from comfyui_glmtts.mistakes import InputError
from comfyui_glmtts.pronunciation.markup import display
from comfyui_glmtts.pronunciation.reader import Reader
from comfyui_glmtts.pronunciation.spoken import Break


def test_an_inline_reading_is_said_and_not_shown() -> None:
    spoken = Reader().read("很{重|chóng}要")
    assert [c.pinyin for c in spoken.characters] == ["hen3", "chong2", "yao4"]
    assert [c.source for c in spoken.characters][1] == "inline"
    assert [c.at for c in spoken.characters] == [0, 2, 10]
    assert display(spoken.text) == "很重要"


def test_a_pause_becomes_a_break() -> None:
    spoken = Reader().read("你好[pause:500ms]世界")
    assert spoken.spoken == "你好世界"
    assert spoken.breaks == (Break(2, 0.5),)


def test_every_broken_mark_is_told_at_once() -> None:
    with pytest.raises(InputError) as error:
        Reader().read("{行|hagn}和{银行|hang2}，[pause:ever]")
    assert len(error.value.mistakes) == 3


def test_everyday_words_are_read_as_people_say_them() -> None:
    """Each line of the table marks one character and tells its reading."""
    table = Path(__file__).parent / "readings" / "everyday.tsv"
    cases = [line.split("\t") for line in table.read_text(encoding="utf-8").splitlines()]
    texts = [marked.replace("[", "").replace("]", "") for marked, _ in cases]
    wrong = []
    for (marked, expected), spoken in zip(cases, Reader().read_all(texts), strict=True):
        found = next(c.pinyin for c in spoken.characters if c.at == marked.index("["))
        if found != expected:
            wrong.append((marked, expected, found))
    assert not wrong
