"""A folder's name -> a show to begin with, which can be rendered as it is."""

from __future__ import annotations

import io
import shutil
import zlib
from datetime import date
from importlib import resources
from pathlib import Path

from ...atomic import write_bytes, write_text
from ...mistakes import InputError, Place
from ..pictures.canvas import Sheet
from .jingle import Style, write_music

COVER = 1400
"""pixels a side"""

_INK, _PAPER, _LINES = "#F4F1EA", "#14283C", ("#2D5578", "#3F7A8C", "#F2C14E")
PLACEHOLDERS = {
    "title": "我的节目 · My Show",
    "author": "我的名字 · My Name",
    "owner.email": "me@example.com",
    "link": "https://example.com/show",
    "url": "https://example.com/podcast/",
}
"""What its `show.yaml` says until somebody writes there; no feed may."""
_FILES = ("show.yaml", "episodes/001-hello.yaml")


def new_show(folder: Path, today: date) -> list[Path]:
    """Make a show in a folder that is empty or not there yet; returns its files.

    Raises `InputError` for a folder that holds something. `today` is the first episode's date.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        what, remedy = "There is something here already.", "Choose a folder that does not exist."
        raise InputError.at(Place(str(folder)), what, remedy)
    there = folder.exists()
    try:
        _write(folder, today)
    except BaseException:
        # A folder with half a show in it could not be made again.
        shutil.rmtree(folder, ignore_errors=True)
        if there:
            folder.mkdir()
        raise
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _write(folder: Path, today: date) -> None:
    (folder / "music").mkdir(parents=True)
    (folder / "voices").mkdir()
    write_music(folder / "music", Style(seed=zlib.crc32(folder.resolve().name.encode())))
    write_bytes(folder / "cover.png", cover())
    write_text(folder / ".gitignore", "/out/\n")
    source = resources.files(__package__).joinpath("data/show")
    for name in _FILES:
        text = source.joinpath(name).read_text("utf-8")
        write_text(folder / name, text.replace("{date}", today.isoformat()))


def cover() -> bytes:
    """A square PNG: waves under a title, to be replaced by a better one."""
    sheet = Sheet(COVER, COVER, _PAPER)
    for row, colour in enumerate(_LINES):
        for index in range(35):
            height = 60 + 260 * abs(((index * (7 + row)) % 13) - 6) / 6
            left, middle = 42 + 38 * index, 690 + 190 * row
            sheet.box(left, middle - height / 2, left + 14, middle + height / 2, colour)
    sheet.words((COVER / 2, 260), "我的节目", 190, _INK, "mm")
    sheet.words((COVER / 2, 430), "My Show", 96, _INK, "mm")
    buffer = io.BytesIO()
    sheet.image().quantize(16).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
