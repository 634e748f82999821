"""English words in Kokoro's symbols."""

from __future__ import annotations

import pytest
from comfyui_glmtts.glmtts_runtime.kokoro import arpabet, english
from comfyui_glmtts.glmtts_runtime.kokoro.symbols import numbers


@pytest.mark.parametrize(
    ("phones", "symbols"),
    [
        ("W AO1 T ER0", "wˈɔɾəɹ"),
        ("B AH1 T AH0 N", "bˈʌʔn"),
        ("P AA1 R T IY0", "pˈɑɹɾi"),
        ("L IH1 T AH0 L", "lˈɪɾᵊl"),
        ("S AH1 D AH0 N", "sˈʌdᵊn"),
        ("AH0 B AW1 T", "əbˈWt"),
        ("W AA1 N T IH0 D", "wˈɑntᵻd"),
        ("M Y UW1 Z IH0 K", "mjˈuzɪk"),
        ("R AH1 N IH0 NG", "ɹˈʌnɪŋ"),
        ("B ER1 D", "bˈɜɹd"),
        ("T AH0 M EY1 T OW2", "təmˈAtˌO"),
    ],
)
def test_arpabet_becomes_american_symbols(phones: str, symbols: str) -> None:
    assert arpabet.symbols(phones) == symbols


def test_a_phone_that_does_not_exist_is_no_word() -> None:
    with pytest.raises(KeyError):
        arpabet.symbols("W QQ1")


@pytest.mark.parametrize(
    ("written", "symbols"),
    [
        ("hello", "həlˈO"),
        ("Hello", "həlˈO"),
        ("the", "ðə"),
        ("I", "ˈI"),
        ("don't", "dˈOnt"),
        ("Anna's", "ˈænəz"),
        ("GPU", "ʤˈi pˈi jˈu"),
        ("US", "jˈu ˈɛs"),
        ("us", "ˈʌs"),
        ("NASA", "nˈæsə"),
        ("HTTPS", "ˈAʧ tˈi tˈi pˈi ˈɛs"),
        ("iPhone", "ˈIfˌOn"),
        ("OpenAI", "ˈOpən ˈA ˈI"),
        ("b", "bˈi"),
    ],
)
def test_a_word_is_read_as_it_is_written(written: str, symbols: str) -> None:
    assert english.word(written, lambda _word: "") == symbols


def test_a_word_nobody_knows_is_asked_for_and_else_spelled() -> None:
    asked: list[str] = []
    said = english.word("ComfyXyzzy", lambda word: asked.append(word) or "zˈɪzi")
    assert (said, asked) == ("kˈʌmfi zˈɪzi", ["xyzzy"])
    assert english.word("xqz", lambda _word: "") == "ˈɛks kjˈu zˈi"


@pytest.mark.parametrize(
    ("ipa", "symbols"),
    [
        ("kˌuːbɚnˈɛɾiːz", "kˌubəɹnˈɛɾiz"),
        ("tˈo^ʊkɪˌo^ʊ", "tˈOkɪˌO"),
        ("d^ʒˌælɐpˈiːnjo^ʊ", "ʤˌæləpˈinjO"),
        ("bˈɜːd", "bˈɜɹd"),
        ("bˈʌʔn̩", "bˈʌʔn"),
        ("kˈɜːnəl", "kˈɜɹnᵊl"),
    ],
)
def test_the_ipa_of_espeak_becomes_symbols(ipa: str, symbols: str) -> None:
    assert english.from_ipa(ipa) == symbols
    assert numbers(symbols)


def test_small_words_change_before_vowels() -> None:
    assert english.before_vowels("the", "ðə", "ˈæpᵊl") == "ði"
    assert english.before_vowels("the", "ðə", "pˈɛɹ") == "ðə"
    assert english.before_vowels("to", "tə", "ˈʌs") == "tʊ"
