"""One SQLite file -> the table of jobs in it: its rows read as jobs, its changes all or none."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ...messages import Message
from .entry import COLUMNS, FIELDS, SCHEMA, job_of, row
from .job import Job

VERSION = 1
PATIENCE = 5.0  # s that a locked file is waited for


class JobTable:
    """Every method may be called from any thread. Raises `sqlite3.Error` for what the disk does."""

    def __init__(self, path: Path) -> None:
        """Open or begin the file at `path`; raises `sqlite3.DatabaseError` if it is damaged."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._database = sqlite3.connect(
            path, timeout=PATIENCE, isolation_level=None, check_same_thread=False
        )
        try:
            self._begin()
        except BaseException:
            self._database.close()
            raise

    def _begin(self) -> None:
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        (verdict,) = self._database.execute("PRAGMA quick_check(1)").fetchone()
        (version,) = self._database.execute("PRAGMA user_version").fetchone()
        if verdict != "ok" or version not in {0, VERSION}:
            raise sqlite3.DatabaseError(Message("{}, version {}", verdict, version))
        self._database.executescript(SCHEMA)
        self._database.execute(f"PRAGMA user_version = {VERSION}")

    def close(self) -> None:
        """Nothing is called afterwards."""
        with self._lock:
            self._database.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Changes made inside are kept together, or none of them is."""
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise

    def rows(self, query: str, values: tuple[Any, ...] = ()) -> list[Any]:
        """Run any statement; returns what it selects."""
        with self._lock:
            return self._database.execute(query, values).fetchall()

    def jobs(self, where: str, values: tuple[Any, ...] = ()) -> list[Job]:
        """The jobs that a condition, and what may follow it, selects."""
        return [
            job_of(row) for row in self.rows(f"SELECT {COLUMNS} FROM job WHERE {where}", values)
        ]

    def page(self, where: str, limit: int, offset: int = 0) -> list[Job]:
        """Some of these jobs."""
        return self.jobs(f"{where} LIMIT ? OFFSET ?", (limit, offset))

    def insert(self, jobs: Iterable[Job]) -> None:
        """Add jobs; one whose number is there already stays as it is."""
        marks = ", ".join("?" * len(FIELDS))
        with self._lock:
            self._database.executemany(
                f"INSERT OR IGNORE INTO job ({COLUMNS}) VALUES ({marks})", map(row, jobs)
            )

    def set(self, id: int, **values: Any) -> None:
        """Change columns of one job."""
        assignments = ", ".join(f"{column} = ?" for column in values)
        self.rows(f"UPDATE job SET {assignments} WHERE id = ?", (*values.values(), id))
