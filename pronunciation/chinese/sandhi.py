"""Spoken text -> spoken text as the tones change in connected speech (一, 不, third tones).

For engines that say the pinyin they are given. GLM-TTS does its own, from the characters.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ..spoken import Character, SpokenText
from .lattice import Token, words_of
from .vocabulary import vocabulary

_DIGITS = "零〇一二三四五六七八九"
_ONES = tuple(_DIGITS)
_LARGE = ("百", "千", "万", "亿")
_COUNTED = _DIGITS + "十百千万亿点两"
_CLASS_BEFORE = ("年级", "初一", "初二", "初三", "高一", "高二", "高三", "小学", "中学")


@functools.cache
def _words(name: str) -> tuple[str, ...]:
    """One of the lists of data/sandhi.txt, which says what each is."""
    path = Path(__file__).parent.parent / "data" / "sandhi.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(tuple(line.split(" ")[1:]) for line in lines if line.startswith(name + " "))


def sandhi(spoken: SpokenText) -> SpokenText:
    """Change the tones within each stretch of Chinese characters; what a person marked stays."""
    characters = list(spoken.characters)
    stops = {pause.at for pause in spoken.breaks}
    tokens = words_of(spoken.spoken)[0]
    for start, end in _stretches(characters, stops):
        tones = [(c.pinyin or "")[-1:] for c in characters[start:end]]
        fixed = [c.source == "inline" for c in characters[start:end]]
        words = _inside(tokens, start, end)
        text = "".join(c.char for c in characters[start:end])
        _one(text, words, tones, fixed)
        _not(text, words, tones, fixed)
        _third_tones(words, tones, fixed, text)
        for i, tone in enumerate(tones, start):
            pinyin = characters[i].pinyin
            if pinyin and pinyin[-1] != tone:
                characters[i] = replace(characters[i], pinyin=pinyin[:-1] + tone)
    return replace(spoken, characters=tuple(characters))


def _stretches(characters: list[Character], stops: set[int]) -> Iterator[tuple[int, int]]:
    """(start, end) of the runs of characters that have pinyin, cut at pauses."""
    start = None
    for i, character in enumerate(characters):
        if start is not None and (character.pinyin is None or i in stops):
            yield start, i
            start = None
        if start is None and character.pinyin is not None:
            start = i
    if start is not None:
        yield start, len(characters)


def _inside(tokens: Sequence[Token], start: int, end: int) -> list[tuple[int, int]]:
    """(start, end) of the words between two places, counted from the first."""
    found = []
    for token in tokens:
        at, stop = max(token.start, start), min(token.end, end)
        if at < stop:
            found.append((at - start, stop - start))
    return found


def _one(text: str, words: Sequence[tuple[int, int]], tones: list[str], fixed: list[bool]) -> None:
    """一: second before a fourth tone, fourth before the rest; neutral in 看一看; else first."""
    for at, end in words:
        for i in range(at, end):
            if text[i] != "一" or fixed[i] or tones[i] != "1":
                continue
            before, after = text[i - 1 : i] if i else "", text[i + 1 : i + 2]
            if before and before == after and before not in _COUNTED:
                tones[i] = "5"
            elif _is_first(text, i) or _closes(text, at, end, i):
                continue
            elif after == "个" or (i + 1 < len(text) and tones[i + 1] == "4"):
                tones[i] = "2"
            elif i + 1 < len(text) and tones[i + 1] in "123":
                tones[i] = "4"


def _closes(text: str, at: int, end: int, i: int) -> bool:
    """Whether 一 ends a longer word (统一, 星期一) or is read so in an idiom."""
    word = text[at:end]
    if len(word) > 1 and (i == end - 1 or word in _words("first-inside")):
        return True
    return word.startswith(("统一", "同一", "单一", "唯一", "万一", "专一")) and i == at + 1


def _is_first(text: str, i: int) -> bool:
    """Whether 一 is said as a plain digit: in ordinals and inside numbers, but not in 一百."""
    before, rest = text[:i], text[i + 1 :]
    if before and before[-1] in "第初" + _COUNTED:
        quarter = before.endswith("点") and rest.startswith("刻")
        return not quarter and not (rest[:1] in _LARGE and before[-1] not in "第初十点")
    decimal = rest.startswith("点") and rest[1:2] in _ONES
    if decimal or rest[:1] in (*_ONES, "十"):
        return True
    if rest.startswith("班") and before.endswith(_CLASS_BEFORE):
        return True
    if before.endswith(("周", "星期", "礼拜")):
        return not rest.startswith(("个", "次", "年", "到"))
    return rest.startswith(_words("ordinal")) and not rest.startswith(_words("unless"))


def _not(text: str, words: Sequence[tuple[int, int]], tones: list[str], fixed: list[bool]) -> None:
    """不: second before a fourth tone; neutral in 好不好 and 吃不完."""
    for number, (at, end) in enumerate(words):
        for i in range(at, end):
            if text[i] != "不" or fixed[i] or tones[i] != "4":
                continue
            before, after = text[i - 1 : i] if i else "", text[i + 1 : i + 2]
            asks = before and before == after and text[max(0, i - 2) : i - 1] != "一"
            if asks or _is_potential(text, words, number, i):
                tones[i] = "5"
            elif after and tones[i + 1] == "4":
                tones[i] = "2"


def _is_potential(text: str, words: Sequence[tuple[int, int]], number: int, i: int) -> bool:
    """Whether 不 stands between a verb and what comes of it."""
    at, end = words[number]
    if i and any(text.startswith(w, i - w.index("不")) for w in _words("potential")):
        return True
    if i > at:
        return end - at == 3 and i == at + 1 and text[i + 1] in _words("result")
    if not number or words[number - 1][1] != at or words[number - 1][1] - words[number - 1][0] > 1:
        return False
    verb = vocabulary().get(text[i - 1])
    rest = text[i + 1 : words[number + 1][1]] if end == i + 1 and number + 1 < len(words) else ""
    rest = rest or text[i + 1 : end]
    return (
        verb is not None
        and verb.tag == "v"
        and text[i - 1] not in "是要会能想在有"
        and (
            rest in _words("result")
            or (len(rest) == 2 and rest[0] in "起下上出进回过" and rest[1] in "来去")
        )
    )


def _third_tones(
    words: Sequence[tuple[int, int]], tones: list[str], fixed: list[bool], text: str
) -> None:
    """A third tone before a third tone is said as a second one: inside words, then across them."""
    for at, end in words:
        for i in _inner_order(text, at, end):
            if tones[i] == tones[i + 1] == "3" and not fixed[i]:
                tones[i] = "2"
    for at, end in words:
        if _before_lost_third(text[at:end], tones[at:end]) and not fixed[at]:
            tones[at] = "2"
    for (_, end), (start, _) in reversed(list(itertools.pairwise(words))):
        if tones[end - 1] == tones[start] == "3" and not fixed[end - 1]:
            tones[end - 1] = "2"


def _before_lost_third(word: str, tones: Sequence[str]) -> bool:
    """Whether a word's second syllable has lost a third tone that still changes the first."""
    if len(word) != 2 or tones[0] != "3":
        return False
    twice = word[0] == word[1] and tones[1] == "5" and _is_verb(word[0])
    return twice or word in _words("second")


def _inner_order(text: str, at: int, end: int) -> Iterator[int]:
    """The places of a word in the order in which its third tones meet: its parts first.

    展览馆 is 展览 and 馆 (2 2 3), 小老虎 is 小 and 老虎 (3 2 3).
    """
    known = vocabulary()
    if end - at == 3 and known.get(text[at + 1 : end]) and not known.get(text[at : end - 1]):
        yield at + 1
        yield at
    else:
        yield from range(at, end - 1)


def _is_verb(char: str) -> bool:
    entry = vocabulary().get(char)
    return entry is not None and entry.tag.startswith("v")
