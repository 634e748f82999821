"""What is written of where speech comes from: how it is inherited, and what cannot be meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from comfyui_glmtts.mistakes import InputError
from comfyui_glmtts.scripts.disclosure import Audible, Disclosure, reminder
from comfyui_glmtts.scripts.parse import parse_script
from comfyui_glmtts.scripts.script import Chapter, Line, Sound
from comfyui_glmtts.scripts.show import read_episode, read_show
from comfyui_glmtts.scripts.yaml_disclosure import overridden
from comfyui_glmtts.templates.bundled import find_template
from comfyui_glmtts.templates.sandbox import Sandbox
from comfyui_glmtts.watch.settings.file import read_settings

HEAD = "glmtts: 1\nvoices: {A: xiaoyu, B: leo}\n"
BODY = "segments:\n- chapter: 开场\n- A: 好。\n- chapter: 尾声\n- B: Bye.\n"


def script(written: str, folder: Path = Path()) -> object:
    return parse_script(folder / "a.yaml", HEAD + written + BODY)


MEANT = [
    ("", Disclosure()),
    ("disclosure: cn\n", Disclosure(rules=("cn",))),
    ("disclosure: CN, eu\n", Disclosure(rules=("cn", "eu"))),
    ("disclosure: [cn, us]\n", Disclosure(rules=("cn", "us"))),
    ('disclosure: "none: a draft"\n', Disclosure(rules=(), reason="a draft")),
    ("disclosure: {none: a draft}\n", Disclosure(rules=(), reason="a draft")),
    ("disclosure: {rules: none, reason: a draft}\n", Disclosure(rules=(), reason="a draft")),
    ("disclosure: {producer: X-1}\n", Disclosure(producer="X-1")),
    (
        "disclosure: {audible: morse, at: end}\n",
        Disclosure(audible=Audible(kind="morse", at="end")),
    ),
    (
        "disclosure: {audible: spoken, chapter: 尾声, text: AI 生成}\n",
        Disclosure(audible=Audible(at="chapter", chapter="尾声", text=(("", "AI 生成"),))),
    ),
    ("consent: required\n", Disclosure(consent=True)),
]


@pytest.mark.parametrize(("written", "meant"), MEANT)
def test_what_is_written_means(written: str, meant: Disclosure) -> None:
    assert script(written).disclosure == meant


WRONG = [
    ("disclosure: de\n", 3, '"de" is no jurisdiction known here.'),
    ("disclosure: cn, eu, cn\n", 3, "A jurisdiction is listed twice."),
    ("disclosure: [cn, cn]\n", 3, "A jurisdiction is listed twice."),
    ("disclosure: [cn, none]\n", 3, '"none" is no jurisdiction known here.'),
    ("disclosure: []\n", 3, "No jurisdiction is listed."),
    ("disclosure: none\n", 3, "No label, and no reason."),
    ('disclosure: "none: "\n', 3, "No label, and no reason."),
    ("disclosure: {rules: none}\n", 3, "No label, and no reason."),
    ("disclosure: {rules: cn, reason: why}\n", 3, "A reason for no label, and a label."),
    ("disclosure: {reason: why}\n", 3, "A reason for no label, and a label."),
    ("disclosure: {rule: cn}\n", 3, 'Unknown key "rule".'),
    ("disclosure: {every: day}\n", 3, 'Unknown key "every".'),
    ("disclosure: {producer: 某某公司}\n", 3, '"某" is not allowed.'),
    ("disclosure: {producer: 'A B'}\n", 3, '" " is not allowed.'),
    ("disclosure: {producer: 'A\"B'}\n", 3, "is not allowed."),
    ("disclosure: {producer: 'A\\B'}\n", 3, "is not allowed."),
    (f"disclosure: {{producer: {'x' * 129}}}\n", 3, "A code has at most 128 characters."),
    ("disclosure: {audible: loud}\n", 3, '"loud" is not one of the choices.'),
    ("disclosure: {at: end}\n", 3, '"at" is of a label that is heard, and there is none.'),
    ("disclosure: {audible: off, voice: A}\n", 3, '"voice" is of a label that is heard'),
    ("disclosure: {audible: spoken, at: middle}\n", 3, '"middle" is not one of the choices.'),
    ("disclosure: {audible: spoken, at: chapter}\n", 3, "Which chapter?"),
    ("disclosure: {audible: spoken, at: end, chapter: 尾声}\n", 3, "Two places for one label."),
    ("disclosure: {audible: spoken, chapter: 尾生}\n", 3, 'No chapter is called "尾生"'),
    ("disclosure: {audible: morse, text: AI 生成}\n", 3, "A rhythm has no text."),
    ("disclosure: {audible: morse, voice: A}\n", 3, "A rhythm has no voice."),
    ("disclosure: {audible: spoken, text: ''}\n", 3, "Nothing is written here."),
    ("disclosure: {audible: spoken, text: {fr: IA}}\n", 3, 'Unknown key "fr".'),
    (f"disclosure: {{audible: spoken, text: {'字' * 201}}}\n", 3, "longer than 200 characters"),
    ("disclosure: {rules: cn, audible: spoken, text: 你好}\n", 3, "says \"人工智能\" or \"AI\"."),
    ("disclosure: {rules: cn, audible: spoken, text: 这是AI}\n", 3, 'says "生成" or "合成".'),
    ("disclosure: {rules: none, reason: x, audible: spoken}\n", 3, "A label that is heard"),
    ("consent: maybe\n", 3, '"maybe" is not one of the choices.'),
]  # fmt: skip


@pytest.mark.parametrize(("written", "line", "told"), WRONG)
def test_what_cannot_be_meant_is_told_with_its_place(written: str, line: int, told: str) -> None:
    with pytest.raises(InputError) as caught:
        script(written)
    mistake = caught.value.mistakes[0]
    assert told in mistake.what
    assert mistake.place.line == line
    assert mistake.remedy


OPTIONS = [
    ({"rules": "cn,xx"}, "--disclosure", '"xx" is no jurisdiction known here.'),
    ({"rules": "none"}, "--disclosure", "No label, and no reason."),
    ({"producer": "a b"}, "--producer", "is not allowed."),
    ({"audible": "sung"}, "--audible", '"sung" is not one of the choices.'),
    ({"rules": "none: x", "audible": "spoken"}, "--audible", "A label that is heard, and none"),
]


@pytest.mark.parametrize(("given", "place", "told"), OPTIONS)
def test_a_wrong_option_is_told_by_its_name(given: dict[str, str], place: str, told: str) -> None:
    options = {"rules": None, "producer": None, "audible": None, **given}
    with pytest.raises(InputError) as caught:
        overridden(Disclosure(), **options)
    assert (caught.value.mistakes[0].place.file, told in caught.value.mistakes[0].what) == (
        place,
        True,
    )


def test_options_win_over_what_is_written_key_by_key() -> None:
    written = Disclosure(rules=("eu",), producer="X", audible=Audible(at="end"))
    known = overridden(written, rules="cn", producer=None, audible="morse")
    assert known == Disclosure(rules=("cn",), producer="X", audible=Audible(kind="morse", at="end"))
    assert overridden(written, rules="none: test", producer=None, audible=None).audible is None


def test_an_episode_says_over_its_show_key_by_key(tmp_path: Path) -> None:
    (tmp_path / "episodes").mkdir()
    (tmp_path / "show.yaml").write_text(
        "glmtts_show: 1\ntitle: S\nvoices: {A: xiaoyu, B: leo}\nconsent: required\n"
        "disclosure: {rules: cn, producer: X, audible: spoken, at: end}\n",
        encoding="utf-8",
    )
    path = tmp_path / "episodes" / "1.yaml"
    show = read_show(tmp_path)
    path.write_text(f"glmtts: 1\n{BODY}", encoding="utf-8")
    assert read_episode(show, path).disclosure == show.defaults.disclosure
    path.write_text(f"glmtts: 1\ndisclosure: {{rules: eu, at: start}}\n{BODY}", encoding="utf-8")
    assert read_episode(show, path).disclosure == Disclosure(
        rules=("eu",), producer="X", audible=Audible(), consent=True
    )


def test_templates_and_settings_say_how_often_announcements_are_labelled(tmp_path: Path) -> None:
    text = find_template("queue-call").read_text(encoding="utf-8")
    told = "disclosure: {audible: spoken, every: file}\n"
    (tmp_path / "t.yaml").write_text(text + told, encoding="utf-8")
    (tmp_path / "queue-call.csv").touch()
    (tmp_path / "watch.yaml").write_text(f"watch: 1\n{told}", encoding="utf-8")
    (tmp_path / "inbox").mkdir()
    settings = read_settings(tmp_path / "watch.yaml", tmp_path / "inbox")
    with Sandbox.of(tmp_path / "t.yaml") as sandbox:
        assert sandbox.template.disclosure == settings.disclosure
    assert settings.disclosure.audible == Audible(every="file")


@pytest.mark.parametrize("key", ["chapter: x", "voice: leo"])
def test_what_an_announcement_cannot_have_is_told(key: str, tmp_path: Path) -> None:
    text = find_template("queue-call").read_text(encoding="utf-8")
    wrong = f"disclosure: {{audible: spoken, {key}}}\n"
    (tmp_path / "t.yaml").write_text(text + wrong, encoding="utf-8")
    with pytest.raises(InputError, match="Announcements"):
        Sandbox.of(tmp_path / "t.yaml")


def around(parsed: object) -> list[str]:
    """The script's segments in a word each."""
    names = {Chapter: "chapter", Line: "line", Sound: "sound"}
    return [
        ("label " if getattr(one, "is_label", False) else "") + names[type(one)]
        for one in parsed.segments
    ]


PLACES = [
    ("spoken", ["chapter", "label line", "line", "chapter", "line"]),
    ("spoken, at: end", ["chapter", "line", "chapter", "line", "label line"]),
    ("spoken, chapter: 尾声", ["chapter", "line", "chapter", "label line", "line"]),
    ("morse", ["chapter", "label sound", "line", "chapter", "line"]),
]


@pytest.mark.parametrize(("audible", "order"), PLACES)
def test_a_label_is_placed(audible: str, order: list[str]) -> None:
    parsed = script(f"disclosure: {{audible: {audible}}}\n")
    assert around(parsed) == order


def test_a_label_is_said_by_who_speaks_first_or_by_the_voice_named() -> None:
    first = script("disclosure: {audible: spoken}\n").lines[0]
    assert (first.speaker, first.text) == ("A", "本节目的语音由人工智能生成。")
    assert script("disclosure: {audible: spoken, voice: B}\n").lines[0].speaker == "B"
    named = script("disclosure: {audible: spoken, voice: aming}\n")
    assert named.speakers["aming"].voice.name == "aming"
    assert named.lines[0].speaker == "aming"


def test_an_english_programme_under_chinas_rules_says_both_sentences() -> None:
    told = script("language: en\ndisclosure: {rules: [cn, eu], audible: spoken}\n")
    assert [line.text for line in told.lines if line.is_label] == [
        "本节目的语音由人工智能生成。",
        "The voices you hear were generated by AI.",
    ]


REMINDED = [
    (Disclosure(), "zh", "cn"),
    (Disclosure(), "en", "eu"),
    (Disclosure(rules=("us",)), "zh", None),
    (Disclosure(rules=("cn",)), "en", "cn"),
    (Disclosure(rules=("us", "eu")), "zh", "eu"),
    (Disclosure(rules=(), reason="x"), "zh", None),
    (Disclosure(rules=("cn",), audible=Audible()), "zh", None),
]


@pytest.mark.parametrize(("disclosure", "language", "rule"), REMINDED)
def test_who_is_asked_for_a_label_that_is_heard_is_reminded(
    disclosure: Disclosure, language: str, rule: str | None
) -> None:
    told = reminder(disclosure, language)
    assert (told and told[0]) == rule
