"""ARPAbet -> Kokoro's symbols for American English: `W AO1 T ER0` -> wˈɔɾəɹ."""

from __future__ import annotations

_CONSONANTS = {
    "B": "b", "CH": "ʧ", "D": "d", "DH": "ð", "F": "f", "G": "ɡ", "HH": "h", "JH": "ʤ", "K": "k",
    "L": "l", "M": "m", "N": "n", "NG": "ŋ", "P": "p", "R": "ɹ", "S": "s", "SH": "ʃ", "T": "t",
    "TH": "θ", "V": "v", "W": "w", "Y": "j", "Z": "z", "ZH": "ʒ",
}  # fmt: skip
_VOWELS = {
    "AA": "ɑ", "AE": "æ", "AH": "ʌ", "AO": "ɔ", "AW": "W", "AY": "I", "EH": "ɛ", "ER": "ɜɹ",
    "EY": "A", "IH": "ɪ", "IY": "i", "OW": "O", "OY": "Y", "UH": "ʊ", "UW": "u",
}  # fmt: skip
_STRESS = {"1": "ˈ", "2": "ˌ"}
_WEAK = {"AH": "ə", "ER": "əɹ"}
"""What vowels without stress become"""
_CLEAR = frozenset({"NG", "SH", "JH", "V", "S", "F", "G"})
"""Consonants before which an unstressed IH is said as it is written; else it is a schwa."""
_ENDING = frozenset({"T", "D", "S", "Z", "SH", "CH", "JH"})
"""Consonants after which -ed and -es are syllables of their own"""


def symbols(arpabet: str) -> str:
    """A word's symbols, the stress before its vowel. Raises KeyError for an unknown phone."""
    phones = ["", *arpabet.split(), "", ""]
    return "".join(
        _vowel(phones, at) if _is_vowel(phones[at]) else _consonant(phones, at)
        for at in range(1, len(phones) - 2)
    )


def _consonant(phones: list[str], at: int) -> str:
    """A consonant as its neighbours shape it. phones: with room on both sides."""
    before, phone, after, beyond = phones[at - 1 : at + 3]
    if phone == "T" and (_is_vowel(before) or before == "R") and after[-1:] == "0":
        # The catch of button, the tap of water and party
        return "ʔ" if (after, beyond) == ("AH0", "N") else "ɾ"
    return _CONSONANTS[phone]


def _vowel(phones: list[str], at: int) -> str:
    before, phone, after, beyond = phones[at - 1 : at + 3]
    vowel, stress = phone[:-1], phone[-1]
    if stress != "0":
        return _STRESS[stress] + _VOWELS[vowel]
    if vowel == "AH" and before and not _is_vowel(before) and not _is_vowel(beyond):
        if (before, after) == ("T", "N") and _is_vowel(phones[at - 2]):
            return ""
        if after == "L" or (after == "N" and before in {"T", "D"}):
            return "ᵊ"  # the l of bottle is a syllable of its own
    if vowel in {"IH", "AH"} and before in _ENDING and after in {"D", "Z"} and not beyond:
        return "ᵻ"
    if vowel == "IH" and before and after not in _CLEAR and (after != "K" or beyond):
        return "ə"
    return _WEAK.get(vowel, _VOWELS[vowel])


def _is_vowel(phone: str) -> bool:
    return phone[-1:].isdigit()
