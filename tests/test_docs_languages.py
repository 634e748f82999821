"""Every page is there in English and in Chinese, of one content, and its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
    for path in [*ROOT.glob("README*.md"), *ROOT.glob("docs/*.md")]
}
ENGLISH = sorted(page for page in PAGES if not page.endswith(".zh.md"))
WHOLE = [page for page in ENGLISH if page != "docs/LOG.md"]  # the log's sibling is a summary

every_page = pytest.mark.parametrize("page", PAGES)
every_pair = pytest.mark.parametrize("page", ENGLISH)
every_whole_pair = pytest.mark.parametrize("page", WHOLE)

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
_LINK = re.compile(r"\]\(([^()\s]+)\)")
_FLAG = re.compile(r"(?<![\w-])--?[a-z][a-z-]*")
_COMMANDS = ("glmtts ", "python", ".venv/", "pip ", "make ", "git ", "curl ", "mkdir ", "nssm ")


def sibling(page: str) -> str:
    """The same page in the other language."""
    stem = page.removesuffix(".md")
    return f"{stem.removesuffix('.zh')}.md" if stem.endswith(".zh") else f"{stem}.zh.md"


def both(page: str) -> tuple[str, str]:
    return PAGES[page], PAGES[sibling(page)]


def prose(text: str) -> str:
    return _BLOCK.sub("", text)


def headings(text: str) -> list[str]:
    return re.findall(r"^#+ .*$", prose(text), re.M)


def anchors(text: str) -> set[str]:
    """What GitHub makes of headings: small letters and hyphens, no punctuation but that."""
    titles = [heading.lstrip("# ") for heading in headings(text)]
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def rows(text: str) -> list[list[str]]:
    r"""The cells of every row of every table; a bar written `\|` parts nothing."""
    written = re.findall(r"^\|(.*)\|$", prose(text), re.M)
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)] for row in written]


def commands(block: str) -> list[list[str]]:
    """Of each command its names, as far as they are plain words, and its flags, sorted."""
    found = []
    for line in block.splitlines():
        words = re.split(r"\s#\s", line)[0]
        if words.startswith(_COMMANDS):
            names = re.match(r"(?:[\w./-]+(?= |$) ?)*", words, re.A)
            assert names
            found.append([*names[0].split()[:3], *sorted(_FLAG.findall(words))])
    return found


def fields(block: str, page: str) -> set[str]:
    """The keys written in a block that the page explains; other names are the example's own."""
    return {key for key in re.findall(r"\b([a-z_]+)\"?:(?=\s)", block) if f"`{key}`" in page}


@every_page
def test_a_page_has_a_sibling_and_links_it_at_the_top(page: str) -> None:
    other = sibling(page)
    assert other in PAGES
    top = "\n".join(PAGES[page].splitlines()[:5])
    assert f"]({Path(other).name})" in top


@every_pair
def test_siblings_have_the_same_headings(page: str) -> None:
    english, chinese = (
        [len(heading.split(" ")[0]) for heading in headings(text)] for text in both(page)
    )
    assert chinese == english


@every_pair
def test_siblings_show_the_same_commands_and_keys(page: str) -> None:
    english, chinese = (_BLOCK.findall(text) for text in both(page))
    assert [language for language, _ in chinese] == [language for language, _ in english]
    for (_, theirs), (_, ours) in zip(english, chinese, strict=True):
        assert commands(ours) == commands(theirs)
        assert fields(ours, PAGES[page]) == fields(theirs, PAGES[page])


@every_whole_pair
def test_siblings_name_the_same_flags_and_keys(page: str) -> None:
    english, chinese = (
        set(re.findall(r"`(-{0,2}[a-z][a-z0-9_.-]*)`", prose(text))) for text in both(page)
    )
    assert chinese == english


@every_whole_pair
def test_siblings_have_tables_of_the_same_rows(page: str) -> None:
    english, chinese = (
        [(len(row), re.findall(r"`([^`]+)`", row[0])) for row in rows(text)] for text in both(page)
    )
    assert chinese == english


@every_pair
def test_siblings_link_the_same_pages(page: str) -> None:
    english, chinese = (
        sorted(link.partition("#")[0].replace(".zh.md", ".md") for link in _LINK.findall(text))
        for text in both(page)
    )
    pictures = re.compile(r"-(en|zh)(?=\.(png|jpg)$)")
    assert [pictures.sub("", link) for link in chinese] == [
        pictures.sub("", link) for link in english
    ]


@every_page
def test_every_row_of_a_table_has_as_many_cells_as_its_head(page: str) -> None:
    for table in re.findall(r"(?:^\|.*\n)+", prose(PAGES[page]), re.M):
        assert len({len(row) for row in rows(table)}) == 1, table


@pytest.mark.parametrize("page", [*PAGES, "CONTRIBUTING.md", "ARCHITECTURE.md"])
def test_every_link_leads_somewhere(page: str) -> None:
    path = ROOT / page
    for link in _LINK.findall(prose(path.read_text("utf-8"))):
        if re.match("https?:", link):
            continue
        target, _, anchor = link.partition("#")
        found = path.parent / target if target else path
        assert found.exists(), link
        assert not anchor or anchor in anchors(found.read_text("utf-8")), link


@every_page
def test_a_page_links_pages_of_its_own_language(page: str) -> None:
    for link in _LINK.findall(prose(PAGES[page])):
        target = (ROOT / page).parent / link.partition("#")[0]
        name = target.resolve().relative_to(ROOT).as_posix()
        if name in PAGES and name not in (page, sibling(page)):
            assert name.endswith(".zh.md") == page.endswith(".zh.md"), link
