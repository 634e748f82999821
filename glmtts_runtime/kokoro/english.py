"""English words -> Kokoro's symbols: small words by hand, then a dictionary, else espeak-ng."""

from __future__ import annotations

import functools
import gzip
import re
from collections.abc import Callable
from pathlib import Path

from . import arpabet

_DICTIONARY = Path(__file__).parent / "data" / "words.txt.gz"
"""The CMU Pronouncing Dictionary, `word TAB ARPAbet`; see data/make_words.py."""

_SMALL = {
    "a": "ɐ", "an": "ɐn", "and": "ænd", "are": "ɑɹ", "as": "æz", "at": "æt", "be": "bi",
    "been": "bɪn", "but": "bʌt", "by": "bI", "can": "kæn", "could": "kʊd", "for": "fɔɹ",
    "from": "fɹʌm", "had": "hæd", "has": "hæz", "have": "hæv", "he": "hi", "her": "hɜɹ",
    "his": "hɪz", "if": "ɪf", "in": "ɪn", "is": "ɪz", "it": "ɪt", "its": "ɪts", "my": "mI",
    "of": "ʌv", "on": "ˌɔn", "or": "ɔɹ", "she": "ʃi", "than": "ðən", "that": "ðæt", "the": "ðə",
    "their": "ðɛɹ", "they": "ðA", "this": "ðɪs", "to": "tə", "was": "wʌz", "we": "wi",
    "were": "wɜɹ", "will": "wɪl", "with": "wɪð", "would": "wʊd", "you": "ju", "your": "jʊɹ",
}  # fmt: skip
"""Words that are said without weight inside a sentence"""

_BEFORE_VOWELS = {"the": "ði", "to": "tʊ"}

_LETTERS = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        [
            "ˈA",
            "bˈi",
            "sˈi",
            "dˈi",
            "ˈi",
            "ˈɛf",
            "ʤˈi",
            "ˈAʧ",
            "ˈI",
            "ʤˈA",
            "kˈA",
            "ˈɛl",
            "ˈɛm",
            "ˈɛn",
            "ˈO",
            "pˈi",
            "kjˈu",
            "ˈɑɹ",
            "ˈɛs",
            "tˈi",
            "jˈu",
            "vˈi",
            "dˈʌbᵊlju",
            "ˈɛks",
            "wˈI",
            "zˈi",
        ],
        strict=True,
    )
)

_IPA = (
    ("ʔˌn\u0329", "ʔn"), ("ʔn\u0329", "ʔn"), ("a^ɪ", "I"), ("a^ʊ", "W"), ("d^ʒ", "ʤ"),
    ("e^ɪ", "A"), ("o^ʊ", "O"), ("t^ʃ", "ʧ"), ("ɔ^ɪ", "Y"), ("ə^l", "ᵊl"), ("əl", "ᵊl"),
    ("ɜː", "ɜɹ"), ("ɜɹɹ", "ɜɹ"), ("ɚ", "əɹ"), ("ɝ", "ɜɹ"), ("r", "ɹ"), ("x", "k"), ("ç", "k"),
    ("ɐ", "ə"), ("ɬ", "l"), ("n\u0329", "ᵊn"), ("l\u0329", "ᵊl"), ("m\u0329", "ᵊm"),
    ("ɪə", "iə"), ("ʲ", "j"), ("g", "ɡ"), ("e", "A"), ("o", "O"), ("ː", ""), ("^", ""),
    ("\u0303", ""), ("\u0361", ""),
)  # fmt: skip
"""espeak-ng's American English as Kokoro was taught it, in this order"""

_VOWELS = frozenset("AIOWYQæɑɐʌəɛɜɪiɔʊuᵻᵊ")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+(?:'[a-z]+)*|[A-Z]")
"""What a written word falls into: ComfyUI is Comfy and UI"""
_UNVOICED, _SIBILANT = frozenset("ptkfθʔ"), frozenset("szʃʒʧʤ")
SPELLED = 4
"""Letters of a word in capitals that is spelled if no dictionary has it"""
SHORT = 3
"""Letters of a word in capitals that is spelled even if it is a word, such as US and IT"""

Guess = Callable[[str], str]
"""A word no dictionary has -> its IPA; "" when there is nobody to ask."""


@functools.cache
def _dictionary() -> bytes:
    return b"\n" + gzip.decompress(_DICTIONARY.read_bytes())


@functools.lru_cache(maxsize=65_536)
def known(word: str) -> str:
    """The dictionary's symbols for a word in small letters; "" for one it has not."""
    blob, key = _dictionary(), f"\n{word}\t".encode()
    at = blob.find(key)
    if at < 0:
        return ""
    start = at + len(key)
    return arpabet.symbols(blob[start : blob.index(b"\n", start)].decode())


def from_ipa(ipa: str) -> str:
    """espeak-ng's IPA as Kokoro's symbols."""
    for old, new in _IPA:
        ipa = ipa.replace(old, new)
    return " ".join(ipa.split())


def spelled(letters: str) -> str:
    """The names of letters."""
    return " ".join(_LETTERS[letter] for letter in letters.lower() if letter in _LETTERS)


def word(written: str, guess: Guess) -> str:
    """The symbols of one written word in a sentence: `ComfyUI`, `don't`, `GPU`, `I`."""
    whole = written.lower()
    if written in {"I", "A"}:
        return "ˈI" if written == "I" else "ɐ"
    if not written.isupper() or len(written) == 1:
        found = _SMALL.get(whole) if len(written) > 1 or written == "a" else spelled(written)
        if found := found or known(whole) or _possessive(whole):
            return found
    return " ".join(filter(None, (_part(part, guess) for part in _PART.findall(written))))


def before_vowels(written: str, symbols: str, following: str) -> str:
    """The word again, as it is said before `following`'s first sound."""
    vowel = following.lstrip("ˈˌ")[:1] in _VOWELS
    return _BEFORE_VOWELS.get(written.lower(), symbols) if vowel else symbols


def _part(part: str, guess: Guess) -> str:
    small = part.lower()
    if part.isupper():
        shown = "" if len(part) <= SHORT else known(small)
        if shown or len(part) > SPELLED:
            return shown or from_ipa(guess(small)) or spelled(part)
        return spelled(part)
    return known(small) or _possessive(small) or from_ipa(guess(small)) or spelled(part)


def _possessive(small: str) -> str:
    """Anna's, of a word the dictionary has only without the ending."""
    if not small.endswith("'s"):
        return ""
    stem = known(small[:-2])
    if not stem:
        return ""
    if stem[-1] in _SIBILANT:
        return stem + "ᵻz"
    return stem + ("s" if stem[-1] in _UNVOICED else "z")
