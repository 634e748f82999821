"""What espeak-ng is told for a line: Chinese as pinyin, English as text, and pauses between."""

from __future__ import annotations

import pytest
from comfyui_glmtts.glmtts_runtime.preview.text import Language, Part, Pause, Speech, plan, syllable
from comfyui_glmtts.pronunciation.chinese.g2p.pinyin import syllables
from comfyui_glmtts.pronunciation.reader import Reader
from comfyui_glmtts.pronunciation.spoken import Break, Character, SpokenText

COMMA, STOP = Pause(0.18, exact=False), Pause(0.35, exact=False)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def zh(text: str) -> Speech:
    return Speech(Language.CHINESE, text)


def en(text: str) -> Speech:
    return Speech(Language.ENGLISH, text)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("你好", [zh("ni2 hao3")]),
        ("我用iPhone拍照。", [zh("wo3 yong4"), en("iPhone,"), zh("pai1 zhao4")]),
        ("女孩，来！", [zh("nv3 hai2"), COMMA, zh("lai2")]),
        ("熊很穷", [zh("[[S;j'ong35]] hen3 [[tS;hj'ong35]]")]),
        ("《红楼梦》“好看”", [zh("hong2 lou2 meng4 hao3 kan4")]),
        ("好……来", [zh("hao3"), Pause(0.3, exact=False), zh("lai2")]),
        ("好？！来", [zh("hao3"), STOP, zh("lai2")]),
        ("Hello, world!", [en("Hello,"), COMMA, en("world!")]),
        ("Is it? 是", [en("Is it?"), STOP, zh("shi4")]),
        ("Mr. Smith is here.", [en("Mr. Smith is here.")]),
        ("好. 我来", [zh("hao3"), STOP, zh("wo3 lai2")]),
        ("don’t", [en("don't.")]),
        ("C++和Python", [en("C++,"), zh("he2"), en("Python.")]),
        ("[[x]] <b>y</b>", [en("x b y /b.")]),
        ("好😀-~来", [zh("hao3 lai2")]),
        ("……！", []),
        ("", []),
    ],
)
def test_a_line_becomes_pieces(reader: Reader, text: str, pieces: list[Part]) -> None:
    spoken = SpokenText(text, tuple(_characters(reader, text)))
    assert list(plan(spoken)) == pieces


def _characters(reader: Reader, text: str) -> list[Character]:
    """Readings from the reader where it has them, but no markup: this is about what engines get."""
    found = []
    for at, char in enumerate(text):
        read = reader.read(char).characters if "\u4e00" <= char <= "\u9fff" else ()
        found.append(Character(char, at, read[0].pinyin if read else None))
    return found


def test_a_break_counts_exactly_and_swallows_punctuation_beside_it() -> None:
    characters = tuple(
        Character(c, i, p) for i, (c, p) in enumerate([("好", "hao3"), ("，", None)])
    )
    spoken = SpokenText("", characters, (Break(0, 0.2), Break(1, 0.5), Break(2, 0.25)))
    half, fifth = Pause(0.75, exact=True), Pause(0.2, exact=True)
    assert plan(spoken) == (fifth, zh("hao3"), half)


def test_tones_change_as_they_do_in_speech(reader: Reader) -> None:
    assert plan(reader.read("很好"))[0] == zh("hen2 hao3")
    assert plan(reader.read("不是"))[0] == zh("bu2 shi4")


@pytest.mark.parametrize("name", sorted(syllables()))
def test_every_syllable_is_spelled_with_its_tone(name: str) -> None:
    spellings = {syllable(f"{name}{tone}") for tone in range(1, 6)}
    assert len(spellings) == 5
