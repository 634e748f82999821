"""Spoken text -> the text the model was trained to read: lower case, few marks, phoneme tokens."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from ....pronunciation.phonemes import Where, phonetic
from ....pronunciation.spoken import Character, SpokenText

MARKS = "。？！；：、.?!;:，,"
QUIET = "\"'“”‘’「」『』（）()[]【】《》<>|*_#~·"
"""PromptSegment by nobody and unknown to the model; an apostrophe inside a word stays."""
CHINESE = {"！": "。", "!": "。", "?": "？", ".": "。", "…": "。"} | dict.fromkeys(
    "、；：,;:—–\n", "，"
)
LATIN = {"！": ".", "!": ".", "？": "?", "。": ".", "…": ".", "，": ",", "、": ",", "；": ";"} | {
    "：": ":",
    "—": ",",
    "–": ",",
    "\n": ",",
}


def written(spoken: SpokenText, inventory: Collection[str], *, where: Where = "asked") -> str:
    """One chunk as the tokenizer is given it, ending in a full stop or a question mark.

    The marks are those upstream's front end leaves (frontend_utils.py:400-442). inventory: names of
    the phonemes the checkpoint has. where: which characters become phonemes.
    """
    chinese = any(_is_han(character.char) for character in spoken.characters)
    kept: list[Character] = []
    for index, character in enumerate(spoken.characters):
        char = _plain(spoken.characters, index, CHINESE if chinese else LATIN)
        if not char:
            continue
        if char in MARKS and kept and kept[-1].char in MARKS:
            kept.pop()  # of several marks in a row, the last
        kept.append(replace(character, char=char))
    text = phonetic(
        replace(spoken, characters=tuple(kept)), inventory=inventory, where=where
    ).strip()
    if text.endswith(("？", "?")):
        return text
    return text.rstrip(MARKS + " ") + ("。" if chinese else ".")


def _plain(run: tuple[Character, ...], index: int, marks: dict[str, str]) -> str:
    """A character as the model knows it, or nothing."""
    char = run[index].char.lower()
    before = run[index - 1].char if index else ""
    after = run[index + 1].char if index + 1 < len(run) else ""
    inside = _is_latin(before) and _is_latin(after)
    if char in "'’" and inside:
        return "'"
    if char == "-":
        return " " if inside else ""
    return "" if char in QUIET else marks.get(char, char)


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalpha()


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf"
