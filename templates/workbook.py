"""The first sheet of an .xlsx file -> rows of text, each value as a person would write it."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterator

from ..messages import Message
from ..mistakes import InputError, Place

MOST_BYTES = 128 * 2**20
"""Of everything in it unpacked"""
MOST_PARTS = 2000
_BROKEN = "Open it in Excel and save it again, or save it as CSV UTF-8."


def sheet_rows(data: bytes, file: str, most: int) -> Iterator[tuple[int, list[str]]]:
    """Every row of the first sheet with its number, up to `most` cells wide.

    Raises InputError for what is no workbook or unpacks to far too much. Formulas give the value
    they had when it was saved.
    """
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    _check_size(data, file)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        rows = book.worksheets[0].iter_rows(values_only=True, max_col=most + 1)
        for number, row in enumerate(rows, 1):
            yield number, [_written(value) for value in row]
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError,
            TypeError, AttributeError, SyntaxError, OSError, EOFError) as error:  # fmt: skip
        what = Message("This workbook cannot be read: {}.", str(error)[:100] or "it is damaged")
        raise InputError.at(Place(file), what, _BROKEN) from None


def _check_size(data: bytes, file: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError):
        raise InputError.at(Place(file), "This is no .xlsx file.", _BROKEN) from None
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
        raise InputError.at(Place(file), "This workbook is too large.", "Save it as CSV UTF-8.")


def _written(value: object) -> str:
    """A cell's value: dates without the midnight they do not mean, numbers without a `.0`."""
    match value:
        case None:
            written = ""
        case bool():
            written = str(value).lower()
        case float():
            whole = value.is_integer() and abs(value) < 1e15
            written = str(int(value)) if whole else f"{value:.12g}"
        case datetime.datetime():
            midnight = value.time() == datetime.time()
            written = str(value.date()) if midnight else value.isoformat(" ", "seconds")
        case datetime.time():
            written = value.isoformat("seconds" if value.second else "minutes")
        case _:
            written = str(value)
    return written
