"""Words of a sentence -> neutral tones that no dictionary can list: 看看, 试试, 歌儿."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from . import dictionary
from .lattice import Token

_VERBS = frozenset(
    "看想试说听走坐等问找写读玩学练聊尝猜笑谈查改洗扫擦擦拍摸揉敲踢跑跳唱念数算量称比谢逛转遛歇睡"
    "躺靠帮管教劝骂哄逗催求夸闻瞧瞅望盯翻抄背背记想品评讲议动挪搬抬推拉拽摇晃挥招伸弯蹲扭甩抖拧"
    "按捏搓挠抓抱亲碰撞挑选切剁搅炒煮蒸炖熬烤热凉晒晾烘烫熨缝补织剪裁贴挂摆放收理叠压挤倒换调修"
    "醒催"
)
"""Verbs that are said twice for a short while of it."""
_WHOSE = frozenset("我你他她其吾生有育娇")
"""What stands before 儿 where it is a son."""


def told(tokens: Sequence[Token]) -> Iterator[tuple[int, str]]:
    """(index in the sentence, reading) of each such syllable."""
    known = dictionary.installed().readings
    for before, token in zip((None, *tokens), tokens, strict=False):
        word = token.word
        twice = word[:1] == word[1:2] in _VERBS
        if twice and ((len(word) == 2 and token.tag[0] in "vn") or word[2:] == "看"):
            yield token.start + 1, known[word[0]][0][:-1] + "5"
        elif before is None or before.end != token.start:
            continue
        elif word == before.word and word in _VERBS:
            yield token.start, known[word][0][:-1] + "5"
        elif word == "儿" and before.tag not in {"p", "c", "uj"} and before.word not in _WHOSE:
            yield token.start, "er5"
