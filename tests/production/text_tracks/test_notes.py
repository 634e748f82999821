"""Show notes: Markdown and HTML that say what the episode says, and nothing else."""

import re
from html.parser import HTMLParser

import pytest
from comfyui_glmtts.production.text_tracks.notes import (
    NotedChapter,
    Notes,
    clock,
    fragment,
    markdown,
    page,
)

NOTES = Notes(
    title="消失的声音",
    description="第一段。\n还是第一段。\n\n第二段，见 https://example.com/a_b?c=1。",
    language="zh-CN",
    chapters=[
        NotedChapter(seconds=0.0, title="开场"),
        NotedChapter(seconds=65.9, title="银行", url="https://example.com/bank"),
    ],
    speakers=["小雨", "Leo"],
    link="https://example.com/1",
)


def test_markdown_has_paragraphs_chapters_with_times_and_speakers() -> None:
    assert markdown(NOTES) == (
        "# 消失的声音\n\n"
        "第一段。  \n还是第一段。\n\n"
        "第二段，见 <https://example.com/a_b?c=1>。\n\n"
        "**章节**\n\n"
        "- 00:00 开场\n"
        "- 01:05 [银行](<https://example.com/bank>)\n\n"
        "主播：小雨、Leo\n\n"
        "<https://example.com/1>\n"
    )


def test_html_is_of_the_elements_podcast_apps_show() -> None:
    assert fragment(NOTES) == (
        "<p>第一段。<br>还是第一段。</p>\n"
        '<p>第二段，见 <a href="https://example.com/a_b?c=1">https://example.com/a_b?c=1</a>。</p>\n'
        "<p>章节</p>\n"
        "<ul>\n<li>00:00 开场</li>\n"
        '<li>01:05 <a href="https://example.com/bank">银行</a></li>\n</ul>\n'
        "<p>主播：小雨、Leo</p>\n"
        '<p><a href="https://example.com/1">https://example.com/1</a></p>\n'
    )


def test_an_english_show_has_english_words() -> None:
    english = Notes(title="x", description="y", language="en", speakers=["A", "B"])
    assert "Speakers: A, B" in markdown(english)
    assert markdown(Notes(title="x", description="", language="en")) == "# x\n"


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "00:00"), (59.99, "00:59"), (600, "10:00"), (3725, "1:02:05")]
)
def test_times_are_as_players_recognise_them(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "[click](javascript:alert(1))",
    "![x](https://example.com/x.png)",
    "`code` *bold* _it_ ~~no~~ # no | table",
    "&lt;b&gt; &amp;",
    "https://example.com/'onmouseover='alert(1)",
    "a\u0000b\u202ec",
]


class Tags(HTMLParser):
    """Every element and attribute of a text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(f"{name}={value}" for name, value in attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_a_person_writes_becomes_markup(text: str) -> None:
    notes = Notes(
        title=text,
        description=f"{text}\n\n{text}",
        language="en",
        chapters=[NotedChapter(seconds=0, title=text)],
        speakers=[text],
    )
    shown = Tags()
    shown.feed(fragment(notes))
    assert {tag for tag, _ in shown.found} <= {"p", "br", "ul", "li", "a"}
    for tag, attributes in shown.found:
        assert attributes == () if tag != "a" else re.fullmatch(r"href=https://\S+", *attributes)
    if not re.search("\x00", text):
        assert text in shown.text
    written = markdown(notes)
    bare = re.sub(r"\\.|<https?://[^<>\s]*>|^(\*\*Chapters\*\*|# |- )", "", written, flags=re.M)
    assert not re.search(r"[`*_<>\[\]|~&#]", bare.replace("Chapters", ""))


@pytest.mark.parametrize("line", ["- a", "+ a", "1. a", "12) a", "=== a", "  - a"])
def test_a_line_of_a_paragraph_begins_no_list(line: str) -> None:
    written = markdown(Notes(title="t", description=line, language="en")).split("\n\n")[1]
    assert not re.match(r"\s*([-+=]|\d+[.)])", written)


def test_the_page_stands_alone_and_may_load_nothing() -> None:
    shown = Tags()
    shown.feed(page(NOTES))
    tags = [tag for tag, _ in shown.found]
    assert tags[:3] == ["html", "meta", "meta"]
    assert "script" not in tags
    assert "default-src 'none'" in page(NOTES)
    assert fragment(NOTES) in page(NOTES)
