"""ARPAbet -> a respelling that English synthesisers read right: `T AH0 M EY1 T OW0` -> tuh-may-toh.

No engine takes English phonemes in its text, so a reading is said through ordinary letters.
"""

from __future__ import annotations

_VOWELS = {
    "AA": "ah", "AE": "a", "AH": "uh", "AO": "aw", "AW": "ow", "AY": "eye", "EH": "eh",
    "ER": "er", "EY": "ay", "IH": "ih", "IY": "ee", "OW": "oh", "OY": "oy", "UH": "uu", "UW": "oo",
}  # fmt: skip
_CONSONANTS = {
    "B": "b", "CH": "ch", "D": "d", "DH": "th", "F": "f", "G": "g", "HH": "h", "JH": "j",
    "K": "k", "L": "l", "M": "m", "N": "n", "NG": "ng", "P": "p", "R": "r", "S": "s", "SH": "sh",
    "T": "t", "TH": "th", "V": "v", "W": "w", "Y": "y", "Z": "z", "ZH": "zh",
}  # fmt: skip


def is_arpabet(text: str) -> bool:
    """Whether `text` is a sequence of ARPAbet symbols with at least one stressed vowel."""
    symbols = text.split()
    return (
        bool(symbols)
        and all(s in _CONSONANTS or (s[:-1] in _VOWELS and s[-1] in "012") for s in symbols)
        and any(s[-1] in "012" for s in symbols)
    )


def respelled(text: str) -> str:
    """The respelling of ARPAbet, a hyphen between syllables: one consonant opens each of them."""
    parts: list[str] = []
    waiting: list[str] = []
    for symbol in text.split():
        if symbol in _CONSONANTS:
            waiting.append(_CONSONANTS[symbol])
            continue
        if parts and waiting:
            *closing, opening = waiting
            parts[-1] += "".join(closing)
        else:
            opening = "".join(waiting)
        parts.append(opening + _VOWELS[symbol[:-1]])
        waiting = []
    parts[-1] += "".join(waiting)
    return "-".join(parts)
