"""Spoken text -> the text GLM-TTS's tokenizer sees, with phoneme tokens only where asked for."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, TypeAlias, get_args

from .chinese.g2p.pinyin import tokens
from .chinese.g2p.readings import opinions
from .spoken import Character, SpokenText

Where: TypeAlias = Literal["none", "asked", "doubtful", "all"]
WHERE: tuple[Where, ...] = get_args(Where)

_INITIALS = "B C CH D F G H J K L M N P Q R S SH T X Z ZH"
_FINALS = (
    "A AI AN ANG AO E EI EN ENG ER I IA IAN IANG IAO IE II III IN ING IO IONG IOU O ONG OU "
    "U UA UAI UAN UANG UEI UEN UENG UO V VAN VE VN"
)
_ABSENT = "ER1 ER5 IO2 IO3 IO4 IO5 IONG5 UAI5 UAN5 UENG2 UENG5 VE5"
SURE = 0.9
"""Confidence from which a disagreement becomes tokens."""
_AS = {"嗯": "en1", "呣": "mu3"}
"""Read as 恩 and 母 in the text the model was trained on (utils/glm_g2p.py:118)."""
INVENTORY = frozenset(_INITIALS.split()).union(
    final + tone for final in _FINALS.split() for tone in "12345"
) - frozenset(_ABSENT.split())
"""The released checkpoint's 204 token names (zai-org/GLM-TTS configs/G2P_all_phonemes.json)."""


def phonetic(
    spoken: SpokenText, *, inventory: Collection[str] = INVENTORY, where: Where = "asked"
) -> str:
    """The spoken text with `<|X|><|IAN2|>` in place of characters.

    where: "none" replaces nothing; "asked" what a rule or an inline reading decided; "doubtful"
    also what dictionaries are sure of against a network trained on ordinary text, which is the
    best guess at what the language model would say by itself; "all" every Chinese character.
    Phonemes that nobody needs cost the rhythm of a sentence.
    A reading the inventory cannot spell leaves the character as it is.
    """
    guesses = opinions(spoken.spoken) if where == "doubtful" else {}
    return "".join(
        _written(character, inventory)
        if where == "all" or (where != "none" and _wanted(character, guesses.get(i)))
        else character.char
        for i, character in enumerate(spoken.characters)
    )


def spelling(pinyin: str, inventory: Collection[str] = INVENTORY) -> tuple[str, ...] | None:
    """Token names of numbered pinyin, or the nearest the inventory has; None if it has none.

    A missing neutral tone becomes the tone it is nearest to in speech, the fourth, or else the
    first (哟, which has no other).
    """
    for tone in "541" if pinyin[-1] == "5" else pinyin[-1]:
        names = tokens(pinyin[:-1] + tone)
        if all(name in inventory for name in names):
            return names
    return None


def asked(character: Character) -> bool:
    """Whether a rule or an inline reading decided how a character is read."""
    return character.source == "inline" or character.source.startswith("rule ")


def _wanted(character: Character, guess: tuple[str, str] | None) -> bool:
    """guess: what dictionaries and the network say, where they are asked."""
    if asked(character):
        return True
    surely = character.confidence >= SURE and character.source in {"phrase", "grammar"}
    return surely and guess is not None and character.pinyin != guess[1]


def _written(character: Character, inventory: Collection[str]) -> str:
    pinyin = character.pinyin if asked(character) else _AS.get(character.char, character.pinyin)
    names = spelling(pinyin, inventory) if pinyin else None
    return "".join(f"<|{name}|>" for name in names) if names else character.char
