"""Spoken text -> spoken text as the tones change in connected speech (一, 不, third tones).

For engines that say the pinyin they are given. GLM-TTS does its own, from the characters.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

from ..spoken import Character, SpokenText

_COUNTED = "零〇一二三四五六七八九十百千万亿点两"


def sandhi(spoken: SpokenText) -> SpokenText:
    """Change the tones within each stretch of Chinese characters; what a person marked stays."""
    characters = list(spoken.characters)
    stops = {pause.at for pause in spoken.breaks}
    for start, end in _stretches(characters, stops):
        tones = [(c.pinyin or "")[-1:] for c in characters[start:end]]
        fixed = [c.source == "inline" for c in characters[start:end]]
        _one_and_not(characters[start:end], tones, fixed)
        _third_tones(tones, fixed)
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


def _one_and_not(characters: list[Character], tones: list[str], fixed: list[bool]) -> None:
    """一 and 不: second before a fourth tone, 一 fourth before the rest; neutral in 看一看."""
    for i, character in enumerate(characters):
        if fixed[i] or character.char not in "一不":
            continue
        before = characters[i - 1].char if i else ""
        after = characters[i + 1].char if i + 1 < len(characters) else ""
        following = tones[i + 1] if after else ""
        if before and before == after and before not in _COUNTED:
            tones[i] = "5"
        elif character.char == "不" and tones[i] == "4" and following == "4":
            tones[i] = "2"
        elif character.char == "一" and tones[i] == "1" and not _is_number(before, after):
            if following == "4" or after == "个":
                tones[i] = "2"
            elif following in {"1", "2", "3"}:
                tones[i] = "4"


def _is_number(before: str, after: str) -> bool:
    """Whether 一 is said as a plain digit: in ordinals and inside numbers, but not in 一百."""
    if before and before in "第初" + _COUNTED:
        return not (after and after in "百千万亿" and before not in "第初十点")
    return bool(after) and after in "零〇一二三四五六七八九十点月号日楼层"


def _third_tones(tones: list[str], fixed: list[bool]) -> None:
    """A third tone before a third tone is said as a second one."""
    for i, (tone, following) in enumerate(itertools.pairwise(list(tones))):
        if tone == following == "3" and not fixed[i]:
            tones[i] = "2"
