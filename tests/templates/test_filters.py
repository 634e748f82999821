"""The filters of templates: what captions show, what is said and its pinyin; what is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from comfyui_glmtts.documents.findings import UnfitError
from comfyui_glmtts.mistakes import Place
from comfyui_glmtts.pronunciation.markup import display
from comfyui_glmtts.pronunciation.reader import Reader
from comfyui_glmtts.templates.announcement import Field
from comfyui_glmtts.templates.field_types import read_value
from comfyui_glmtts.templates.filters import FILTERS
from comfyui_glmtts.templates.filters.amounts import UNITS
from hypothesis import given, settings
from hypothesis import strategies as st

TABLE = Path(__file__).parent / "announcements" / "filters.tsv"
"""language, filter, value, arguments, what captions show, what is said, its pinyin"""


def cases(language: str) -> list[list[str]]:
    rows = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines()]
    return [row[1:] for row in rows if row[0] == language]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_value_is_shown_said_and_read_as_the_table_has_it(language: str) -> None:
    wrong = []
    for name, value, arguments, shown, said, pinyin in cases(language):
        options = arguments.split(",") if arguments else []
        text = FILTERS[name](language, value, *options)
        spoken = Reader().read(text, language=language)
        read = " ".join(character.pinyin for character in spoken.characters if character.pinyin)
        if (display(text), spoken.spoken, read) != (shown, said, pinyin):
            wrong.append((name, value, options, display(text), spoken.spoken, read))
    assert not wrong


def test_the_table_has_every_filter_in_both_languages() -> None:
    missing = {
        (language, name)
        for language in ("zh", "en")
        for name in FILTERS
        if name not in {case[0] for case in cases(language)}
    }
    only_chinese = {("zh", "plural")}  # Chinese has none
    aliases = {("en", "measure"), ("en", "plain")}
    assert missing == only_chinese | aliases


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_said_holds_a_digit_or_a_sign(language: str) -> None:
    for *_, said, _pinyin in cases(language):
        assert not re.search(r"[\d%$¥€£°:/{}|+*#@_]", said), said


@pytest.mark.parametrize(
    ("template", "values", "language", "shown", "said"),
    [
        (
            "由{}开往{}的{}次列车", ("北京南", "上海虹桥", ("train", "G1234")), "zh",
            "由北京南开往上海虹桥的G1234次列车", "由北京南开往上海虹桥的G幺二三四次列车",
        ),
        (
            "请{}号到{}号窗口", (("ticket", "A012"), ("counter", "2")), "zh",
            "请A012号到2号窗口", "请A零一二号到二号窗口",
        ),
        (
            "The {} to {} is delayed by {}.",
            (("time", "8:05"), "Oxford", ("duration", "90min")), "en",
            "The 08:05 to Oxford is delayed by 90 minutes.",
            "The oh eight oh five to Oxford is delayed by ninety minutes.",
        ),
        (
            "气温{}到{}，风力{}级", (("temperature", "-5"), ("temperature", "3"), "3-4"), "zh",
            "气温零下5度到3度，风力3-4级", "气温零下五度到三度，风力三到四级",
        ),
    ],
)  # fmt: skip
def test_values_stand_in_a_sentence(
    template: str, values: tuple[object, ...], language: str, shown: str, said: str
) -> None:
    texts = [v if isinstance(v, str) else FILTERS[v[0]](language, v[1]) for v in values]  # type: ignore[index]
    text = template.format(*texts)
    assert display(text) == shown
    assert Reader().read(text, language=language).spoken == said  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "value", "arguments", "what"),
    [
        ("time", "25:70", (), '"25:70" is not a time.'),
        ("time", "14:60", (), '"14:60" is not a time.'),
        ("time", "24:01", (), '"24:01" is not a time.'),
        ("time", "13:05 pm", (), '"13:05 pm" is not a time.'),
        ("time", "soon", (), '"soon" is not a time.'),
        ("time", "8:05", ("13h",), '"13h" is not a form of times.'),
        ("date", "2026-02-30", (), '"2026-02-30" is not a date.'),
        ("date", "22/11/2026", (), '"22/11/2026" is not a date.'),
        ("date", "2026-11-22", ("long",), '"long" is not a form of dates.'),
        ("date", "2026-11-22", ("full", "ymd"), '"ymd" is not an order of dates.'),
        ("duration", "90", (), '"90" is not a duration.'),
        ("duration", "1:30", (), '"1:30" is not a duration.'),
        ("duration", "30min1h", (), '"30min1h" is not a duration.'),
        ("duration", "5 parsecs", (), '"5 parsecs" is not a duration.'),
        ("duration", "0min", (), "A duration of nothing."),
        ("cardinal", "12a", (), '"12a" is not a number.'),
        ("cardinal", "1,23", (), '"1,23" is not a number.'),
        ("cardinal", True, (), '"True" is not a single value.'),
        ("cardinal", ["1"], (), "\"['1']\" is not a single value."),
        ("cardinal", "", (), "A value is empty."),
        ("cardinal", "1" * 101, (), "is too long"),
        ("ordinal", "0", (), '"0" is not a place in a row.'),
        ("digits", "你好", (), '"你好" is not a row of digits.'),
        ("digits", "110", ("么",), '"么" is not a way to say 1.'),
        ("fraction", "1/0", (), '"1/0" is not a fraction.'),
        ("fraction", "1:2", (), '"1:2" is not a fraction.'),
        ("ratio", "3", (), '"3" is not a ratio.'),
        ("score", "3/2", (), '"3/2" is not a score.'),
        ("percent", "many", (), '"many" is not a percentage.'),
        ("telephone", "call me", (), '"call me" is not a telephone number.'),
        ("flight", "CAA1831", (), '"CAA1831" is not a flight number.'),
        ("train", "GG12", (), '"GG12" is not a train number.'),
        ("bus", "12345", (), '"12345" is not a bus number.'),
        ("gate", "left", (), '"left" is not a gate.'),
        ("platform", "3|x", (), '"3|x" is not a platform.'),
        ("counter", "", (), "A value is empty."),
        ("seat", "window", (), '"window" is not a seat.'),
        ("exit", "north", (), '"north" is not an exit.'),
        ("line", "Bakerloo", (), '"Bakerloo" is not a line.'),
        ("floor", "1000", (), '"1000" is not a floor.'),
        ("room", "kitchen", (), '"kitchen" is not a room.'),
        ("ticket", "ABCD1", (), '"ABCD1" is not a ticket of a queue.'),
        ("plate", "京", (), '"京" is not a number plate.'),
        ("letters", "A1", (), '"A1" is not a row of letters.'),
        ("characters", "{a}", (), '"{a}" is not something to spell.'),
        ("address", "nowhere", (), '"nowhere" is not an address of the web or of e-mail.'),
        ("name", "{x|y}", (), '"{x|y}" is not a person\'s name.'),
        ("money", "12 XYZ", (), '"12 XYZ" is not an amount of money whose currency is known.'),
        ("money", "¥12元", (), '"¥12元" is not an amount of money whose currency is known.'),
        ("money", "a lot", (), '"a lot" is not an amount of money.'),
        ("discount", "100", (), '"100" is not a discount.'),
        ("temperature", "warm", (), '"warm" is not a temperature.'),
        ("temperature", "5°F", ("C",), '"5°F" is not a temperature in °C.'),
        ("temperature", "5", ("K",), '"K" is not a scale of temperature.'),
        ("unit", "5 furlongs", (), '"5 furlongs" is not a number with a unit that is known.'),
        ("unit", "km/h", (), '"km/h" is not a number with a unit that is known.'),
        ("join_list", "a;;b", (), "A list has nothing in it, or a gap."),
        ("join_list", [], (), "A list has nothing in it, or a gap."),
        ("plural", "2", ("位",), "Chinese has no plural."),
    ],
)  # fmt: skip
def test_a_wrong_value_is_a_mistake_in_words(
    name: str, value: object, arguments: tuple[str, ...], what: str
) -> None:
    with pytest.raises(UnfitError) as caught:
        FILTERS[name]("zh", value, *arguments)
    assert what in caught.value.what
    assert caught.value.remedy


def test_money_is_yuan_in_both_languages_unless_it_says_otherwise() -> None:
    assert FILTERS["money"]("zh", "12.80") == "12.8元"
    assert FILTERS["money"]("en", "12.80") == "¥12.8"
    with pytest.raises(UnfitError, match="whose currency is known"):
        FILTERS["money"]("en", "12.80 XYZ")


@pytest.mark.parametrize(
    ("written", "zh", "en"),
    [
        *(("3", "3", "3"), ("3楼", "3", "3"), ("二楼", "2", "2"), ("十二层", "12", "12")),
        *(("二十一楼", "21", "21"), ("2F", "2", "2"), ("F2", "2", "2"), ("B1", "负1", "B1")),
        *(("负一楼", "负1", "B1"), ("地下二层", "负2", "B2"), ("-1", "负1", "B1"), ("G", "G", "G")),
    ],
)
def test_floors_are_read_as_people_write_them(written: str, zh: str, en: str) -> None:
    said = [FILTERS["floor"](code, written).split("|")[0].replace("{", "") for code in ("zh", "en")]
    assert said == [zh, en]


@pytest.mark.parametrize("name", sorted(FILTERS))
@pytest.mark.parametrize("value", ["}{", "a|b", "{G1|say-as:train}", "[pause:9s]", "\\", "\n"])
def test_no_value_breaks_out_of_its_mark(name: str, value: str) -> None:
    """What gets through is shown as it was written, and reading it fails for nobody."""
    arguments = ["minute"] if name == "plural" else []
    try:
        text = FILTERS[name]("en", value, *arguments)
    except UnfitError:
        return
    assert display(text) == value or name == "join_list"
    Reader().read(text, language="en")


CELLS = st.one_of(
    st.text(max_size=12),
    st.text("0123456789:：-./年月日点分GKDABC次路号 ", max_size=12),
    st.from_regex(r"-?\d{1,4}[ ]?(%|°C|元|min|km/h|次|座)?", fullmatch=True),
)


@pytest.mark.parametrize("language", ["zh", "en"])
@settings(max_examples=400, deadline=None)
@given(name=st.sampled_from(sorted({*FILTERS} - {"join_list", "plural"})), value=CELLS)
def test_any_cell_is_refused_or_read(language: str, name: str, value: str) -> None:
    try:
        text = FILTERS[name](language, value)
    except UnfitError:
        return
    spoken = Reader().read(text, language=language).spoken
    assert not re.search(r"\d", spoken) or name == "plain"


def test_numbers_of_a_template_are_taken_as_they_are() -> None:
    assert FILTERS["cardinal"]("zh", 12) == "{12|say-as:cardinal}"
    assert FILTERS["temperature"]("zh", -3.5) == "零下3.5度"
    assert FILTERS["join_list"]("en", ["A", "B", "C"]) == "A, B and C"
    assert FILTERS["join_list"]("zh", ["A", "B", "C"], "、") == "A、B、C"
    assert FILTERS["plural"]("en", 1, "minute") == "1 minute"


def test_a_reading_in_a_list_stays_whole() -> None:
    """Data may tell how a name is read; its | parts no items."""
    cell = "{单县|shàn xiàn}|徐州东"
    assert FILTERS["join_list"]("zh", cell) == "{单县|shàn xiàn}和徐州东"
    field = Field(place=Place("a.yaml"), name="stops", type="list")
    assert read_value(field, cell) == ["{单县|shàn xiàn}", "徐州东"]
    assert read_value(field, "{单县|shàn xiàn}；徐州东") == ["{单县|shàn xiàn}", "徐州东"]


def test_every_unit_of_the_filter_has_a_name_in_both_languages() -> None:
    for sign in UNITS:
        chinese = Reader().read(f"{{5 {sign}|say-as:unit}}", language="zh").spoken
        english = Reader().read(f"{{5 {sign}|say-as:unit}}", language="en").spoken
        assert sign not in chinese
        assert re.fullmatch("five [a-zA-Z ]{4,}", english)
