"""Books and documents as scripts: EPUB and Word files, sound ones and hostile ones."""

from __future__ import annotations

import io
import struct
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from comfyui_glmtts.documents import zipped
from comfyui_glmtts.mistakes import InputError
from comfyui_glmtts.scripts.parse import read_script
from comfyui_glmtts.scripts.script import Chapter, Script
from comfyui_glmtts.scripts.text.book import read_manuscript
from hypothesis import given, settings
from hypothesis import strategies as st

PNG = b"\x89PNG\r\n\x1a\n"
CONTAINER = '<container><rootfiles><rootfile full-path="OPS/a%20b.opf"/></rootfiles></container>'
PACKAGE = """\
<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">
<metadata><dc:title> 雾
之城 </dc:title><dc:creator>佚名</dc:creator></metadata>
<manifest>
<item id="one" href="text/1%201.xhtml" media-type="application/xhtml+xml"/>
<item id="two" href="text/2.xhtml" media-type="application/xhtml+xml"/>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="c" href="c.png" media-type="image/png" properties="cover-image"/>
</manifest>
<spine><itemref idref="nav"/><itemref idref="two"/><itemref idref="one"/></spine>
</package>"""
PAGE_TWO = """\
<?xml version="1.0"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head><title>not read</title><style>p {}</style></head>
<body><h1>第一章<br/>雾</h1><p>天黑了。&nbsp;<em>雨</em>下个<ruby>不<rt>bù</rt></ruby>停。</p>
<div>一行<br/>又一行</div><script>no()</script></body></html>"""
PAGE_ONE = "<html><body><h2>第二章</h2><p>没有关上<br>的一段 &amp; 一段<p>完。</body></html>"


EPUB: dict[str, str | bytes] = {
    "mimetype": "application/epub+zip",
    "META-INF/container.xml": CONTAINER.replace("%20", " "),
    "OPS/a b.opf": PACKAGE,
    "OPS/text/1 1.xhtml": PAGE_ONE,
    "OPS/text/2.xhtml": PAGE_TWO,
    "OPS/nav.xhtml": "<html><body>目录</body></html>",
    "OPS/c.png": PNG,
}
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
DOCUMENT = f"""\
<w:document {W}><w:body>
<w:p><w:pPr><w:pStyle w:val="1"/></w:pPr><w:r><w:t>第一章</w:t></w:r></w:p>
<w:p><w:r><w:t xml:space="preserve">天黑</w:t></w:r><w:r><w:t>了。</w:t><w:br/><w:t>雨停了。</w:t>
<w:footnoteReference w:id="1"/></w:r><w:del><w:r><w:delText>删</w:delText></w:r></w:del></w:p>
<w:p><w:r><w:instrText>TOC</w:instrText></w:r></w:p>
<w:tbl><w:tr><w:tc><w:p><w:r><w:t>格子</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
</w:body></w:document>"""
DOCX: dict[str, str | bytes] = {
    "word/document.xml": DOCUMENT,
    "word/styles.xml": f'<w:styles {W}><w:style w:styleId="1"><w:name w:val="heading 1"/>'
    "</w:style></w:styles>",
    "docProps/core.xml": '<c xmlns:d="http://purl.org/dc/elements/1.1/"><d:title>雾</d:title>'
    "<d:creator>佚名</d:creator></c>",
}


def book(folder: Path, files: dict[str, str | bytes], name: str = "book.epub") -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for inside, content in files.items():
            archive.writestr(inside, content)
    return path


def said(script: Script) -> list[str]:
    return [line.text for line in script.lines]


def chapters(script: Script) -> list[str]:
    return [one.title for one in script.segments if isinstance(one, Chapter)]


def test_an_epub_is_read_in_the_order_of_its_spine(tmp_path: Path) -> None:
    path = book(tmp_path, EPUB)
    script = read_script(path)
    assert said(script)[:4] == ["第一章 雾", "天黑了。 雨下个不停。", "一行", "又一行"]
    assert said(script)[4:] == ["第二章", "没有关上", "的一段 & 一段", "完。"]
    assert chapters(script) == ["第一章 雾", "第二章"]
    assert (script.title, script.metadata.author) == ("雾 之城", "佚名")
    assert read_manuscript(path).cover == PNG


def test_a_word_file_is_read_with_its_headings(tmp_path: Path) -> None:
    script = read_script(book(tmp_path, DOCX, "book.docx"))
    assert said(script) == ["第一章", "天黑了。", "雨停了。", "格子"]
    assert chapters(script) == ["第一章"]
    assert (script.title, script.metadata.author) == ("雾", "佚名")
    assert script.notes == ("1 footnotes are not read.",)


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
FILE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><html><body>&a;</body></html>'
LOCKED = '<e><CipherReference URI="OPS/text/2.xhtml"/></e>'


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"META-INF/container.xml": BOMB}, "it declares an entity, a"),
        ({"OPS/text/2.xhtml": FILE}, "it declares an entity, a"),
        ({"OPS/a b.opf": "<package>" + "<a>" * 300}, "more than 256 elements within each other"),
        ({"OPS/a b.opf": "<package"}, "cannot be read"),
        ({"META-INF/container.xml": "<container/>"}, "This is no EPUB"),
        ({"META-INF/encryption.xml": LOCKED}, r"locked \(DRM\)"),
        ({"OPS/text/2.xhtml": b"\0" * (17 << 20)}, "far larger than any book"),
        ({"OPS/a b.opf": '<?xml version="1.0" encoding="nonsense"?><package/>'}, "cannot be read"),
        ({"OPS/a b.opf": PACKAGE.replace("2.xhtml", "../../../etc/passwd")}, "is missing"),
    ],
)
def test_a_hostile_or_broken_book_is_told(
    changed: dict[str, str | bytes], message: str, tmp_path: Path
) -> None:
    path = book(tmp_path, {**EPUB, **changed})
    with pytest.raises(InputError, match=message):
        read_script(path)


def test_the_bytes_there_are_count_whatever_the_head_says_of_them(tmp_path: Path) -> None:
    path = book(tmp_path, {**EPUB, "OPS/text/2.xhtml": b" " * (zipped.MEMBER_BYTES + 1)})
    data = bytearray(path.read_bytes())
    real = struct.pack("<I", zipped.MEMBER_BYTES + 1)
    assert data.count(real) == 2
    path.write_bytes(data.replace(real, struct.pack("<I", 100)))
    with pytest.raises(InputError, match=r"damaged|far larger"):
        read_script(path)


@pytest.mark.parametrize("part", ["<!--", "<", "<a ", "</a", "<![", "<?", "<a b='", "<a>", "a"])
def test_a_page_that_is_no_good_xml_is_read_in_the_time_its_length_takes(
    part: str, tmp_path: Path
) -> None:
    page = f"<html><body>始 & <p>{part * (500_000 // len(part))}</body></html>"
    script = read_script(book(tmp_path, {**EPUB, "OPS/text/2.xhtml": page}))
    assert script.lines[0].text == "始 &"


@pytest.mark.parametrize("name", ["book.epub", "book.docx"])
def test_what_is_no_zip_file_is_told(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"PK\3\4 no")
    with pytest.raises(InputError, match="The file is damaged"):
        read_script(tmp_path / name)


@settings(max_examples=150, deadline=None)
@given(at=st.integers(0, 10_000), byte=st.integers(0, 255), docx=st.booleans())
def test_a_changed_byte_gives_a_script_or_a_mistake(
    at: int, byte: int, docx: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for inside, content in (DOCX if docx else EPUB).items():
            archive.writestr(inside, content)
    data = bytearray(buffer.getvalue())
    data[at % len(data)] = byte
    path = tmp_path_factory.getbasetemp() / ("fuzz.docx" if docx else "fuzz.epub")
    path.write_bytes(data)
    with suppress(InputError):
        assert read_script(path).file == path
