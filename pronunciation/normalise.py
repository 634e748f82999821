# ruff: noqa: E501 - wide characters fill a table
"""Folded text -> text as it is said, without digits and symbols, sentence by sentence."""

from __future__ import annotations

import re

from . import style as styles
from .chinese.hanzi import HAN, is_han
from .draft import MARK, Draft
from .languages import clauses
from .rules import Guess
from .style import Style

_SIMPLE = re.compile(f"[{HAN}，。！？\ue000]*")
_QUIET = re.compile(rf"[{HAN}\s，。！？；：、…—·《》“”‘’（）()【】,.!?;:{MARK}]*")
"""Nothing in it that a rule would touch."""
_PUNCTUATION = {
    "zh": str.maketrans({",": "，", "?": "？", "!": "！", ";": "，", "；": "，", ":": "，", "：": "，",
                         "、": "，", "…": "，", "—": "，", "–": "，", "(": "，", ")": "，", "（": "，",
                         "）": "，", "[": "，", "]": "，", "〔": "，", "〕": "，", "【": "，", "】": "，", "|": "，", "\n": "。"}),
    "en": str.maketrans({"，": ",", "。": ".", "？": "?", "！": "!", "；": ",", ";": ",", "：": ",",
                         ":": ",", "、": ",", "…": ",", "—": ",", "–": ",", "(": ",", ")": ",",
                         "（": ",", "）": ",", "[": ",", "]": ",", "\n": ".", "’": "'", "‘": "'"}),
}  # fmt: skip
_STOPS = "，。！？,.!?"
_BESIDE = re.compile(
    r"(?<=\w)[—–…](?=\w)|[(（\[【](?=\S)|[)）\]】](?=\w)"
    r"|(?<=[A-Za-z]{2})(?:\.{3}|(\.))(?=[A-Za-z]{2})"
)
"""What parts two English words and leaves no blank between them."""
_SAID = re.compile(rf"[\w{HAN}' {_STOPS}{MARK}-]")


def normalised(
    draft: Draft,
    language: str,
    style: Style = styles.DEFAULT,
    guesses: list[Guess] | None = None,
) -> Draft:
    """The draft with its numbers and symbols as words and little punctuation.

    guesses: where to note what might have been something else.
    """
    if _SIMPLE.fullmatch(draft.text):
        return draft
    texts: list[str] = []
    places: list[int] = []
    for start, end, spoken in clauses(
        draft.text, style.numbers_in or language, bool(style.numbers_in)
    ):
        part = _clause(Draft(draft.text[start:end], draft.at[start:end]), spoken, style, guesses)
        texts.append(part.text)
        places += part.at
    return _tidy(Draft("".join(texts), places))


def _clause(draft: Draft, language: str, style: Style, guesses: list[Guess] | None) -> Draft:
    if language == "zh":
        from . import chinese

        if not _QUIET.fullmatch(draft.text):
            draft = chinese.spoken(draft, style, guesses)
        draft = draft.sub(re.compile(rf"(?<=[{HAN}])\.(?=\s|$)"), lambda match: "。")
    else:
        from . import english

        draft = english.spoken(draft, style, guesses)
        draft = draft.sub(re.compile(r"(?<=[A-Za-z])-(?=[A-Za-z])"), lambda match: " ")
        draft = draft.sub(_BESIDE, lambda match: f"{match[1] or ','} ")
    return Draft(draft.text.translate(_PUNCTUATION[language]), draft.at)


def _tidy(draft: Draft) -> Draft:
    """One stop where several met, one blank where several met, nothing that has no sound."""
    chars: list[str] = []
    places: list[int] = []
    for written, place in zip(draft.text, draft.at, strict=True):
        char = written if _SAID.match(written) and written != "_" else _unsaid(written)
        last = chars[-1] if chars else "，"
        if not char or (char == " " and (last in " ，。！？" or is_han(last))):
            continue
        if last == " " and (char in _STOPS or is_han(char)):
            chars.pop()
            places.pop()
            last = chars[-1] if chars else "，"
        if char in _STOPS and last in _STOPS:
            if chars and last in "，,":
                chars[-1] = char
            continue
        if last in ",!?" and char.isascii() and char.isalpha():
            chars.append(" ")
            places.append(place)
        chars.append(char)
        places.append(place)
    while chars and chars[-1] in " ，,":
        chars.pop()
        places.pop()
    return Draft("".join(chars), places)


def _unsaid(char: str) -> str:
    """What separates the words a sign stood between."""
    return " " if char in '/_~*\\《》“”"「」『』' else ""
