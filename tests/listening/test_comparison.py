"""What was heard is compared with what should be said by sound, not by characters."""

from __future__ import annotations

import pytest
from comfyui_glmtts.listening.comparison import aligned, differences
from comfyui_glmtts.listening.units import heard, told
from comfyui_glmtts.pronunciation.reader import Reader


def parted(text: str, written: str) -> list[tuple[str, str, str, float]]:
    """(kind, told, heard, weight) of each difference."""
    language = "zh" if any("一" <= char <= "鿿" for char in text) else "en"
    said, listened = told(Reader().read(text)), heard(written, language)
    return [
        (
            one.kind,
            " ".join(map(str, said[slice(*one.told)])),
            " ".join(map(str, listened[slice(*one.heard)])),
            round(one.weight, 2),
        )
        for one in differences(said, listened, aligned(said, listened))
    ]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("邮局的职员在树下等了很久。", "郵局的職員在數下等了很久"),  # traditional, homophones
        (
            "银行行长重新开会。",
            "银杭行掌虫新开会",
        ),  # a character may have been meant in any reading
        ("电话是{110|say-as:digits}。", "电话是一一零"),  # 幺 is written 一
        ("会议9:30开始。", "会议九点三十分开始"),
        ("It's a well-known song.", "Its a well known song"),
        ("我用 GPU。", "我用gpu"),
    ],
)
def test_what_sounds_the_same_is_no_difference(text: str, written: str) -> None:
    assert parted(text, written) == []


@pytest.mark.parametrize(
    ("text", "written", "found"),
    [
        ("我们明天去公园放风筝。", "我们去公园放风筝", [("missing", "ming* tian*", "", 2.0)]),
        ("我们明天去公园。", "我们明天明天去公园", [("repeated", "", "ming* tian*", 2.0)]),
        ("我们明天去公园。", "我们明天一定去公园", [("invented", "", "yi* ding*", 2.0)]),
        ("我们明天去公园。", "我们明天去", [("cut off", "gong* yuan*", "", 2.0)]),
        ("我们明天去公园。", "我们昨晚去公园", [("replaced", "ming* tian*", "zuo* wan*", 1.68)]),
        ("火车进站。", "火车进展", []),
        ("他说服了我。", "他说服我", [("missing", "le*", "", 0.5)]),
        ("The old captain smiled.", "The captain smiled", [("missing", "old", "", 1.0)]),
        ("Every one knows it.", "Everyone knows it", [("replaced", "every one", "everyone", 0.0)]),
    ],
)
def test_differences_say_what_is_wrong_and_how_much(
    text: str, written: str, found: list[tuple[str, str, str, float]]
) -> None:
    assert parted(text, written) == found


def test_syllables_that_are_mixed_up_weigh_less_than_others() -> None:
    [(*_, alike)] = parted("三斤苹果。", "山斤苹果")
    [(*_, unlike)] = parted("三斤苹果。", "路斤苹果")
    assert 0 < alike < 0.2 < 0.8 < unlike <= 1


def test_nothing_heard_misses_everything() -> None:
    assert parted("请稍等。", "") == [("cut off", "qing* shao* deng*", "", 3.0)]
