"""Spoken text -> a picture of it: every character with its reading; colours tell who decided."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from PIL import Image

from ...pronunciation.chinese.g2p.pinyin import marked
from ...pronunciation.spoken import Character, SpokenText
from ..text_tracks.characters import plain
from .canvas import Sheet, extent, fitted

WIDTH = 1024
"""pixels"""

MOST = 2000
"""Characters drawn; of a longer text the beginning."""

_BACKGROUND = "#FCFBF8"
_INK = "#1F2430"
_DOUBT = "#FFE08A"
_MARGIN, _ROW, _GAP = 32, 76, 8
_SIZE, _SMALL, _LEGEND_SIZE = 30, 19, 18
_LEGEND = 52
_ROOM = WIDTH - 2 * _MARGIN - _GAP

_WHO = {
    "inline": ("#1268B3", "in the text 行内"),
    "rule": ("#2A9470", "dictionary 词典"),
    "grammar": ("#7A4B2A", "grammar 语法"),
    "phrase": ("#5F6672", "phrase 词组"),
    "model": ("#5B1A4E", "network 模型"),
    "default": ("#8A6D00", "usual 常用"),
}
"""Who decided a reading: its colour, and what the legend says."""


@dataclass(frozen=True, slots=True)
class _Cell:
    """A Chinese character, or a word of others."""

    text: str
    reading: str
    colour: str
    doubtful: bool

    @property
    def width(self) -> float:
        return max(extent(self.text, _SIZE), extent(self.reading, _SMALL)) + _GAP


def picture(spoken: SpokenText, doubtful: Collection[int] = ()) -> Image.Image:
    """Draw what will be said.   doubtful: indices in the written text of characters to mark."""
    rows = list(_rows(_cells(spoken.characters[:MOST], doubtful)))
    bottom = _MARGIN + len(rows) * _ROW
    sheet = Sheet(WIDTH, bottom + _LEGEND, _BACKGROUND)
    for number, row in enumerate(rows):
        _draw_row(sheet, row, _MARGIN + number * _ROW)
    _draw_legend(sheet, bottom + _LEGEND / 2 - 6)
    return sheet.image()


def _cells(characters: Collection[Character], doubtful: Collection[int]) -> Iterator[_Cell]:
    """Chinese characters and full-width signs one by one, everything else word by word."""
    word, doubt = "", False
    for character in characters:
        single = character.pinyin is not None or character.char > "\u2e7f"
        if not single and not character.char.isspace():
            word += plain(character.char)
            doubt = doubt or character.at in doubtful
            continue
        if word:
            yield _Cell(fitted(word, _SIZE, _ROOM), "", _INK, doubt)
        word, doubt = "", False
        if single:
            yield _single(character, character.at in doubtful)
    if word:
        yield _Cell(fitted(word, _SIZE, _ROOM), "", _INK, doubt)


def _single(character: Character, doubtful: bool) -> _Cell:
    if character.pinyin is None:
        return _Cell(plain(character.char), "", _INK, doubtful)
    colour, _ = _WHO[character.source.split(" ")[0]]
    return _Cell(character.char, marked(character.pinyin), colour, doubtful)


def _rows(cells: Iterator[_Cell]) -> Iterator[list[_Cell]]:
    """The cells, as many in a row as there is room for; one row at least."""
    row: list[_Cell] = []
    used = 0.0
    for cell in cells:
        hangs = not any(char.isalnum() for char in cell.text)  # into the margin, as in print
        if row and not hangs and used + cell.width > _ROOM:
            yield row
            row, used = [], 0.0
        row.append(cell)
        used += cell.width
    yield row


def _draw_row(sheet: Sheet, row: list[_Cell], top: float) -> None:
    left: float = _MARGIN
    for cell in row:
        middle, right = left + cell.width / 2, left + cell.width
        if cell.doubtful:
            sheet.box(left, top + 2, right, top + _ROW - 8, _DOUBT, radius=6)
        sheet.words((middle, top + 16), cell.reading, _SMALL, cell.colour, "mm")
        sheet.words((middle, top + 46), cell.text, _SIZE, _INK, "mm")
        left = right


def _draw_legend(sheet: Sheet, middle: float) -> None:
    left: float = _MARGIN
    for colour, who in _WHO.values():
        sheet.words((left, middle), who, _LEGEND_SIZE, colour)
        left += extent(who, _LEGEND_SIZE) + 28
    doubt = "worth an ear 存疑"
    wide = extent(doubt, _LEGEND_SIZE)
    sheet.box(left - 6, middle - 14, left + wide + 6, middle + 14, _DOUBT, radius=6)
    sheet.words((left, middle), doubt, _LEGEND_SIZE, _INK)
