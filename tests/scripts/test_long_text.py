"""Long texts in parts: nothing is lost, nothing cut in the middle, every place is told."""

import pytest
from comfyui_glmtts.mistakes import Place
from comfyui_glmtts.scripts.long_text import MOST, in_parts
from hypothesis import given
from hypothesis import strategies as st

HERE = Place("text")


@given(st.text(alphabet="好a。，. \n[]{}|1”", max_size=3000))
def test_the_parts_joined_are_the_text_and_begin_where_they_are_said_to(text: str) -> None:
    parts = in_parts(text, HERE)
    assert "".join(part for _, part in parts) == text
    lines = text.split("\n")
    for place, part in parts[1:]:
        assert place.line
        assert place.column
        found = "\n".join([lines[place.line - 1][place.column - 1 :], *lines[place.line :]])
        assert found.startswith(part)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("短。", ["短。"]),
        ("一二三四五。" * 100, ["五。"]),
        ("He said so. " * 100, ["so. "]),
        ("一二三四，" * 100, ["四，"]),
        ("word " * 200, ["word "]),
        ("好" * 1000, ["好"]),
        ("他说：“走吧。”" * 80, ["”"]),
        ("段落一二三四五六七八九十\n" * 60, ["\n"]),
        ("{行|háng}" * 100, ["}"]),
    ],
)
def test_a_part_ends_at_the_best_place_there_is(text: str, ends: list[str]) -> None:
    parts = in_parts(text, HERE)
    assert all(len(part) <= MOST for _, part in parts)
    assert len(parts) == 1 or len(parts) < 5 * len(text) / MOST
    for _, part in parts:
        assert any(part.endswith(end) for end in ends), part


def test_what_has_no_word_in_it_goes_with_what_comes_before() -> None:
    parts = in_parts("好。" * (MOST // 2) + "……" * 300 + "好。", HERE)
    assert all("好" in part for _, part in parts)


def test_a_text_without_a_word_stays_one() -> None:
    assert len(in_parts("…" * 2000, HERE)) == 1
