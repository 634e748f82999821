"""Messages: English by themselves, other languages by their template and values."""

import importlib.util
import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from subprocess import CompletedProcess
from typing import TypeAlias

import pytest
from babel.messages.mofile import write_mo
from comfyui_glmtts.messages import LANGUAGES, Message, chosen, known_language, packed, unpacked

Glmtts: TypeAlias = "Callable[..., CompletedProcess[str]]"
TOOL = Path(__file__).with_name("catalog.py")
spec = importlib.util.spec_from_file_location("catalog", TOOL)
assert spec
assert spec.loader
catalog = importlib.util.module_from_spec(spec)
spec.loader.exec_module(catalog)


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


@pytest.mark.parametrize("language", catalog.LANGUAGES)
def test_everything_that_is_told_has_a_translation_and_nothing_else_has(language: str) -> None:
    known = {str(one.id): str(one.string) for one in catalog.read(language) if one.id}
    told = catalog.told()
    assert not {text for text in told if not known.get(text)}, "run python tests/catalog.py"
    assert not known.keys() - told.keys(), "run python tests/catalog.py"


@pytest.mark.parametrize("language", catalog.LANGUAGES)
def test_a_translation_fills_in_what_the_english_does(language: str) -> None:
    differing = [
        one.id
        for one in catalog.read(language)
        if one.id and catalog.placeholders(str(one.id)) != catalog.placeholders(str(one.string))
    ]
    assert not differing


@pytest.mark.parametrize("language", catalog.LANGUAGES)
def test_what_is_read_is_what_was_written(language: str, tmp_path: Path) -> None:
    compiled = tmp_path / "again.mo"
    with compiled.open("wb") as file:
        write_mo(file, catalog.read(language))
    assert compiled.read_bytes() == catalog.po(language).with_suffix(".mo").read_bytes()


CLI = {
    "glmtts --help": "用 GLM-TTS 合成中英文语音",
    "glmtts say --help": "换一个种子，就是另一种读法",
    "glmtts render nowhere.yaml": "没有这个文件。",
    "glmtts render broken.yaml": 'broken.yaml:2:13: 不认识说话人 "小李"',
    "glmtts rendr": "没有命令 'rendr'",
}


@pytest.mark.parametrize("command", CLI)
def test_a_chinese_terminal_is_told_in_chinese(
    command: str, glmtts: Glmtts, tmp_path: Path
) -> None:
    script = "glmtts: 1\nsegments: [{小李: 你好}]\nvoices: {小雨: xiaoyu}\n"
    (tmp_path / "broken.yaml").write_text(script, encoding="utf-8")
    words = command.split()[1:]
    done = glmtts("--lang", "zh", *words, code=0 if "--help" in words else 2)
    assert CLI[command] in (done.stdout + done.stderr).replace("\n", "")


def test_programs_are_told_the_same_in_every_language(glmtts: Glmtts) -> None:
    answers = {
        language: glmtts("--lang", language, "render", "nowhere.yaml", "--json", code=2).stdout
        for language in LANGUAGES
    }
    assert answers["en"] == answers["zh"]
    assert json.loads(answers["en"])["mistakes"][0]["what"] == "There is no such file."
