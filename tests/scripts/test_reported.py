"""What users of other tools for audiobooks and dubbing reported, tried on these readers."""

# ruff: noqa: E501

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from comfyui_glmtts.scripts.parse import read_script

ROLLING = """\
WEBVTT
Kind: captions
Language: en

00:00:00.000 --> 00:00:02.000 align:start position:0%
 
hello<00:00:00.500><c> dear</c><00:00:01.000><c> world</c>

00:00:02.000 --> 00:00:02.010 align:start position:0%
hello dear world
 

00:00:02.010 --> 00:00:04.000 align:start position:0%
hello dear world
how<00:00:02.500><c> are</c><00:00:03.000><c> you</c>

00:00:04.000 --> 00:00:04.010 align:start position:0%
how are you
 
"""  # noqa: W293 - as downloaders write it


@pytest.mark.parametrize(
    ("about", "name", "text", "spoken"),
    [
        ("rolling captions are spoken two or three times", "a.vtt", ROLLING, ["hello dear world", "how are you"]),
        ("two people say the same", "a.srt", "00:00:01,000 --> 00:00:02,000\nA: No.\n\n00:00:02,000 --> 00:00:03,000\nB: No.\n", ["No.", "No."]),
        ("a file begins with a byte order mark and has CRLF", "a.srt", "\ufeff1\r\n00:00:01,000 --> 00:00:02,000\r\nhi\r\n", ["hi"]),
        ("fonts and positions are read out", "a.srt", '1\n00:00:01,000 --> 00:00:02,000 X1:1 Y1:2\n{\\an8}<font color="#fff">hi</font>\n', ["hi"]),
        ("cues have no numbers and points for commas", "a.srt", "00:00:01.000 --> 00:00:02.000\nhi\n", ["hi"]),
        ("the text of a cue is a number", "a.srt", "1\n00:00:01,000 --> 00:00:02,000\n42\n\n2\n00:00:03,000 --> 00:00:04,000\nhi\n", ["42", "hi"]),
        ("a row of dashes is read or stops the run", "a.txt", "一。\n\n---\n\n* * *\n\n……\n\n二。\n", ["一。", "二。"]),
        ("soft hyphens break words", "a.txt", "extra\u00adordinary zero\u200bwidth\n", ["extraordinary zerowidth"]),
        ("asterisks are read", "a.txt", "It was **very** *late*.\n", ["It was very late."]),
        ("addresses of links are read", "a.md", "See [the page](https://example.com/a(b)).\n", ["See the page."]),
        ("indents of Chinese paragraphs become words", "a.txt", "　　天黑了。\n", ["天黑了。"]),
        ("a chapter's number and name run together", "a.txt", "第十二章　夜雨\n　　完。\n", ["第十二章　夜雨", "完。"]),
        ("the colon of a clock makes a speaker", "a.txt", "Meet at 8:30 sharp.\n08:30: doors open\n", ["Meet at 8:30 sharp.", "08:30: doors open"]),
        ("Q and A are two speakers", "a.txt", "问：你是谁？\n答：我是我。\n", ["你是谁？", "我是我。"]),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value and "\n" not in value else "",
)  # fmt: skip
def test_a_text_is_read_as_a_person_would(
    about: str, name: str, text: str, spoken: list[str], tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8", newline="")
    assert [line.text for line in read_script(path).lines] == spoken, about


PAGE = """\
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><body>
<h2>Chapter One<br/>The Boy</h2>
<p><span class="drop">T</span>he boy<a epub:type="noteref" href="#n1"><sup>1</sup></a> ran.
<span epub:type="pagebreak" title="7">7</span></p><p>\u00a0</p><p><img src="x.png" alt=""/></p>
</body></html>"""


def test_marks_of_notes_and_numbers_of_pages_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.epub"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("META-INF/container.xml", '<c><rootfile full-path="a.opf"/></c>')
        archive.writestr(
            "a.opf",
            '<p><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>'
            '<itemref idref="a"/></p>',
        )
        archive.writestr("a.xhtml", PAGE)
    script = read_script(path)
    assert [line.text for line in script.lines] == ["Chapter One The Boy", "The boy ran."]
