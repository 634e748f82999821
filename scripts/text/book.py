"""What a book's file holds: its paragraphs and headings in order, and what it says of itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ...documents.findings import Findings
from ...documents.text_file import INVISIBLE, read_bytes
from ...documents.zipped import Zipped
from ...mistakes import Place
from ..defaults import Defaults
from ..script import Script
from .docx import read_docx
from .epub import read_epub
from .headings import Heading
from .manuscript import Manuscript
from .marks import unhyphenated
from .plain_text import Block, read_blocks

MOST_BYTES = 256 << 20
SUFFIXES = (".epub", ".docx")


def read_book(path: Path, findings: Findings, defaults: Defaults) -> Script:
    """The script of an EPUB or a Word file; mistakes go to `findings`.

    A place's line is the number of the paragraph.
    """
    written = read_manuscript(path)
    file = str(path)
    blocks = [
        Block(Place(file, number, 1), text, Heading(level, text) if level else None)
        for number, (text, level) in enumerate(_clean(written), 1)
    ]
    script = read_blocks(path, blocks, findings, defaults)
    metadata = replace(script.metadata, author=written.author or script.metadata.author)
    return replace(
        script,
        title=written.title or script.title,
        metadata=metadata,
        notes=(*script.notes, *written.notes),
    )


def read_manuscript(path: Path) -> Manuscript:
    """What is in a book's file. Raises InputError."""
    file = str(path)
    zipped = Zipped(read_bytes(path, file, limit=MOST_BYTES), file)
    read = read_epub if path.suffix.lower() == ".epub" else read_docx
    return read(zipped)


def _clean(written: Manuscript) -> list[tuple[str, int]]:
    """The paragraphs that hold something, each in one line."""
    rows = [
        (" ".join(INVISIBLE.sub("", unhyphenated(text)).split()), level)
        for text, level in written.paragraphs
    ]
    return [(text, level) for text, level in rows if text]
