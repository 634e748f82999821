"""Kokoro is understood: Whisper base writes down what it hears, told nothing but the language.

The sentences were written for this; each is spoken by one of the speakers in turn. The whole table,
every sentence by every speaker, is in docs/kokoro.md and made by bench/understood.py.
"""

from __future__ import annotations

import pytest
from comfyui_glmtts.bench.understood import (
    SENTENCES,
    Score,
    bundled,
    mistakes,
    score,
    spoken,
    tokens,
)
from comfyui_glmtts.glmtts_runtime.kokoro.engine import KokoroEngine
from comfyui_glmtts.glmtts_runtime.kokoro.speakers import SPEAKERS
from comfyui_glmtts.listening.ears import Ears

TEXTS = SENTENCES.read_text(encoding="utf-8").splitlines()
CHINESE, ENGLISH, MIXED = TEXTS[:30], TEXTS[30:48], TEXTS[48:]


@pytest.fixture(scope="module")
def ears() -> Ears:
    return Ears.open()


def shared(language: str, texts: list[str]) -> list[tuple[str, str]]:
    """Who says what: the clear speakers of a language in turn."""
    names = [n for n, who in SPEAKERS.items() if who.language == language and who.clear]
    return [(names[number % len(names)], text) for number, text in enumerate(texts)]


def test_what_counts_as_misheard() -> None:
    assert tokens("我用 GPU，don't。") == ["wo*", "yong*", "gpu", "don't"]
    told, heard = tokens("开往北京的火车"), tokens("开网北京火车呀")
    assert mistakes(told, heard) == [("de*", ""), ("", "ya*")]


def test_chinese_by_all_chinese_speakers_is_understood(engine: KokoroEngine, ears: Ears) -> None:
    found, wrong = score(spoken(engine, shared("zh", CHINESE)), ears)
    assert found.of_syllables > 450
    assert found.syllables <= 0.03 * found.of_syllables, wrong


def test_english_by_all_speakers_is_understood(engine: KokoroEngine, ears: Ears) -> None:
    total = Score()
    for language in ("en", "zh"):
        found, wrong = score(spoken(engine, shared(language, ENGLISH)), ears)
        assert found.words <= 0.06 * found.of_words, wrong
        total += found
    assert total.of_words > 400


def test_every_bundled_voice_is_understood_in_both_languages(
    engine: KokoroEngine, ears: Ears
) -> None:
    """All of the sentences are said, each by one voice; docs/kokoro.md has all by all."""
    total = Score()
    for number, name in enumerate(bundled()):
        pairs = spoken(engine, [(name, text) for text in TEXTS[number :: len(bundled())]])
        found, wrong = score(pairs, ears)
        assert found.syllables <= 0.05 * found.of_syllables, (name, wrong)
        total += found
    assert total.of_words > 200
    assert total.syllables <= 0.03 * total.of_syllables
    assert total.words <= 0.06 * total.of_words


def test_english_words_in_chinese_sentences_leave_the_chinese_understood(
    engine: KokoroEngine, ears: Ears
) -> None:
    found, wrong = score(spoken(engine, shared("zh", MIXED)), ears)
    assert found.syllables <= 0.06 * found.of_syllables, wrong


@pytest.mark.parametrize(
    ("text", "syllable"),
    [
        ("他姓{仇|qiú}。", "qiu*"),
        ("他姓{仇|chóu}。", "chou*"),
        ("他姓{单|shàn}。", "shan*"),
        ("他姓{单|dān}。", "dan*"),
    ],
)
def test_a_reading_that_was_asked_for_is_what_listeners_write_down(
    engine: KokoroEngine, ears: Ears, text: str, syllable: str
) -> None:
    [(_, sound)] = spoken(engine, [("zf_xiaoxiao", text)])
    assert syllable in tokens(ears.hear(sound, "zh").text)
