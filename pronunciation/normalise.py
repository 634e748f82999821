# ruff: noqa: E501 - wide characters fill a table
"""Folded text -> text as it is said, without digits and symbols, sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from . import style as styles
from .chinese.hanzi import HAN, has_han, is_han
from .draft import MARK, Draft
from .style import Style

_SIMPLE = re.compile(f"[{HAN}，。！？\ue000]*")
_QUIET = re.compile(rf"[{HAN}\s，。！？；：、…—·《》“”‘’（）()【】,.!?;:{MARK}]*")
"""Nothing in it that a rule would touch."""
_SENTENCE = re.compile(r"[^。！？!?\n]*(?:[。！？!?\n]+|$)")
_ENGLISH_WORD = re.compile(r"(?<![\w@./-])[A-Za-z][a-z]{1,20}(?:'[a-z]+)?(?![\w@/]|\.\w)")
_SMALL_WORD = re.compile(
    r"(?<![\w@./-])(?:an|and|are|at|by|for|from|in|is|of|on|or|the|to|with)(?![\w@/.-])"
    r"|\d(?:st|nd|rd|th)(?!\w)"
)
_PUNCTUATION = {
    "zh": str.maketrans({",": "，", "?": "？", "!": "！", ";": "，", "；": "，", ":": "，", "：": "，",
                         "、": "，", "…": "，", "—": "，", "–": "，", "(": "，", ")": "，", "（": "，",
                         "）": "，", "[": "，", "]": "，", "【": "，", "】": "，", "|": "，", "\n": "。"}),
    "en": str.maketrans({"，": ",", "。": ".", "？": "?", "！": "!", "；": ",", ";": ",", "：": ",",
                         ":": ",", "、": ",", "…": ",", "—": ",", "–": ",", "(": ",", ")": ",",
                         "（": ",", "）": ",", "[": ",", "]": ",", "\n": ".", "’": "'", "‘": "'"}),
}  # fmt: skip
_STOPS = "，。！？,.!?"
_SAID = re.compile(rf"[\w{HAN}' {_STOPS}{MARK}-]")


def normalised(draft: Draft, language: str, style: Style = styles.DEFAULT) -> Draft:
    """The draft with its numbers and symbols as words and little punctuation."""
    if _SIMPLE.fullmatch(draft.text):
        return draft
    texts: list[str] = []
    places: list[int] = []
    for start, end in _sentences(draft.text):
        part = Draft(draft.text[start:end], draft.at[start:end])
        part = _sentence(part, _language(part.text, language), style)
        texts.append(part.text)
        places += part.at
    return _tidy(Draft("".join(texts), places))


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    for match in _SENTENCE.finditer(text):
        if match.end() > match.start():
            yield match.span()


def _language(sentence: str, language: str) -> str:
    """What a sentence's own letters say, else what was asked for.

    Two words make it English, and so does one that only English has.
    """
    if has_han(sentence):
        return "zh"
    words = {match[0] for match in _ENGLISH_WORD.finditer(sentence)}
    return "en" if len(words) > 1 or _SMALL_WORD.search(sentence) else language


def _sentence(draft: Draft, language: str, style: Style) -> Draft:
    if language == "zh":
        from . import chinese

        if not _QUIET.fullmatch(draft.text):
            draft = chinese.spoken(draft, style)
        draft = draft.sub(re.compile(rf"(?<=[{HAN}])\.(?=\s|$)"), lambda match: "。")
    else:
        from . import english

        draft = english.spoken(draft)
        draft = draft.sub(re.compile(r"(?<=[A-Za-z])-(?=[A-Za-z])"), lambda match: " ")
        draft = draft.sub(re.compile(r"(?<=\w)[—–…](?=\w)"), lambda match: ", ")
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
        chars.append(char)
        places.append(place)
    while chars and chars[-1] in " ，,":
        chars.pop()
        places.pop()
    return Draft("".join(chars), places)


def _unsaid(char: str) -> str:
    """What separates the words a sign stood between."""
    return " " if char in "/_~*\\" else ""
