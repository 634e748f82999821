"""A SQLite file and a SELECT as JSON on stdin -> rows on stdout, in a process that can be killed.

SQLite looks at the clock between two steps of its machine, and one step may take a minute (a LIKE
over a long text): only the end of its process ends a query for certain. Of the standard library and
`worker_pipe` alone.

Request: {"file": URI, "query": SELECT, "cell": most characters of a cell, "columns": most columns,
"seconds": of the processor}. Answers, a frame each: {"columns": [name]}, then {"rows": [[cell]]}
(null is nothing, false is bytes, a text that is too long is cut one character after that), and at
the end {"over": true} or {"fault": SQLite's words}.
"""

from __future__ import annotations

import json
import math
import signal
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any

from ..worker_pipe import private_stdout, read_frame, write_frame

MEMORY = 1 << 30
"""Bytes of address space; a query sorts in memory."""

_BATCH = 1 << 16  # characters in a frame, or a row more
_ALLOWED = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
)


def answers(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Everything there is to say to a request, the last answer being the end."""
    try:
        with closing(sqlite3.connect(request["file"], uri=True)) as database:
            _read_only(database)
            cursor = database.execute(request["query"])
            columns = [column[0] for column in cursor.description or ()]
            yield {"columns": columns[: request["columns"] + 1]}
            if len(columns) <= request["columns"]:
                yield from _batches(cursor, request["cell"])
    except (sqlite3.Error, sqlite3.Warning) as error:  # Warning: several statements, Python 3.10
        yield {"fault": f"{error}"}
    except MemoryError:
        yield {"fault": "out of memory"}
    else:
        yield {"over": True}


def _read_only(database: sqlite3.Connection) -> None:
    """Nothing is written, and nothing is run that the file itself may want to run."""
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA query_only = ON")
    database.execute("PRAGMA temp_store = MEMORY")

    def authorise(action: int, _one: str | None, two: str | None, *_rest: str | None) -> int:
        loads = action == sqlite3.SQLITE_FUNCTION and (two or "").lower() == "load_extension"
        return sqlite3.SQLITE_OK if action in _ALLOWED and not loads else sqlite3.SQLITE_DENY

    database.set_authorizer(authorise)


def _batches(cursor: sqlite3.Cursor, longest: int) -> Iterator[dict[str, Any]]:
    rows: list[list[str | bool | None]] = []
    size = 0
    for values in cursor:
        rows.append([_cell(value, longest) for value in values])
        size += sum(len(cell) if isinstance(cell, str) else 1 for cell in rows[-1])
        if size >= _BATCH:
            yield {"rows": rows}
            rows, size = [], 0
    yield {"rows": rows}


def _cell(value: Any, longest: int) -> str | bool | None:
    if value is None:
        return None
    if isinstance(value, bytes):
        return False
    return (value if isinstance(value, str) else repr(value))[: longest + 1]


def _confine(seconds: float) -> None:
    """Little memory; an end of its own where the parent is gone. POSIX only."""
    if sys.platform == "win32":
        return
    import resource

    wanted = {resource.RLIMIT_CPU: math.ceil(seconds) + 5, resource.RLIMIT_CORE: 0}
    if sys.platform == "linux":
        wanted[resource.RLIMIT_AS] = MEMORY
    for limit, most in wanted.items():
        hard = resource.getrlimit(limit)[1]
        value = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with suppress(OSError, ValueError):  # a system that does not know the limit
            resource.setrlimit(limit, (value, value))


def main() -> None:
    """Answer the one request there is."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    pipe = private_stdout()
    frame = read_frame(sys.stdin.buffer)
    if frame is None:
        return
    request = json.loads(frame)
    _confine(request["seconds"])
    for answer in answers(request):
        write_frame(pipe, json.dumps(answer).encode())
