"""jieba's dictionary -> vocabulary.txt: words, frequencies, parts of speech, by first character.

Run once, by hand, with jieba installed (MIT, Sun Junyi):
`python -m comfyui_glmtts.pronunciation.data.make_vocabulary`. Words of Chinese characters stay.
"""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path

from ..chinese.hanzi import is_han

_RARE = 3
"""Long names that occur this seldom in jieba's corpus are left out: they only cost space."""
_PARTICLES = "地得着了的"
_SELDOM = 25
"""Words that begin with a particle and occur no more often than this are pieces of sentences."""
_DROPPED = frozenset(("没过多久", "倒把", "我会", "倒杯茶", "道菜", "背着手", "又臭", "好学会"))
"""Pieces of sentences, and words that hide commoner readings."""
_PREPOSITIONS = frozenset(
    ("随着", "沿着", "接着", "朝着", "本着", "向着", "对着", "顺着", "趁着", "有着", "跟着", "凭着",
     "当着", "冲着", "靠着", "乘着", "借着", "活着", "几着", "紧着")
)  # fmt: skip
_TAGS = {
    "v": "成问报指热制命传飞流病战画产理记空开关下上换响度升组毒罪失寻护挡停转抵休罚患抛盗"
    "丢岔刊录凶砌押抖吊削催判否吃喝言怒观视授弃逆驰扬擅生管活斗投测劝训辅惩循忙动贴包"
    "盖分走到读写说买卖查改练考跑打拍带跳站住坐躺睡醒哭笑喊叫骂吵闹吓逗哄抱背抬搬推拉"
    "拖扔放拿举提挂盛装收送寄取借还给扛拧泡煮炒炸烤炖蒸煎熬切剁剥掰撕剪缝补洗涮刷擦扫"
    "倒泼浇洒喷吹晒晾烘烧点亮灭冻冰凉卡堵塞挤撞碰磨踢踩踏爬翻滚摔跌绊滑掉落沉浮漂游泳"
    "唱演弹敲抢偷骗赌赢输赔赚挣花省存欠付缴交捐租修建拆烦聊赶追逃躲藏找猜蒙懂忘想念盼"
    "恨爱怕愁气急疼痛痒渴饿困醉晕吐咳喘颤涨降涌静排扣骑驶刮尝帮堪"
    "淋逮捉揍踹咬舔咽吞噎呛淘憋闷熏烫堆塞缠绕捂盯瞪瞅瞧望眯瞄眨皱抿撅翘咧噘"
    "哼嚷骂嚼啃舀捞捡拾掏掐捏揉搓拽扯撬撑撒洒溅滴漏渗淌溢冒窜蹦蹿蹲跪趴闪避"
    "栽塌崩裂碎断折弯卷缩胀肿烂昏梦馋腻炖冲浇砍砸劈锯凿雕刻绣织编",
    "a": "热平私秀洋奇敏恭静富好累难快慢早晚冷暖干湿高低长短大小多少远近轻重厚薄深浅宽窄粗"
    "细软硬新旧贵贱美丑香臭甜苦酸辣咸淡忙闲脏乱差亮暗黑白红黄蓝绿空满饱饿胖瘦老嫩熟准"
    "稳紧松齐密稀",
    "d": "很较甚仍往每",
    "r": "此您每",
    "n": "车物土村州天夜节冬秋午腿脸人水书",
    "q": "块件轮升组",
}
"""Single characters whose part of speech jieba does not know or has from names."""


def main() -> None:
    """Write one line a first character: it, a tab, then `rest frequency tag` for each word."""
    entries = _entries()
    tags = {char: tag for tag, chars in _TAGS.items() for char in chars}
    lines: dict[str, list[str]] = {}
    for word, (frequency, tag) in sorted(entries.items()):
        if not _is_piece(word, frequency, tag, entries):
            lines.setdefault(word[0], []).append(f"{word[1:]} {frequency} {tags.get(word, tag)}")
    path = Path(__file__).parent / "vocabulary.txt"
    text = "\n".join(f"{first}\t{'|'.join(found)}" for first, found in lines.items())
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def _entries() -> dict[str, tuple[int, str]]:
    spec = importlib.util.find_spec("jieba")
    assert spec is not None
    assert spec.origin is not None
    text = (Path(spec.origin).parent / "dict.txt").read_text(encoding="utf-8")
    found = {}
    for line in text.splitlines():
        word, frequency, tag = line.split(" ")
        long_name = len(word) > 4 and int(frequency) <= _RARE and tag.startswith("n")
        if all(is_han(char) for char in word) and not long_name:
            found[word] = int(frequency), tag
    return found


def _is_piece(word: str, frequency: int, tag: str, entries: dict[str, tuple[int, str]]) -> bool:
    """Whether an entry is a piece of a sentence with a particle in it, not a word: 聊得, 难过地."""
    if len(word) < 2:
        return False
    begins = word[0] in _PARTICLES and (frequency < _SELDOM or tag == "nr")
    if begins or word.startswith("地走"):
        return not tag.startswith(("i", "l")) or word.startswith("地走")
    if word[-1] in "得着" and len(word) == 2 and (word[-1] == "着" or tag[0] in "vadnl"):
        return word not in _whole()
    if word.endswith("地") and len(word) > 2 and tag[0] in "zildva":
        return word[:-1] in entries
    if word.endswith("着") and len(word) == 3 and tag[0] in "vnliy":
        return word[:-1] in entries and word[1] not in "不得么"
    return word in _DROPPED


@functools.cache
def _whole() -> frozenset[str]:
    """The words of two characters on 得 and 着 that are more than a verb and its particle."""
    data = Path(__file__).parent
    found = [
        word
        for name in ("full_tone.txt", "neutral.txt")
        for line in (data / name).read_text(encoding="utf-8").splitlines()
        for word in line.split(" ")
    ]
    return frozenset(word for word in found if word.endswith(("得", "着"))) | _PREPOSITIONS


if __name__ == "__main__":
    main()
