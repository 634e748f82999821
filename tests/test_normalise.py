"""Normalisation: a table of cases by kind, in Chinese and English."""

from __future__ import annotations

from pathlib import Path

import pytest
from comfyui_glmtts.pronunciation.reader import Reader
from comfyui_glmtts.pronunciation.say_as import said_as

TABLES = Path(__file__).parent / "normalisation"


def cases(language: str) -> list[tuple[str, str, str]]:
    lines = (TABLES / f"{language}.tsv").read_text(encoding="utf-8").splitlines()
    return [tuple(line.split("\t")) for line in lines]  # type: ignore[misc]


def test_there_are_at_least_four_hundred_cases() -> None:
    assert len(cases("zh")) + len(cases("en")) >= 400


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_case_is_said_as_the_table_has_it(language: str) -> None:
    table = cases(language)
    said = Reader().read_all([text for _, text, _ in table], language=language)
    wrong = [
        (kind, text, expected, spoken.spoken)
        for (kind, text, expected), spoken in zip(table, said, strict=True)
        if spoken.spoken != expected
    ]
    assert not wrong


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_digit_or_symbol_is_left(language: str) -> None:
    for spoken in Reader().read_all([text for _, text, _ in cases(language)], language=language):
        assert not any(char.isdigit() or char in "%$¥€°=<>~@#^*_/\\" for char in spoken.spoken)


@pytest.mark.parametrize(
    ("word", "kind", "detail", "language", "expected"),
    [
        ("1234", "cardinal", "", "zh", "一千二百三十四"),
        ("1234", "digits", "", "zh", "一二三四"),
        ("110", "digits", "幺", "zh", "幺幺零"),
        ("110", "telephone", "", "zh", "幺幺零"),
        ("110", "telephone", "一", "zh", "一一零"),
        ("3", "ordinal", "", "zh", "第三"),
        ("3/4/2026", "date", "mdy", "zh", "二零二六年三月四日"),
        ("3/4/2026", "date", "dmy", "zh", "二零二六年四月三日"),
        ("20261122", "digits", "", "zh", "二零二六一一二二"),
        ("9:05", "time", "", "zh", "九点零五分"),
        ("1:30", "duration", "", "zh", "一分钟三十秒"),
        ("1:02:03", "duration", "", "zh", "一小时两分钟三秒"),
        ("12.5", "money", "USD", "zh", "十二点五美元"),
        ("2", "money", "", "zh", "两元"),
        ("-5", "temperature", "", "zh", "零下五摄氏度"),
        ("G1234", "train", "", "zh", "高一二三四"),
        ("K585次", "train", "", "zh", "快五百八十五次"),
        ("CA1831", "flight", "", "zh", "CA一八三一"),
        ("3A", "gate", "", "zh", "三A"),
        ("302", "room", "", "zh", "三零二"),
        ("1101", "room", "幺", "zh", "幺幺零幺"),
        ("2/3", "fraction", "", "zh", "三分之二"),
        ("3:2", "score", "", "zh", "三比二"),
        ("45", "percent", "", "zh", "百分之四十五"),
        ("AB12", "characters", "", "zh", "A B一二"),
        ("1234", "cardinal", "", "en", "one thousand two hundred and thirty four"),
        ("108", "digits", "", "en", "one zero eight"),
        ("3", "ordinal", "", "en", "third"),
        ("3/4/2026", "date", "dmy", "en", "April third, twenty twenty six"),
        ("9:05 pm", "time", "", "en", "nine oh five p m"),
        ("12.50", "money", "USD", "en", "twelve dollars and fifty cents"),
        ("1:30", "duration", "", "en", "one minute, thirty seconds"),
        ("NASA", "letters", "", "en", "N A S A"),
        ("2/3", "fraction", "", "en", "two thirds"),
    ],
)
def test_say_as_says_what_was_asked_for(
    word: str, kind: str, detail: str, language: str, expected: str
) -> None:
    assert said_as(word, kind, detail, language) == expected


def test_say_as_stands_in_a_sentence() -> None:
    spoken = Reader().read("请乘坐{G1234|say-as:train}次，转{110|say-as:digits}路")
    assert spoken.spoken == "请乘坐高一二三四次，转一一零路"
