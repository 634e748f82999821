"""Spoken text -> the text GLM-TTS's tokenizer sees, with phoneme tokens only where asked for."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, TypeAlias

from .chinese.pinyin import tokens
from .chinese.readings import opinions
from .spoken import Character, SpokenText

Where: TypeAlias = Literal["asked", "all"]

_INITIALS = "B C CH D F G H J K L M N P Q R S SH T X Z ZH"
_FINALS = (
    "A AI AN ANG AO E EI EN ENG ER I IA IAN IANG IAO IE II III IN ING IO IONG IOU O ONG OU "
    "U UA UAI UAN UANG UEI UEN UENG UO V VAN VE VN"
)
_ABSENT = "ER1 ER5 IO2 IO3 IO4 IO5 IONG5 UAI5 UAN5 UENG2 UENG5 VE5"
SURE = 0.9
"""Confidence from which a disagreement becomes tokens."""
INVENTORY = frozenset(_INITIALS.split()).union(
    final + tone for final in _FINALS.split() for tone in "12345"
) - frozenset(_ABSENT.split())
"""The released checkpoint's 204 token names (zai-org/GLM-TTS configs/G2P_all_phonemes.json)."""


def phonetic(
    spoken: SpokenText, *, inventory: Collection[str] = INVENTORY, where: Where = "asked"
) -> str:
    """The spoken text with `<|X|><|IAN2|>` in place of characters.

    where: "asked" replaces what a rule or an inline reading decided, and what dictionaries are sure
    of against a network trained on ordinary text, which is the best guess at what the language
    model would say by itself; "all" replaces every Chinese character.
    A reading the inventory cannot spell leaves the character as it is.
    """
    guesses = {} if where == "all" else opinions(spoken.spoken)
    return "".join(
        _written(character, inventory)
        if where == "all" or _asked(character, guesses.get(i))
        else character.char
        for i, character in enumerate(spoken.characters)
    )


def spelling(pinyin: str, inventory: Collection[str] = INVENTORY) -> tuple[str, ...] | None:
    """Token names of numbered pinyin, or the nearest the inventory has; None if it has none.

    A missing neutral tone becomes the tone it is nearest to in speech, the fourth.
    """
    for tone in (pinyin[-1], "4") if pinyin[-1] == "5" else (pinyin[-1],):
        names = tokens(pinyin[:-1] + tone)
        if all(name in inventory for name in names):
            return names
    return None


def _asked(character: Character, guess: tuple[str, str] | None) -> bool:
    """guess: what dictionaries and the network say."""
    if character.source == "inline" or character.source.startswith("rule "):
        return True
    surely = character.confidence >= SURE and character.source in {"phrase", "grammar"}
    return surely and guess is not None and character.pinyin != guess[1]


def _written(character: Character, inventory: Collection[str]) -> str:
    names = spelling(character.pinyin, inventory) if character.pinyin else None
    return "".join(f"<|{name}|>" for name in names) if names else character.char
