"""Spoken text -> what espeak-ng is told, language by language, and the pauses between."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from ...pronunciation.chinese.g2p.sandhi import sandhi
from ...pronunciation.chinese.hanzi import is_han
from ...pronunciation.spoken import Character, SpokenText


class Language(Enum):
    """espeak-ng's name of the voice that speaks it."""

    CHINESE = "cmn-latn-pinyin"
    ENGLISH = "en-us"


@dataclass(frozen=True, slots=True)
class Speech:
    """A stretch in one language."""

    language: Language
    text: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Silence between stretches."""

    seconds: float
    exact: bool
    """Asked for by name, so that no speaking rate changes it; otherwise it is punctuation's."""


Part: TypeAlias = Speech | Pause

PAUSES = {
    **dict.fromkeys("、", 0.10),
    **dict.fromkeys("，,", 0.18),
    **dict.fromkeys("；：;:", 0.25),
    **dict.fromkeys("…—–", 0.30),
    **dict.fromkeys("。．！？!?.", 0.35),
}
"""Seconds at the ordinary rate"""

TONES = {"1": "55", "2": "35", "3": "214", "4": "51", "5": "11"}
"""espeak-ng's names of the tones"""

SPELLINGS = {
    "jiong": "[[tS;j'ong{}]]",
    "qiong": "[[tS;hj'ong{}]]",
    "xiong": "[[S;j'ong{}]]",
    "wong": "[[w'ong{}]]",
    "m": "[['m-{}]]",
    "n": "[['n-{}]]",
    "ng": "[['N-{}]]",
    "hm": "[[X'm-{}]]",
    "hng": "[[X'N-{}]]",
}
"""Phonemes of the syllables espeak-ng does not know as pinyin and would spell out in English"""

_IN_ENGLISH = frozenset("'&%@#+/-._$£€¥=°*")
"""Signs espeak-ng reads, or needs, in English text"""


def plan(spoken: SpokenText) -> tuple[Part, ...]:
    """The parts to say in order; a Pause follows and precedes Speech unless it was asked for.

    Characters nobody can say (a Han character without a reading, an emoji, a bracket) are left out;
    the linter has named them before.
    """
    parts: list[Part] = []
    pending = ""
    language = Language.CHINESE

    def speak(stop: str) -> None:
        nonlocal pending
        if any(char.isalnum() for char in pending):
            parts.append(Speech(language, pending.strip() + _intonation(language, stop)))
        pending = ""

    for char, item in _items(sandhi(spoken)):
        if isinstance(item, Pause):
            speak(char)
            parts.append(item)
        elif isinstance(item, Speech):
            if item.language is not language:
                speak("")
                language = item.language
            pending += item.text
        elif not pending.endswith(" "):
            pending += " "
    speak(".")
    return tuple(_settled(parts))


def _intonation(language: Language, stop: str) -> str:
    """The mark that gives an English stretch its melody; Chinese has its tones."""
    if language is Language.CHINESE:
        return ""
    if stop in {"?", "？", "!", "！"}:
        return unicodedata.normalize("NFKC", stop)
    return "." if stop in {"。", "．", "."} else ","


def syllable(pinyin: str) -> str:
    """What espeak-ng must read to say a numbered syllable."""
    name, tone = pinyin[:-1], pinyin[-1]
    return SPELLINGS[name].format(TONES[tone]) if name in SPELLINGS else pinyin


def _items(spoken: SpokenText) -> Iterator[tuple[str, Part | None]]:
    """Each character and what to say, how long to pause, or None for a gap between words."""
    characters = spoken.characters
    breaks: dict[int, float] = {}
    for pause in spoken.breaks:
        breaks[pause.at] = breaks.get(pause.at, 0.0) + pause.seconds
    for i, character in enumerate(characters):
        if i in breaks:
            yield "", Pause(breaks[i], exact=True)
        item = _item(character, characters[max(0, i - 2) : i], characters[i + 1 : i + 3])
        yield character.char, item
    if len(characters) in breaks:
        yield ".", Pause(breaks[len(characters)], exact=True)


Neighbours: TypeAlias = tuple[Character, ...]


def _item(character: Character, before: Neighbours, after: Neighbours) -> Part | None:
    char = "'" if character.char == "’" else character.char
    if character.pinyin:
        return Speech(Language.CHINESE, f"{syllable(character.pinyin)} ")
    if char in PAUSES and _is_stop(char, before, after):
        return Pause(PAUSES[char], exact=False)
    if _is_english(character) or (
        char in _IN_ENGLISH and any(map(_is_english, (*before, *after[:1])))
    ):
        return Speech(Language.ENGLISH, char)
    return None


def _is_english(character: Character) -> bool:
    return character.char.isalnum() and not character.pinyin and not is_han(character.char)


def _is_stop(char: str, before: Neighbours, after: Neighbours) -> bool:
    """Whether punctuation ends a stretch; in `3.5`, `e.g.` and `Mr. Smith` espeak-ng knows best."""
    if char not in ".,:;!?":
        return True
    if any(map(_is_english, after[:1])):
        return False
    seen = [character for character in after if not character.char.isspace()]
    return not (
        char == "." and any(map(_is_english, before[-1:])) and any(map(_is_english, seen[:1]))
    )


def _settled(parts: list[Part]) -> Iterator[Part]:
    """Pauses side by side become one, and those of punctuation vanish beside others and at ends."""
    spoken = False
    pause: Pause | None = None
    for part in parts:
        if isinstance(part, Pause):
            pause = part if pause is None else _one(pause, part)
            continue
        if pause and (spoken or pause.exact):
            yield pause
        yield part
        spoken, pause = True, None
    if pause and pause.exact:
        yield pause


def _one(first: Pause, second: Pause) -> Pause:
    """One pause for two: those asked for add up, else they win, else the longer does."""
    if first.exact and second.exact:
        return Pause(first.seconds + second.seconds, exact=True)
    return max(first, second, key=lambda pause: (pause.exact, pause.seconds))
