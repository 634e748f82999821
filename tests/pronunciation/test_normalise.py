"""Normalisation: a table of cases by kind, in Chinese and English."""

from __future__ import annotations

from pathlib import Path

import pytest
from comfyui_glmtts.pronunciation.reader import Reader
from comfyui_glmtts.pronunciation.say_as import KINDS, said_as
from comfyui_glmtts.pronunciation.style import Style

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
        ("010-62345678", "telephone", "", "zh", "零幺零，六二三四，五六七八"),
        ("+86 13811112222", "telephone", "", "zh", "加八六，幺三八，幺幺幺幺，二二二二"),
        ("4008101111转12", "telephone", "", "zh", "四零零，八幺零，幺幺幺幺转幺二"),
        ("3", "ordinal", "", "zh", "第三"),
        ("22nd", "ordinal", "", "zh", "第二十二"),
        ("3/4/2026", "date", "mdy", "zh", "二零二六年三月四日"),
        ("3/4/2026", "date", "dmy", "zh", "二零二六年四月三日"),
        ("20261122", "digits", "", "zh", "二零二六一一二二"),
        ("9:05", "time", "", "zh", "九点零五分"),
        ("1:30", "duration", "", "zh", "一分钟三十秒"),
        ("1:02:03", "duration", "", "zh", "一小时两分钟三秒"),
        ("12.5", "money", "USD", "zh", "十二点五美元"),
        ("2", "money", "", "zh", "两元"),
        ("-5", "temperature", "", "zh", "零下五摄氏度"),
        ("G1234", "train", "", "zh", "G一二三四"),
        ("K585次", "train", "", "zh", "K五八五次"),
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
        ("2 kg", "unit", "", "zh", "两千克"),
        ("5A", "unit", "", "zh", "五安"),
        ("300K", "unit", "", "zh", "三百开尔文"),
        ("100", "unit", "km/h", "zh", "每小时一百公里"),
        ("km/h", "unit", "", "zh", "公里每小时"),
        ("-40°C", "unit", "", "zh", "零下四十摄氏度"),
        ("J.R.R.托尔金", "name", "", "zh", "J R R托尔金"),
        ("路易XIV", "name", "", "zh", "路易十四世"),
        ("Henry VIII", "name", "", "zh", "Henry八世"),
        ("Malcolm X", "name", "", "zh", "Malcolm X"),
        ("1 kg", "unit", "", "en", "one kilogram"),
        ("10in", "unit", "", "en", "ten inches"),
        ("6", "unit", "ft", "en", "six feet"),
        ("-3.5 A", "unit", "", "en", "minus three point five amps"),
        ("kg", "unit", "", "en", "kilograms"),
        ("hello", "unit", "", "en", "hello"),
        ("Henry VIII", "name", "", "en", "Henry the eighth"),
        ("Malcolm X", "name", "", "en", "Malcolm X"),
        ("J.R.R. Tolkien", "name", "", "en", "J R R Tolkien"),
        ("Sammy Davis, Jr.", "name", "", "en", "Sammy Davis junior"),
        ("St. John", "name", "", "en", "Saint John"),
        ("45", "percent", "", "en", "forty five percent"),
        ("-3.5%", "percent", "", "en", "minus three point five percent"),
        ("108", "bus", "", "en", "one oh eight"),
        ("M15", "bus", "", "en", "M fifteen"),
        ("9", "platform", "", "en", "nine"),
        ("3A", "platform", "", "en", "three A"),
        ("9 3/4", "platform", "", "en", "nine and three quarters"),
        ("B12", "gate", "", "en", "B twelve"),
        ("A101", "gate", "", "en", "A one oh one"),
        ("hello", "date", "", "zh", "hello"),
    ],
)
def test_say_as_says_what_was_asked_for(
    word: str, kind: str, detail: str, language: str, expected: str
) -> None:
    assert said_as(word, kind, detail, language) == expected


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_text_is_too_odd_to_be_said_as_something(kind: str, language: str) -> None:
    for text in (
        "你好",
        "100元",
        "1/0",
        "-",
        ".",
        "1.2.3",
        "25:70",
        "²",
        "٣",
        "G",
        "+",
        "1e9",
        "%",
    ):
        assert isinstance(said_as(text, kind, "", language), str)


def test_say_as_stands_in_a_sentence() -> None:
    spoken = Reader().read("请乘坐{G1234|say-as:train}次，转{110|say-as:digits}路")
    assert spoken.spoken == "请乘坐G一二三四次，转一一零路"


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        (Style(), "拨打幺幺零，住三零一房间，坐G一二三四次和K五八五次列车"),
        (Style(telephone_one="一"), "拨打一一零，住三零一房间，坐G一二三四次和K五八五次列车"),
        (Style(code_one="幺"), "拨打幺幺零，住三零幺房间，坐G幺二三四次和K五八五次列车"),
        (Style(train_letters=True), "拨打幺幺零，住三零一房间，坐高一二三四次和快五八五次列车"),
        (Style(train_digits_from=4), "拨打幺幺零，住三零一房间，坐G一二三四次和K五百八十五次列车"),
        (
            Style(train_digits_from=9),
            "拨打幺幺零，住三零一房间，坐G一千二百三十四次和K五百八十五次列车",
        ),
    ],
)
def test_a_style_decides_where_usage_differs(style: Style, expected: str) -> None:
    reader = Reader(style=style)
    assert reader.read("拨打110，住301房间，坐G1234次和K585次列车").spoken == expected
    marked = (
        "拨打{110|say-as:telephone}，住{301|say-as:room}房间，"
        "坐{G1234次|say-as:train}和{K585次|say-as:train}列车"
    )
    assert reader.read(marked).spoken == expected


@pytest.mark.parametrize(
    ("text", "usual", "chinese", "english"),
    [
        ("说“I have 3”", "说I have three", "说I have三", "说I have three"),
        ("买了3个", "买了三个", "买了三个", "买了three个"),
        ("It costs $5.", "It costs five dollars.", "It costs五美元。", "It costs five dollars."),
    ],
)  # fmt: skip
def test_one_setting_forces_the_language_of_numbers(
    text: str, usual: str, chinese: str, english: str
) -> None:
    assert Reader().read(text).spoken == usual
    assert Reader(style=Style(numbers_in="zh")).read(text).spoken.rstrip("。.") == chinese.rstrip(
        "。"
    )
    assert Reader(style=Style(numbers_in="en")).read(text).spoken == english


def test_a_name_has_its_surname_s_reading() -> None:
    spoken = Reader().read("{单强|say-as:name}和{令狐冲|say-as:name}、{查理|say-as:name}")
    told = [c.char + c.pinyin for c in spoken.characters if c.source == "inline" and c.pinyin]
    assert told == ["单shan4", "令ling2", "狐hu2"]
