"""Any string is read: no crash, a complete and monotone map, time that grows with the length."""

from __future__ import annotations

import pytest
from comfyui_glmtts.mistakes import InputError
from comfyui_glmtts.pronunciation.reader import Reader
from comfyui_glmtts.pronunciation.spoken import SpokenText
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

READER = Reader()
NASTY = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.characters(categories=["Cs", "Cc", "Cf", "Co", "Mn", "So"]),
        st.sampled_from(
            "0123456789.,:-/%¥$°℃²~～第年月日时分G行长一不A{}[]|\\*_#` \n\u200d\u202e\ufe0f😀"
            "｛｝｜【】+='\"′″ItxX至到"
        ),
    ),
    max_size=80,
)
QUICKLY = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


def check(spoken: SpokenText, text: str) -> None:
    places = [character.at for character in spoken.characters]
    assert spoken.text == text
    assert places == sorted(places)
    assert all(0 <= place < len(text) for place in places)
    assert all(len(character.char) == 1 for character in spoken.characters)
    assert all(0 <= character.confidence <= 1 for character in spoken.characters)
    assert all(0 <= pause.at <= len(places) for pause in spoken.breaks)
    assert not any(0xD800 <= ord(character.char) <= 0xDFFF for character in spoken.characters)


@QUICKLY
@given(NASTY, st.sampled_from(["zh", "en"]))
def test_any_string_is_read_or_its_marks_are_told(text: str, language: str) -> None:
    try:
        spoken = READER.read(text, language=language)  # type: ignore[arg-type]
    except InputError:
        assert any(sign in text for sign in "{｛[［【")
    else:
        check(spoken, text)


@pytest.mark.parametrize(
    "unit",
    ["1", "行", "a", " ", "1-", "1/", "(", "{", "[", "*", "_", "a.", "1,000", "http://",
     "a@", "<b>",
     "\u202e", "👨\u200d👩", "\n", "第", "3.", "¥1", "-", "年1", "A1", "：3",
     "1:"],
)  # fmt: skip
def test_long_lines_of_one_thing_are_read(unit: str) -> None:
    text = unit * (20_000 // len(unit))
    check(READER.read(text), text)


def test_a_book_in_one_line_is_read() -> None:
    text = "银行行长说，2026年11月22日气温-5℃，G1234次列车晚点。" * 6_000
    check(READER.read(text), text)
