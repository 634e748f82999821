"""A Mandarin syllable -> Kokoro's symbols: IPA with the tone after the vowel that carries it."""

from __future__ import annotations

import functools

from .symbols import TONES

_INITIALS = {
    "b": "p", "p": "pʰ", "m": "m", "f": "f", "d": "t", "t": "tʰ", "n": "n", "l": "l",
    "g": "k", "k": "kʰ", "h": "x", "j": "ʨ", "q": "ʨʰ", "x": "ɕ", "r": "ɻ",
    "zh": "ꭧ", "ch": "ꭧʰ", "sh": "ʂ", "z": "ʦ", "c": "ʦʰ", "s": "s",
}  # fmt: skip

_FINALS = {
    "a": "a-", "ai": "ai-", "an": "a-n", "ang": "a-ŋ", "ao": "au-",
    "e": "ɤ-", "ei": "ei-", "en": "ə-n", "eng": "ə-ŋ", "er": "ɚ-",
    "i": "i-", "ia": "ja-", "ian": "jɛ-n", "iang": "ja-ŋ", "iao": "jau-", "ie": "je-",
    "in": "i-n", "ing": "i-ŋ", "iong": "jʊ-ŋ", "iou": "jou-",
    "o": "wo-", "ong": "ʊ-ŋ", "ou": "ou-",
    "u": "u-", "ua": "wa-", "uai": "wai-", "uan": "wa-n", "uang": "wa-ŋ", "uei": "wei-",
    "uen": "wə-n", "ueng": "wə-ŋ", "uo": "wo-",
    "v": "y-", "ve": "ɥe-", "van": "ɥɛ-n", "vn": "y-n",
}  # fmt: skip
"""Finals as they are said; - is where the tone stands."""

_WITHOUT_INITIAL = {
    "yi": "i", "ya": "ia", "yan": "ian", "yang": "iang", "yao": "iao", "ye": "ie", "yin": "in",
    "ying": "ing", "yong": "iong", "you": "iou", "wu": "u", "wa": "ua", "wai": "uai",
    "wan": "uan", "wang": "uang", "wei": "uei", "wen": "uen", "weng": "ueng", "wo": "uo",
    "yu": "v", "yue": "ve", "yuan": "van", "yun": "vn",
}  # fmt: skip
"""Syllables that pinyin spells with y and w"""

_SHORT = {"iu": "iou", "ui": "uei", "un": "uen", "ue": "ve"}
_WHOLE = {
    "o": "ɔ-", "yo": "jɔ-", "yai": "jai-", "wong": "wʊ-ŋ",
    "m": "m-", "n": "n-", "ng": "ŋ-", "hm": "hm-", "hng": "hŋ-",
}  # fmt: skip
"""Interjections, which follow no rule"""

_HISSING = frozenset({"zh", "ch", "sh", "r", "z", "c", "s"})
_PALATAL = frozenset({"j", "q", "x"})


@functools.cache
def syllable(pinyin: str) -> str:
    """The symbols of numbered pinyin such as `lv4`; erhua's `er5` is the bare colour of the vowel.

    Raises KeyError for what is no syllable.
    """
    return _shape(pinyin[:-1]).replace("-", TONES[pinyin[-1]])


def _shape(base: str) -> str:
    if base in _WHOLE:
        return _WHOLE[base]
    if base in _WITHOUT_INITIAL:
        return _FINALS[_WITHOUT_INITIAL[base]]
    initial = next((base[:size] for size in (2, 1) if base[:size] in _INITIALS), "")
    final = base[len(initial) :]
    if not initial:
        return _FINALS[final]
    return _INITIALS[initial] + _final(initial, final)


def _final(initial: str, final: str) -> str:
    if initial in _HISSING and final == "i":
        return "ɨ-"
    if initial in _PALATAL and final.startswith("u"):
        final = "v" + final[1:]
    return _FINALS[_SHORT.get(final, final)]
