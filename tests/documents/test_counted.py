"""How many there are of something, as a person would write it."""

from __future__ import annotations

import pytest
from comfyui_glmtts.cli.errors import show_mistakes
from comfyui_glmtts.cli.made import as_before
from comfyui_glmtts.documents.counted import counted
from comfyui_glmtts.mistakes import InputError, Mistake, Place


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 episodes"), (1, "1 episode"), (2, "2 episodes")]
)
def test_one_is_singular(number: int, text: str) -> None:
    assert counted(number, "episode") == text


def test_nothing_is_told_of_what_was_not_there_before() -> None:
    assert [as_before(0), as_before(2)] == ["", " (2 as before)"]


@pytest.mark.parametrize("number", [99, 100])
def test_who_is_told_a_hundred_mistakes_is_told_that_there_may_be_more(
    number: int, capsys: pytest.CaptureFixture[str]
) -> None:
    show_mistakes(InputError([Mistake(Place("a.csv", row), "Wrong.", "") for row in range(number)]))
    assert ("may be more" in capsys.readouterr().err) == (number == 100)
