"""A SQLite file and a SELECT -> records. Nothing is written or loaded, and time is short.

The query runs in a process of its own (`sqlite_worker.py`), which is ended when the time is over
and when nobody waits for its rows any longer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..documents.findings import quoted
from ..documents.text_file import INVISIBLE, read_bytes
from ..messages import Message
from ..mistakes import InputError, Place
from ..worker_pipe import command, deadline, end, read_frames, start, write_frame
from .cells import LONGEST_CELL, MOST_COLUMNS, Cell, TableRecord

SECONDS = 20.0
"""A query may take, its rows included."""

_MAGIC = b"SQLite format 3\0"


def read_query(path: Path, query: str | None) -> Iterator[TableRecord]:
    """The rows of `query`, numbered from 1; raises InputError for a file or query that is wrong."""
    file = str(path)
    if not query or not query.strip():
        what, remedy = "A database needs a query.", 'Add --query "SELECT … FROM … ORDER BY …".'
        raise InputError.at(Place(file), what, remedy)
    _check_file(path, file)
    number = 0
    columns: list[str] = []
    for answer in _answers(path, query):
        if "columns" in answer:
            columns = answer["columns"]
            _check_columns(columns, file)
        elif "rows" in answer:
            for values in answer["rows"]:
                number += 1
                yield _record(columns, values, Place(file, number))
        else:
            raise _explained(answer["fault"], file)


def _check_file(path: Path, file: str) -> None:
    """Raise InputError for what is no database; SQLite would only say so at the first row."""
    if path.is_file():
        with path.open("rb") as stream:
            if stream.read(len(_MAGIC)) == _MAGIC:
                return
        raise InputError.at(Place(file), "This is not a SQLite database.", "Check the file.")
    read_bytes(path, file, limit=0)


def _answers(path: Path, query: str) -> Iterator[dict[str, Any]]:
    """What the worker says, up to the last rows or a `fault`."""
    request = {
        "file": path.resolve().as_uri() + "?mode=ro", "query": query, "cell": LONGEST_CELL,
        "columns": MOST_COLUMNS, "seconds": SECONDS,
    }  # fmt: skip
    process = start(command("templates.sqlite_worker"))
    assert process.stdin is not None, "a pipe was asked for"
    assert process.stdout is not None, "a pipe was asked for"
    try:
        with deadline(process, SECONDS) as late:
            with suppress(OSError):  # it may have died already; what is read says so
                write_frame(process.stdin, json.dumps(request).encode())
            for frame in read_frames(process.stdout):
                answer = json.loads(frame)
                if "over" in answer:
                    return
                yield answer
            yield {"fault": "interrupted" if late.is_set() else f"stopped ({process.wait()})"}
    finally:
        end(process)


def _check_columns(columns: Sequence[str], file: str) -> None:
    twice = len(set(columns)) < len(columns)
    if not columns or len(columns) > MOST_COLUMNS or twice:
        what = Message("The query gives {} columns", len(columns)) + (
            ", some of one name." if twice else "."
        )
        raise InputError.at(Place(file), what, "Name each column once: SELECT id, city AS … .")


def _record(
    columns: Sequence[str], values: Sequence[str | bool | None], place: Place
) -> TableRecord:
    cells: dict[str, Cell] = {}
    for name, value in zip(columns, values, strict=True):
        if value is False:
            what = Message("The column {} holds bytes.", quoted(name))
            raise InputError.at(place, what, "Leave it out of the query, or CAST it to TEXT.")
        text = str(value or "")
        if len(text) > LONGEST_CELL or INVISIBLE.search(text):
            what = Message("The cell in {} is too long or holds a control character.", quoted(name))
            raise InputError.at(place, what, "Shorten or clean it.")
        if text.strip():
            cells[name] = text
    return TableRecord(place, cells, frozenset(columns))


def _explained(reason: str, file: str) -> InputError:
    """SQLite's words, and ours for a process that was ended, in a person's."""
    what: str
    if "interrupted" in reason:
        what, remedy = Message("The query takes longer than {:g} s.", SECONDS), "Ask for less."
    elif "out of memory" in reason:
        what, remedy = "The query needs too much memory.", "Ask for less."
    elif "not authorized" in reason or "prohibited" in reason:
        what, remedy = "The query does more than read.", "Write one SELECT."
    else:
        what, remedy = (
            Message("SQLite says: {}.", reason.rstrip(".")),
            "Check the query and the file.",
        )
    return InputError.at(Place(file), what, remedy)
