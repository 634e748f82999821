"""What the editor shows of the nodes, in English and in Chinese: complete, and shown as written."""

from __future__ import annotations

import re

import pytest

from .conftest import PACK, PACK_NAME, Server
from .locales import LOCALES, english, read, schemas, texts

SYNTAX = re.compile(r"[{}|@]|%\{")
"""What the editor's translations take for more than text."""
CHINESE = re.compile(r"[一-鿿]")
OTHERS = [path.name for path in sorted(LOCALES.iterdir()) if path.is_dir() and path.name != "en"]
HELP = PACK / "web" / "docs"


def test_the_english_locale_says_what_the_schemas_say() -> None:
    assert read("en") == english(schemas()), "Run python tests/editor/locales.py"


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("name", ["nodeDefs", "main"])
def test_every_text_is_translated(language: str, name: str) -> None:
    wanted = {place for place, _ in texts(read("en", name))}
    assert {place for place, _ in texts(read(language, name))} == wanted


@pytest.mark.parametrize("language", ["en", *OTHERS])
@pytest.mark.parametrize("name", ["nodeDefs", "main"])
def test_no_text_holds_what_the_editor_takes_for_syntax(language: str, name: str) -> None:
    assert not [place for place, text in texts(read(language, name)) if SYNTAX.search(text)]


def test_sentences_in_the_chinese_locale_are_chinese() -> None:
    sentences = [
        (place, text)
        for place, text in texts(read("zh"))
        if place[-1] in ("description", "tooltip", "display_name")
    ]
    assert len(sentences) > 100
    assert not [place for place, text in sentences if not CHINESE.search(text)]


def test_every_type_of_wire_has_a_name() -> None:
    known = schemas().values()
    types = {type for schema in known for type in schema["output"] if type.startswith("GLMTTS_")}
    assert set(read("en", "main")["dataTypes"]) == types


def test_the_server_hands_out_the_translations(server: Server) -> None:
    handed = server.get("/i18n")
    for language in ("en", *OTHERS):
        for name, node in read(language).items():
            assert handed[language]["nodeDefs"][name] == node


PAGES = [(name, page) for name in schemas() for page in (f"{name}.md", f"{name}/zh.md")]
"""Every node with the two places where its help has to be."""


@pytest.mark.parametrize(("name", "page"), PAGES)
def test_every_node_has_help_that_names_every_input_and_output(name: str, page: str) -> None:
    text = (HELP / page).read_text("utf-8")
    locale = read("zh" if page.endswith("/zh.md") else "en")[name]
    assert text.startswith(f"# {locale['display_name']}\n")
    named = {shown["name"] for kind in ("inputs", "outputs") for shown in locale[kind].values()}
    grown = {each for each in named if re.fullmatch(r"(voice_|声音 )\d+", each)}
    assert [each for each in sorted(named - grown) if f"**{each}**" not in text] == []


def test_there_is_no_help_for_a_node_that_is_not_there() -> None:
    found = {path.relative_to(HELP).as_posix() for path in HELP.rglob("*.md")}
    assert found == {page for _, page in PAGES}


def test_the_help_shows_every_picture_and_every_picture_is_there() -> None:
    shown = {
        picture
        for _, page in PAGES
        for picture in re.findall(r"!\[[^]]+\]\(([^)]+)\)", (HELP / page).read_text("utf-8"))
    }
    there = {path.relative_to(HELP).as_posix() for path in HELP.rglob("*.jpg")}
    assert shown == there
    assert all((HELP / picture).stat().st_size < 100_000 for picture in there)


def test_the_server_hands_out_the_help(server: Server) -> None:
    for page in ("GLMTTS_Synthesize.md", "GLMTTS_Synthesize/zh.md"):
        served = server.bytes(f"/extensions/{PACK_NAME}/docs/{page}")
        assert served == (HELP / page).read_bytes()
