"""Spoken text as Kokoro is given it, and which characters its symbols say."""

from __future__ import annotations

import pytest
from comfyui_glmtts.glmtts_runtime.engine import SpeechError
from comfyui_glmtts.glmtts_runtime.kokoro.lines import Pass, passes
from comfyui_glmtts.glmtts_runtime.kokoro.phonemes import units
from comfyui_glmtts.glmtts_runtime.kokoro.symbols import MOST, numbers
from comfyui_glmtts.pronunciation.reader import Reader
from hypothesis import given, settings
from hypothesis import strategies as st


def words(run: str) -> set[int]:
    """Two characters a word: enough for spaces to be seen."""
    return set(range(0, len(run), 2))


def silent(_word: str) -> str:
    return ""


def said(text: str) -> list[Pass]:
    return list(passes(Reader().read(text), words, silent)[1])


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("你好。", "ni↗xau↓."),
        ("你好，世界！", "ni↗xau↓, ʂɨ↘ʨje↘!"),
        ("银{行|háng}行长", "i↗nxa↗ŋ xa↗ŋꭧa↓ŋ."),
        ("{行|xíng}", "ɕi↗ŋ."),
        ("不要。", "pu↗jau↘."),
        ("好吗？", "xau↓ma?"),
        ("Hello, world.", "həlˈO, wˈɜɹld."),
        ("the apple", "ði ˈæpᵊl."),
        ("我用GPU跑。", "wo↓jʊ↘ŋ ʤˈi pˈi jˈu pʰau↓."),
        ("去A座。", "ʨʰy↘ ˈA ʦwo↘."),
        ("花{儿|er}开了。", "xwa→ɚ kʰai→lɤ."),
        ("好🙂。", "xau↓."),
    ],
)
def test_a_text_is_written_in_symbols(text: str, symbols: str) -> None:
    assert "".join(part.symbols for part in said(text)) == symbols


@pytest.mark.parametrize("text", ["……", "🙂", "，。"])
def test_a_text_with_nothing_to_say_is_an_error(text: str) -> None:
    with pytest.raises(SpeechError, match="nothing to say"):
        passes(Reader().read(text), words, silent)


def test_pauses_that_were_asked_for_cut_a_text_and_add_up() -> None:
    spoken = Reader().read("[pause:250ms]你好。[pause:1s][pause:500ms]再见。[pause:2s]")
    lead, found = passes(spoken, words, silent)
    assert lead == 0.25
    assert [(part.symbols, part.pause, part.asked) for part in found] == [
        ("ni↗xau↓.", 1.5, True),
        ("ʦai↘ʨjɛ↘n.", 2.0, True),
    ]


def test_each_unit_knows_its_characters() -> None:
    text = "我用 GPU。"
    spoken = Reader().read(text)
    found = units(spoken.characters, words, silent)
    shown = [(u.symbols, spoken.spoken[u.start : u.end]) for u in found if u.end > u.start]
    assert shown == [("wo↓", "我"), ("jʊ↘ŋ", "用"), ("ʤˈi pˈi jˈu", "GPU"), (".", "。")]


def test_a_long_text_is_cut_after_its_sentences_and_says_all_of_it() -> None:
    text = "他们从小在海边长大，每天放学以后都要去沙滩上跑一跑。" * 30
    found = said(text)
    assert all(0 < len(numbers(part.symbols)) <= MOST for part in found)
    assert all(part.symbols.endswith(".") and part.pause > 0 for part in found[:-1])
    assert len(found) > 8
    places = [at for part in found for u in part.units for at in range(u.start, u.end)]
    assert places == sorted(set(places))
    assert len(places) == len(text)


def test_letters_without_end_are_cut_between_them() -> None:
    found = said(" ".join("W" * 200))
    assert all(0 < len(part.symbols) <= MOST for part in found)
    assert sum(part.symbols.count("dˈʌbᵊlju") for part in found) == 200


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("你好行儿的，。！？、…“”（）A b'’.,!?-—\n 🙂3"), max_size=60))
def test_whatever_is_written_is_said_in_known_symbols_or_refused(text: str) -> None:
    try:
        _, found = passes(Reader().read(text), words, silent)
    except SpeechError:
        return
    for part in found:
        assert 0 < len(numbers(part.symbols)) <= MOST
        assert "  " not in part.symbols
        assert not part.symbols.startswith((" ", ",", "."))
