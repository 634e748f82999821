"""Announcement templates as people write them: what is read, and what they are told of mistakes."""

from decimal import Decimal
from pathlib import Path

import pytest
from comfyui_glmtts.documents.findings import Findings
from comfyui_glmtts.mistakes import InputError
from comfyui_glmtts.scripts.profiles import PROFILES
from comfyui_glmtts.templates.announcement import Template
from comfyui_glmtts.templates.announcement_file import read_template
from comfyui_glmtts.templates.bundled import STARTER, bundled, find_template
from comfyui_glmtts.templates.sandbox import Sandbox
from hypothesis import given, settings
from hypothesis import strategies as st

WHOLE = """\
glmtts_template: 1
title: {zh: 检票, en: Boarding}
about: {en: A train is ready}
languages: [zh, en]
fields:
  id: text
  city: {per_language: yes, example: {zh: 上海, en: Shanghai}, longest: 20}
  minutes: {type: integer, from: 1, to: 60, default: 5, about: {en: Minutes left}}
  reason: {options: [weather, signal], default: ""}
  stops: {type: list, example: [a, b], default: ""}
text:
  zh: |
    去{{ city }}。

    还有{{ minutes }}分钟。
  en: "To {{ city }}."
chime: {before: rise, after: gong}
gap: 0.5s
repeat: 2
repeat_gap: 2s
voices: {zh: xiaoyu, en: {voice: leo, rate: 0.9}}
lexicons: [railway]
name: "{{ id }}-{{ language }}"
files: apart
output: {profile: web, formats: [mp3]}
"""


def read(folder: Path, text: str) -> Template:
    path = folder / "t.yaml"
    path.write_text(text, encoding="utf-8")
    findings = Findings()
    template = read_template(path, findings)
    findings.check()
    return template


def test_everything_a_template_says_is_read(tmp_path: Path) -> None:
    template = read(tmp_path, WHOLE)
    assert (template.name, template.languages) == ("t", ("zh", "en"))
    assert template.title == {"zh": "检票", "en": "Boarding"}
    city, minutes, reason = (template.fields[name] for name in ("city", "minutes", "reason"))
    assert city.columns(template.languages) == ("city_zh", "city_en")
    assert (city.required, city.longest, city.example) == (True, 20, "上海 / Shanghai")
    assert (minutes.required, minutes.default, minutes.low) == (False, 5, Decimal(1))
    assert (reason.type, reason.options, reason.default) == ("choice", ("weather", "signal"), "")
    assert template.fields["stops"].example == "a;b"
    assert set(template.columns()) == {
        "id", "city", "city_zh", "city_en", "minutes", "reason", "stops",
    }  # fmt: skip
    assert (str(template.chime_before), str(template.chime_after)) == ("chime:rise", "chime:gong")
    assert (template.gap, template.repeat, template.repeat_gap) == (0.5, 2, 2.0)
    assert template.speakers["en"].rate == 0.9
    assert template.lexicons == ("railway",)
    assert not template.together
    assert template.output.formats == ("mp3",)
    assert template.output.sample_rate == PROFILES["web"].sample_rate


def test_a_short_template_has_the_usual_values(tmp_path: Path) -> None:
    template = read(
        tmp_path,
        "glmtts_template: 1\ntitle: {zh: 试}\nlanguages: zh\ntext: {zh: 你好}\nname: a\n",
    )
    assert (template.fields, template.speakers, template.lexicons) == ({}, {}, ())
    assert (template.chime_before, template.repeat, template.together) == (None, 1, True)
    assert template.output == PROFILES["loudspeaker"]


def test_the_lines_of_a_text_are_those_of_the_file(tmp_path: Path) -> None:
    chinese = read(tmp_path, WHOLE).texts["zh"]
    assert (chinese.line(1).line, chinese.line(3).line) == (13, 15)
    assert read(tmp_path, WHOLE).texts["en"].line(1).line == 16
    folded = WHOLE.replace("zh: |", "zh: >-")
    assert read(tmp_path, folded).texts["zh"].line(3).line == 12  # only where it begins is known


@pytest.mark.parametrize(
    ("old", "new", "place", "what"),
    [
        ("glmtts_template: 1", "glmtts: 1", "1:1", "version of the format is missing"),
        ("glmtts_template: 1", "glmtts_template: 2", "1:18", "Only version 1"),
        ("title: {zh: 检票, en: Boarding}", "title: {zh: 检票}", "2:8", "missing in: en"),
        ("title: {zh: 检票, en: Boarding}", "title: 检票", "2:8", "must be a mapping"),
        ("title:", "titel:", "2:1", 'Unknown key "titel"'),
        ("[zh, en]", "[zh, fr]", "4:17", '"fr" is not one'),
        ("[zh, en]", "[zh, zh]", "4:12", "listed twice"),
        ("  id: text", "  id: txt", "6:7", '"txt" is not one'),
        ("  id: text", "  ID: text", "6:3", "cannot be a field's name"),
        ("  id: text", "  id: text\n  row: text", "7:3", "meaning of its own"),
        ("  id: text", "  id: text\n  for: text", "7:3", "meaning of its own"),
        ("  id: text", "  id: text\n  city_zh: text", "8:3", "share the column"),
        ("from: 1", "from: 61", "8:34", '"from" is above "to"'),
        ("from: 1", "from: one", "8:34", "not a number"),
        ("from: 1", "form: 1", "8:28", 'Unknown key "form"'),
        ("default: 5", "default: 61", "8:54", "too large"),
        ("{options: [weather, signal],", "{type: choice,", "9:3", "no options"),
        ("{options: [", "{type: text, options: [", "9:33", "type text has options"),
        ('reason: {options: [weather, signal], default: ""}', 'reason: {from: 1}', "9:18",
         'has no "from"'),
        ("longest: 20", "longest: 1", "7:43", "longer than 1"),
        ("example: [a, b]", "example: [a, [b]]", "10:36", "single value is needed"),
        ("  en: \"To {{ city }}.\"\n", "", "12:3", 'no text in "en"'),
        ("  en: \"To", "  fr: \"To", "16:3", 'Unknown key "fr"'),
        ("  en: \"To {{ city }}.\"", "  en: {{ city }}", "16:7", "begins with {{"),
        ("rise", "raise", "17:17", "no chime"),
        ("gap: 0.5s", "gap: 0.5", "18:6", "no unit"),
        ("repeat: 2", "repeat: 11", "19:9", "out of range"),
        ("en: {voice:", "fr: {voice:", "21:22", "for no language"),
        ('name: "{{ id }}-{{ language }}"\n', "", "1:1", "called is missing"),
        ("apart", "separate", "24:8", "not one of the choices"),
        ("profile: web", "profile: wed", "25:19", '"wed" is not one'),
        ("formats: [mp3]", "stems: yes", "25:24", 'no "stems"'),
        ("files: apart", "files: apart\nexamples: no.csv", "25:11", "no file"),
        ("files: apart", "files: apart\nexamples: ../no.csv", "25:11", "outside the folder"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_where_it_is(
    tmp_path: Path, old: str, new: str, place: str, what: str
) -> None:
    assert old in WHOLE
    with pytest.raises(InputError) as error:
        read(tmp_path, WHOLE.replace(old, new, 1))
    told = [str(mistake) for mistake in error.value.mistakes]
    assert any(f"t.yaml:{place}: " in line and what in line for line in told), told


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_lines_left_out_or_torn_give_a_template_or_mistakes(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    lines = WHOLE.splitlines()
    index = data.draw(st.integers(0, len(lines) - 1))
    cut = data.draw(st.integers(0, len(lines[index])))
    lines[index] = lines[index][cut:] if data.draw(st.booleans()) else lines[index][:cut]
    try:
        read(tmp_path_factory.getbasetemp(), "\n".join(lines) + "\n")
    except InputError as error:
        mistakes = error.mistakes
    else:
        return
    assert all(mistake.place.line for mistake in mistakes)


def test_templates_are_found_by_name_or_path(tmp_path: Path) -> None:
    assert all(find_template(name).is_file() for name in bundled())
    assert find_template("mine.yaml") == Path("mine.yaml")
    with pytest.raises(InputError, match='Did you mean "railway-delay"'):
        find_template("railway-delays")


def test_the_starter_is_right() -> None:
    with Sandbox.of(STARTER / "announcement.yaml") as sandbox:
        assert sandbox.template.examples == (STARTER / "announcement.csv").resolve()
