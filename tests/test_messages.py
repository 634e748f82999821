"""Messages: English by themselves, other languages by their template and values."""

import json
from copy import deepcopy

import pytest
from comfyui_glmtts.messages import Message, chosen, known_language, packed, unpacked


def test_a_message_is_its_english_sentence() -> None:
    message = Message("No voice {} in {}.", "lee", 2)
    assert message == "No voice lee in 2."
    assert (message.template, message.values) == ("No voice {} in {}.", ("lee", 2))


def test_braces_of_a_message_without_values_stay() -> None:
    assert Message("Write {行|háng}.") == "Write {行|háng}."


@pytest.mark.parametrize(
    "message",
    [
        Message("No voice {}.", "a {b} c"),
        Message("{}: {:.1f} s", Message("in line {}", 3), 2.25),
        "A text of nobody's.",
    ],
)
def test_a_message_survives_json_and_copies(message: str) -> None:
    back = unpacked(json.loads(json.dumps(packed(message))))
    for other in (back, deepcopy(message)):
        assert other == message
        assert getattr(other, "values", None) == getattr(message, "values", None)


@pytest.mark.parametrize(
    ("given", "environment", "language"),
    [
        (None, {}, "en"),
        (None, {"LANG": "zh_CN.UTF-8"}, "zh"),
        (None, {"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        (None, {"LANG": "C.UTF-8", "LANGUAGE": "de:zh:en"}, "zh"),
        (None, {"LANGUAGE": "zh", "GLMTTS_LANG": "en"}, "en"),
        ("zh", {"GLMTTS_LANG": "en"}, "zh"),
        ("de", {}, "en"),
    ],
)
def test_the_language_is_given_or_the_systems(
    given: str | None, environment: dict[str, str], language: str
) -> None:
    assert chosen(given, environment) == language


@pytest.mark.parametrize(("tag", "language"), [("zh-Hans-CN", "zh"), ("ZH", "zh"), ("fr_FR", None)])
def test_a_language_is_known_by_its_first_part(tag: str, language: str | None) -> None:
    assert known_language(tag) == language
