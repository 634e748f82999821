"""The picture of what will be said: every character in it, doubtful ones marked."""

from __future__ import annotations

import numpy as np
import pytest
from comfyui_glmtts.production.pictures.readings import MOST, WIDTH, picture
from comfyui_glmtts.pronunciation.lexicon.files import parse
from comfyui_glmtts.pronunciation.reader import Reader
from comfyui_glmtts.pronunciation.spoken import Character, SpokenText

MARK = (0xFF, 0xE0, 0x8A)
LEGEND = 52


def marked(text: str, doubtful: tuple[int, ...] = ()) -> int:
    """Pixels above the legend in the colour of doubt."""
    pixels = np.asarray(picture(Reader().read(text), doubtful))[:-LEGEND]
    return int((pixels == MARK).all(axis=2).sum())


def test_only_doubtful_characters_are_marked() -> None:
    assert marked("银行行长") == 0
    one, two = marked("银行行长", (2,)), marked("银行行长", (2, 3))
    assert one > 500
    assert two > 1.5 * one


def test_a_word_of_another_script_is_marked_as_a_whole() -> None:
    assert marked("说 hello 吧", (4,)) > 1.4 * marked("说 hello 吧", (0,))


@pytest.mark.parametrize("text", ["", "。", "hello", "a" * 500, "{行|háng}", "👍🏽", "龘\u2060龘"])
def test_anything_can_be_drawn(text: str) -> None:
    drawn = picture(Reader().read(text))
    assert drawn.width == WIDTH
    assert drawn.height > LEGEND


def test_longer_texts_make_higher_pictures_up_to_a_bound() -> None:
    heights = [picture(SpokenText("", (Character("好", 0, "hao3", "default"),) * count)).height
               for count in (10, 100, MOST, 3 * MOST)]  # fmt: skip
    assert heights[0] < heights[1] < heights[2] == heights[3]


def test_colours_tell_who_decided() -> None:
    reader = Reader(parse('{"word": "行", "phoneme": "hang2"}', "rules"))
    ruled = np.asarray(picture(reader.read("行")))[:-LEGEND]
    usual = np.asarray(picture(Reader().read("行")))[:-LEGEND]
    assert not np.array_equal(ruled, usual)
