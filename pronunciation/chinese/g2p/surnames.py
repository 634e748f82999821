"""A Chinese person's name -> the pinyin of its surname, where a surname is read in its own way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...folding import folded
from .lattice import Token

_READ = {
    "万俟": "mo4 qi2", "尉迟": "yu4 chi2", "长孙": "zhang3 sun1", "澹台": "tan2 tai2",
    "单于": "chan2 yu2", "令狐": "ling2 hu2", "皇甫": "huang2 fu3", "宰父": "zai3 fu3",
    "单": "shan4", "仇": "qiu2", "曾": "zeng1", "任": "ren2", "解": "xie4", "查": "zha1",
    "区": "ou1", "盖": "ge3", "华": "hua4", "朴": "piao2", "翟": "zhai2", "缪": "miao4",
    "乐": "yue4", "种": "chong2", "折": "she2", "葛": "ge3", "员": "yun4", "应": "ying1",
    "盛": "sheng4", "燕": "yan1", "过": "guo1", "句": "gou1", "祭": "zhai4", "召": "shao4",
    "洗": "xian3", "卜": "bu3", "都": "du1", "相": "xiang4", "黑": "he4", "能": "nai4",
    "逄": "pang2", "繁": "po2", "秘": "bi4", "撒": "sa3", "占": "zhan1", "要": "yao1",
    "尉": "wei4", "曲": "qu1", "石": "shi2", "强": "qiang2", "车": "che1", "冼": "xian3",
}  # fmt: skip
"""As dictionaries agree; surnames with two accepted readings (覃, 纪, 宁) are left out."""

_FOREIGN = (
    "查理", "查尔", "查普", "查韦", "查德", "查克", "华盛顿", "华莱士", "华兹", "华特", "乐高",
    "葛罗", "葛兰", "葛丽", "曾格", "石黑", "相泽", "相田", "相马", "相川", "折原",
)  # fmt: skip
"""How names of other languages begin that look like one of the surnames."""


def surname(name: str) -> tuple[str, ...]:
    """Pinyin for each character of the surname that `name` begins with; empty where none is odd."""
    plain = folded(name, 0).text.strip()
    if "·" in plain or plain.startswith(_FOREIGN):
        return ()
    return tuple((_READ.get(plain[:2]) or _READ.get(plain[:1], "")).split())


_TITLES = frozenset((
    "先生", "女士", "小姐", "太太", "老师", "教授", "博士", "医生", "大夫", "同学", "经理", "总",
    "总监", "主任", "局长", "处长", "科长", "厂长", "校长", "院长", "部长", "省长", "市长",
    "县长", "镇长", "村长", "会长", "董事长", "书记", "师傅", "大爷", "大妈", "阿姨", "叔叔",
    "哥", "姐", "律师", "法官", "警官", "队长", "导演", "教练", "工程师", "设计师", "记者",
    "编辑", "主席", "司令", "将军", "氏", "某", "某某", "工", "导",
))  # fmt: skip
_VERBS_TOO = frozenset("查种折占撒召祭能要过应都相黑洗秘句员任强石车华区曾盛燕尉曲卜")
"""Surnames that are said before a title for other reasons too: only where a clause begins."""


def told(tokens: Sequence[Token]) -> Iterator[tuple[int, str]]:
    """(index in the sentence, reading) of the surnames before a title or after 姓: 盖先生."""
    for number, token in enumerate(tokens):
        reading = _READ.get(token.word)
        if reading is None or len(token.word) > 1:
            continue
        before = tokens[number - 1] if number else None
        after = tokens[number + 1] if number + 1 < len(tokens) else None
        begins = before is None or before.tag in {"w", "r", "p", "c"}
        titled = after is not None and after.word in _TITLES
        if (titled and (begins or token.word not in _VERBS_TOO)) or (
            before is not None and before.word in {"姓", "免贵"}
        ):
            yield token.start, reading
