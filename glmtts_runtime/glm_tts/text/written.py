"""Spoken text -> the text the model was trained to read: lower case, few marks, phoneme tokens."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from ....pronunciation.phonemes import Where, asked, phonetic
from ....pronunciation.spoken import Character, SpokenText

MARKS = "。？！；：、.?!;:，,"
QUIET = "\"'“”‘’「」『』（）()[]【】《》<>|*_#~·"
"""PromptSegment by nobody and unknown to the model; an apostrophe inside a word stays."""
CHINESE = {"？": "?", "！": ".", "!": ".", ".": "。", "…": "。"} | dict.fromkeys(
    "、；：,;:—–\n", "，"
)
"""Upstream narrows every full-width mark and widens those again that it then goes through by hand;
question and exclamation marks are not among them."""
CHINESE |= {"噢": "哦", "欸": "诶"}  # configs/custom_replace.jsonl
LATIN = {"！": ".", "!": ".", "？": "?", "。": ".", "…": ".", "，": ",", "、": ",", "；": ";"} | {
    "：": ":",
    "—": ",",
    "–": ",",
    "\n": ",",
}
INTERJECTIONS: Mapping[str, tuple[str, str]] = {"额": ("呃", "e4"), "咯": ("喽", "lou5")}
"""What stands in their place where they are no part of a word, and how that is said."""


def written(spoken: SpokenText, inventory: Collection[str], *, where: Where = "asked") -> str:
    """One chunk as the tokenizer is given it, ending in a full stop or a question mark.

    The marks are those upstream's front end leaves (frontend.py:232-280 and frontend_utils.py:400).
    inventory: names of the phonemes the checkpoint has. where: which characters become phonemes.
    """
    chinese = any(_is_han(character.char) for character in spoken.characters)
    kept: list[Character] = []
    for index in range(len(spoken.characters)):
        char = _plain(spoken, index, chinese=chinese)
        if not char:
            continue
        if char in MARKS and kept and kept[-1].char in MARKS:
            kept.pop()  # of several marks in a row, the last
        kept.append(replace(_variant(spoken.characters, index), char=char))
    text = phonetic(
        replace(spoken, characters=tuple(kept)), inventory=inventory, where=where
    ).strip()
    if text.endswith(("？", "?")):
        return text
    return text.rstrip(MARKS + " ") + ("。" if chinese else ".")


def _plain(spoken: SpokenText, index: int, *, chinese: bool) -> str:
    """A character as the model knows it, or nothing."""
    run = spoken.characters
    char = run[index].char.lower()
    before = run[index - 1].char if index else ""
    after = run[index + 1].char if index + 1 < len(run) else ""
    stands_for = spoken.stands_for(index)
    inside = _is_latin(before) and _is_latin(after)
    if stands_for == "bracket":
        return " " if _is_word(before) and _is_word(after) else ""
    if stands_for == "ellipsis" and chinese:
        char = "…"
    elif char in "'’" and inside:
        return "'"
    elif char == "-":
        return " " if inside else ""
    elif char in INTERJECTIONS and chinese and _stands_alone(char, before, after):
        return INTERJECTIONS[char][0]
    return "" if char in QUIET else (CHINESE if chinese else LATIN).get(char, char)


def _variant(run: tuple[Character, ...], index: int) -> Character:
    """The character, read as what stands in its place."""
    one = run[index]
    before = run[index - 1].char if index else ""
    after = run[index + 1].char if index + 1 < len(run) else ""
    if asked(one) or one.char not in INTERJECTIONS or not _stands_alone(one.char, before, after):
        return one
    return replace(one, pinyin=INTERJECTIONS[one.char][1])


def _stands_alone(char: str, before: str, after: str) -> bool:
    """Whether 额 has no word beside it (special_replace), 咯 none behind it (pre_replace)."""
    return not after.isalnum() and (char == "咯" or not before.isalnum())


def _is_word(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalpha()


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf"
