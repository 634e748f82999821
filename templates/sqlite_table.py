"""A SQLite file and a SELECT -> records. Nothing is written or loaded, and time is short."""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from ..documents.findings import quoted
from ..documents.text_file import INVISIBLE, read_bytes
from ..mistakes import InputError, Place
from .cells import LONGEST_CELL, MOST_COLUMNS, Cell, TableRecord

SECONDS = 20.0
"""A query may take, its rows included."""

_STEPS = 10_000  # of SQLite's machine between two looks at the clock
_ALLOWED = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
)
_MAGIC = b"SQLite format 3\0"


def read_query(path: Path, query: str | None) -> Iterator[TableRecord]:
    """The rows of `query`, numbered from 1; raises InputError for a file or query that is wrong."""
    file = str(path)
    if not query or not query.strip():
        what, remedy = "A database needs a query.", 'Add --query "SELECT … FROM … ORDER BY …".'
        raise InputError.at(Place(file), what, remedy)
    _check_file(path, file)
    with closing(sqlite3.connect(path.resolve().as_uri() + "?mode=ro", uri=True)) as database:
        _confine(database)
        try:
            yield from _records(database.execute(query), file)
        except sqlite3.Error as error:
            raise _explained(error, file) from None
        except sqlite3.Warning as error:  # Python 3.10: several statements
            raise InputError.at(Place(file), f"{error}", "Write one SELECT.") from None


def _check_file(path: Path, file: str) -> None:
    """Raise InputError for what is no database; SQLite would only say so at the first row."""
    if path.is_file():
        with path.open("rb") as stream:
            if stream.read(len(_MAGIC)) == _MAGIC:
                return
        raise InputError.at(Place(file), "This is not a SQLite database.", "Check the file.")
    read_bytes(path, file, limit=0)


def _confine(database: sqlite3.Connection) -> None:
    """Reading only, for a while only, and nothing that the file itself may want to run."""
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA query_only = ON")
    if sys.version_info >= (3, 11):
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 1 << 20)
        database.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    end = time.monotonic() + SECONDS

    def authorise(action: int, _one: str | None, two: str | None, *_rest: str | None) -> int:
        loads = action == sqlite3.SQLITE_FUNCTION and (two or "").lower() == "load_extension"
        return sqlite3.SQLITE_OK if action in _ALLOWED and not loads else sqlite3.SQLITE_DENY

    database.set_authorizer(authorise)
    database.set_progress_handler(lambda: int(time.monotonic() > end), _STEPS)


def _records(cursor: sqlite3.Cursor, file: str) -> Iterator[TableRecord]:
    columns = [column[0] for column in cursor.description or ()]
    twice = {name for name in columns if columns.count(name) > 1}
    if not columns or len(columns) > MOST_COLUMNS or twice:
        what = f"The query gives {len(columns)} columns" + (", some of one name." if twice else ".")
        raise InputError.at(Place(file), what, "Name each column once: SELECT id, city AS … .")
    there = frozenset(columns)
    for number, values in enumerate(cursor, 1):
        place = Place(file, number)
        cells: dict[str, Cell] = {}
        for name, value in zip(columns, values, strict=True):
            text = _text(value, name, place)
            if text.strip():
                cells[name] = text
        yield TableRecord(place, cells, there)


def _text(value: Any, name: str, place: Place) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        what = f"The column {quoted(name)} holds bytes."
        raise InputError.at(place, what, "Leave it out of the query, or CAST it to TEXT.")
    text = value if isinstance(value, str) else repr(value)
    if len(text) > LONGEST_CELL or INVISIBLE.search(text):
        what = f"The cell in {quoted(name)} is too long or holds a control character."
        raise InputError.at(place, what, "Shorten or clean it.")
    return text


def _explained(error: sqlite3.Error, file: str) -> InputError:
    reason = str(error)
    if "interrupted" in reason:
        what, remedy = f"The query takes longer than {SECONDS:g} s.", "Ask for less."
    elif "not authorized" in reason or "prohibited" in reason:
        what, remedy = "The query does more than read.", "Write one SELECT."
    else:
        what, remedy = f"SQLite says: {reason}.", "Check the query and the file."
    return InputError.at(Place(file), what, remedy)
