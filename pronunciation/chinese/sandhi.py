"""Spoken text -> spoken text as the tones change in connected speech (一, 不, third tones).

For engines that say the pinyin they are given. GLM-TTS does its own, from the characters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..spoken import Character, SpokenText
from .lattice import Token, words_of
from .vocabulary import vocabulary

_DIGITS = "零〇一二三四五六七八九"
_COUNTED = _DIGITS + "十百千万亿点两"
_ORDINAL = (
    "月", "号", "年级", "等奖", "级方程式", "级建造师", "级文物", "级响应", "级警报", "级市场", "线城市",
    "审", "战", "号线", "楼", "中", "班长", "区", "期工程", "环路", "季度", "把手", "年生", "流", "级",
    "年级", "线", "队", "院", "厂", "军", "师",
)  # fmt: skip
"""What follows 一 where it is the first of a row."""
_UNLESS = ("流水", "队人", "线希望", "线生机", "级级", "级一", "线阳光", "线光", "师生", "中队")
"""What begins like that and is not."""
_CLASS_BEFORE = ("年级", "初一", "初二", "初三", "高一", "高二", "高三", "小学", "中学")
_RESULTS = frozenset(
    "了完到动起下上出来去得着见懂清开住及过好成掉透惯够通准定停赢进回饱死会走断尽远近高低多少全齐"
    "明出去来过来过去起来下去下来上来上去进去进来出来回来回去清楚明白干净"
)
"""What follows 不 between a verb and what comes of it: 吃不完."""
_POTENTIAL = frozenset(
    "对不起 了不起 差不多 来不及 说不定 要不得 怪不得 舍不得 恨不得 巴不得 不得不 少不得 由不得 顾不得 受不了 "
    "大不了 免不了 少不了 忍不住 禁不住 靠不住 保不住 看不起 瞧不起 用不着 犯不着 划不来 合不来 想不到 料不到 "
    "怨不得 等不及 赶不及 了不得 小不点 冷不丁 冷不防 动不动 巴不能 算不上 谈不上 比不上 跟不上 看不惯 说不清 "
    "对不住 过意不去 吃不消 犯不上 数不清 数不胜".split()  # noqa: SIM905 - it is a list
)
_IDIOMS_WITH_YI = frozenset(
    "独一无二 说一不二 一一 合二为一 九九归一 百里挑一 万无一失 知行合一 三合一 二合一 说一是一".split()  # noqa: SIM905
)


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
    if len(word) > 1 and (i == end - 1 or word in _IDIOMS_WITH_YI):
        return True
    return word.startswith(("统一", "同一", "单一", "唯一", "万一", "专一")) and i == at + 1


def _is_first(text: str, i: int) -> bool:
    """Whether 一 is said as a plain digit: in ordinals and inside numbers, but not in 一百."""
    before, rest = text[:i], text[i + 1 :]
    if before and before[-1] in "第初" + _COUNTED:
        return not (rest and rest[0] in "百千万亿" and before[-1] not in "第初十点")
    if rest and rest[0] in _DIGITS + "十":
        return True
    if rest.startswith("点") and rest[1:2] and rest[1] in _DIGITS:
        return True
    if rest.startswith("班") and before.endswith(_CLASS_BEFORE):
        return True
    if before.endswith(("周", "星期", "礼拜")):
        return not rest.startswith(("个", "次", "年", "到"))
    return rest.startswith(_ORDINAL) and not rest.startswith(_UNLESS)


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
    if any(text.startswith(word, i - word.index("不")) for word in _POTENTIAL if i):
        return True
    if i > at:
        return end - at == 3 and i == at + 1 and text[i + 1] in _RESULTS
    if not number or words[number - 1][1] != at or words[number - 1][1] - words[number - 1][0] > 1:
        return False
    verb = vocabulary().get(text[i - 1])
    rest = text[i + 1 : words[number + 1][1]] if end == i + 1 and number + 1 < len(words) else ""
    rest = rest or text[i + 1 : end]
    return verb is not None and verb.tag == "v" and text[i - 1] not in "是要会能想在有" and (
        rest in _RESULTS or (len(rest) == 2 and rest[0] in "起下上出进回过" and rest[1] in "来去")
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
        twice = end - at == 2 and text[at] == text[at + 1] and tones[at] == "3"
        if twice and tones[at + 1] == "5" and _is_verb(text[at]) and not fixed[at]:
            tones[at] = "2"
    for (_, end), (start, _) in reversed(list(zip(words, words[1:], strict=False))):
        if tones[end - 1] == tones[start] == "3" and not fixed[end - 1]:
            tones[end - 1] = "2"
    for word, tone in (("哪里", "2"), ("小姐", "2"), ("手里", "2"), ("想起", "2"), ("奶奶", "3")):
        at = text.find(word)
        while at >= 0:
            if tones[at] in "23" and not fixed[at]:
                tones[at] = tone
            at = text.find(word, at + 1)


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
