"""The bundled templates: every example row in both languages, as it is written, said and read.

`tests/templates/announcements/NAME.txt` holds what was reviewed. After a change that is meant, run
this file with Python to write them again, and read the difference.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from comfyui_glmtts.mistakes import InputError
from comfyui_glmtts.production.announcements.announcement import announcements
from comfyui_glmtts.pronunciation.lexicon.lexicon import EMPTY
from comfyui_glmtts.pronunciation.lexicon.named import read_bundled
from comfyui_glmtts.pronunciation.markup import display
from comfyui_glmtts.pronunciation.reader import Reader
from comfyui_glmtts.scripts.chimes import CHIMES
from comfyui_glmtts.scripts.profiles import PROFILES
from comfyui_glmtts.templates.announcement import Template
from comfyui_glmtts.templates.filters import FILTERS
from comfyui_glmtts.templates.rows import Row, parse_rows, read_rows
from comfyui_glmtts.templates.sandbox import Sandbox

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TEMPLATES = {path.stem: path for path in sorted((ROOT / "templates/bundled").glob("*.yaml"))}
WANTED = {
    "railway-departure", "railway-arrival", "railway-delay", "railway-platform", "railway-safety",
    "airport-boarding", "airport-final-call", "airport-gate-change", "airport-delay", "metro-stop",
    "bus-stop", "shop-closing", "shop-promotion", "shop-lost-child", "queue-call", "weather",
    "phone-menu",
}  # fmt: skip
every_template = pytest.mark.parametrize("name", TEMPLATES)


@pytest.fixture(scope="module")
def sandboxes() -> Iterator[dict[str, Sandbox]]:
    """A worker for each template, started once."""
    found = {name: Sandbox.of(path) for name, path in TEMPLATES.items()}
    yield found
    for sandbox in found.values():
        sandbox.close()


@cache
def example(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a template's example data, without their empty cells."""
    path = TEMPLATES[name].with_suffix(".csv")
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            {key: cell for key, cell in row.items() if cell} for row in csv.DictReader(file)
        )


def rows(sandbox: Sandbox) -> list[Row]:
    template = sandbox.template
    assert template.examples
    return read_rows(template.examples, template)


def told(sandbox: Sandbox) -> str:
    """What is written, said and read (pinyin) of every example row."""
    lexicon = EMPTY
    for dictionary in sandbox.template.lexicons:
        lexicon = lexicon.merged(read_bundled(str(dictionary)))
    reader = Reader(lexicon)
    lines: list[str] = []
    for announcement in announcements(sandbox, rows(sandbox)):
        for language, texts in announcement.lines.items():
            lines.append(f"## {announcement.name} {language}")
            for text, spoken in zip(texts, reader.read_all(texts, language=language), strict=True):
                pinyin = " ".join(c.pinyin for c in spoken.characters if c.pinyin)
                lines += [display(text), spoken.spoken, *([pinyin] if pinyin else [])]
            lines.append("")
    return "\n".join(lines)


def rows_of(record: dict[str, str], template: Template) -> list[Row]:
    return parse_rows(json.dumps([record]).encode(), "a.json", template)


def refusal(sandbox: Sandbox, row: dict[str, str]) -> str:
    """What a person is told of a row that cannot be announced; "" if it can."""
    try:
        announcements(sandbox, rows_of(row, sandbox.template))
    except InputError as error:
        return str(error)
    return ""


def test_all_that_people_ask_for_is_there() -> None:
    assert set(TEMPLATES) == WANTED


@pytest.mark.parametrize("page", ["filters.md", "filters.zh.md"])
def test_the_page_about_them_names_every_filter_chime_profile_and_template(page: str) -> None:
    page = (ROOT / "docs" / page).read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`[^|]+`) \|", page, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`([^`]+)`", row)}
    assert named == {*FILTERS, *CHIMES, *TEMPLATES}
    for profile in PROFILES:
        assert f"`{profile}`" in page or f"output: {profile}" in page


@pytest.mark.parametrize("page", ["filters.md", "filters.zh.md"])
def test_what_the_page_says_of_a_filter_is_what_is_said(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    told = re.findall(r"^\| `(\w+)`[^|]*\| ([^|]+) \| ([^|]+) \|", text, re.MULTILINE)
    checked = 0
    for name, value, said in told:
        if name in FILTERS and re.fullmatch(r"[\u4e00-\u9fffA-Za-z，]+", said) and name != "name":
            spoken = Reader().read(FILTERS[name]("zh", value)).spoken
            assert spoken == said, name
            checked += 1
    assert checked > 25


@every_template
def test_every_example_is_written_said_and_read_as_it_was_reviewed(
    name: str, sandboxes: dict[str, Sandbox]
) -> None:
    reviewed = (HERE / "announcements" / f"{name}.txt").read_text(encoding="utf-8")
    assert told(sandboxes[name]) == reviewed


@every_template
def test_examples_are_five_and_more_and_both_languages_have_a_title(
    name: str, sandboxes: dict[str, Sandbox]
) -> None:
    template = sandboxes[name].template
    assert len(example(name)) >= 5
    assert set(template.title) == set(template.about) == set(template.texts) == {"zh", "en"}
    for field in template.fields.values():
        assert set(field.about) == {"zh", "en"}, field.name


@every_template
def test_nothing_said_holds_a_digit_a_sign_or_a_word_of_the_template(
    name: str, sandboxes: dict[str, Sandbox]
) -> None:
    for announcement in announcements(sandboxes[name], rows(sandboxes[name])):
        for language, texts in announcement.lines.items():
            for text, spoken in zip(
                texts, Reader().read_all(texts, language=language), strict=True
            ):
                assert not re.search(r"[{}|_]|None|True|False", display(text))
                assert not re.search(r"[^\w ,.!?'，。！？-]|\d|_", spoken.spoken), spoken.spoken
                stops = spoken.spoken[:-1] if language == "zh" else ""
                assert not re.search("[，。][，。]", stops)


@every_template
def test_a_missing_cell_is_a_mistake_where_the_field_is_needed(
    name: str, sandboxes: dict[str, Sandbox]
) -> None:
    template = sandboxes[name].template
    row = example(name)[0]
    for field in template.fields.values():
        columns = field.columns(template.languages)
        without = {key: value for key, value in row.items() if key not in columns}
        if not field.required:
            announcements(sandboxes[name], rows_of(without, template))
            continue
        with pytest.raises(InputError) as caught:
            rows_of(without, template)
        text = str(caught.value)
        assert all(column in text for column in columns), (field.name, text)


@every_template
def test_a_value_that_cannot_be_is_a_mistake_of_its_row(
    name: str, sandboxes: dict[str, Sandbox]
) -> None:
    """Everything but words of people's own is checked, by the field or by the filter it meets."""
    sandbox = sandboxes[name]
    template = sandbox.template
    for field in template.fields.values():
        if field.per_language or field.name == "id":
            continue
        messages = [refusal(sandbox, {**row, field.name: "☃"}) for row in example(name)]
        assert any(messages), f"nobody looks at {field.name}"
        for message in filter(None, messages):
            assert "☃" in message
            assert message.startswith("a.json:1:2: ")


@every_template
def test_marks_and_braces_in_names_do_no_harm(name: str, sandboxes: dict[str, Sandbox]) -> None:
    sandbox = sandboxes[name]
    template = sandbox.template
    row = dict(example(name)[0])
    for field in template.fields.values():
        if field.per_language and field.type == "text":
            for column in field.columns(template.languages):
                row[column] = "{{ 7 * 7 }} {%"
    refused = refusal(sandbox, row)
    if refused:  # a filter of names takes letters only
        assert "{{ 7 * 7 }}" in refused
        return
    (one, *_) = announcements(sandbox, rows_of(row, template))
    assert "49" not in "".join(text for texts in one.lines.values() for text in texts)


if __name__ == "__main__":
    for stem, path in TEMPLATES.items():
        with Sandbox.of(path) as opened:
            (HERE / "announcements" / f"{stem}.txt").write_text(
                told(opened), encoding="utf-8", newline="\n"
            )
