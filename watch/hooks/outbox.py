"""What hooks are still to be told, on disk: put in once, kept until delivered or given up."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

State: TypeAlias = Literal["waiting", "delivered", "given up"]

_REMEMBERED = 30 * 86_400.0  # s; a job that is told of again within it is known
_PATIENCE = 10.0  # s that a locked file is waited for
_COLUMNS = "key, hook, payload, tries, due, state, said"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS delivery (
  key TEXT PRIMARY KEY, hook TEXT NOT NULL, payload TEXT NOT NULL, tries INTEGER NOT NULL,
  due REAL NOT NULL, state TEXT NOT NULL, said TEXT NOT NULL, changed REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS turn ON delivery (state, due);
"""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message for one hook."""

    key: str
    """Whoever gets it twice can tell by this."""
    hook: str
    payload: str
    """JSON"""
    tries: int = 0
    due: float = 0.0
    """Seconds since 1970"""
    state: State = "waiting"
    answer: str = ""
    """What the last try was answered."""


FURTHEST = 24 * 3600.0
"""s ahead that no delivery is put off: one that is due later was noted by a clock that went back"""


class Outbox:
    """Every method may be called from any thread; times are seconds since 1970."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._database = sqlite3.connect(
            path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False
        )
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.executescript(_SCHEMA)

    def close(self) -> None:
        """Nothing is called afterwards."""
        with self._lock:
            self._database.close()

    def put(self, deliveries: Sequence[Delivery], now: float) -> None:
        """Keep deliveries, all or none; one whose key is known stays as it is."""
        rows = [
            (d.key, d.hook, d.payload, d.tries, d.due, d.state, d.answer, now) for d in deliveries
        ]
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                insert = "INSERT OR IGNORE INTO delivery VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
                self._database.executemany(insert, rows)
                self._database.execute(
                    "DELETE FROM delivery WHERE state != 'waiting' AND changed < ?",
                    (now - _REMEMBERED,),
                )
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise

    def due(self, now: float, busy: Collection[str] = ()) -> list[Delivery]:
        """The delivery of each hook that is due and was so first, hooks in `busy` left out."""
        rows = self._rows(
            f"SELECT {_COLUMNS}, min(due) FROM delivery WHERE state = 'waiting'"  # noqa: S608
            " AND (due <= ?1 OR due > ?1 + ?2)"
            " AND hook NOT IN (SELECT value FROM json_each(?3)) GROUP BY hook",
            (now, FURTHEST, json.dumps(sorted(busy))),
        )
        return [Delivery(*row[:-1]) for row in rows]

    def settle(self, key: str, state: State, answer: str, *, due: float, now: float) -> None:
        """Note how a try ended."""
        self._rows(
            "UPDATE delivery SET tries = tries + 1, state = ?, said = ?, due = ?, changed = ?"
            " WHERE key = ?",
            (state, answer, due, now, key),
        )

    def latest(self, limit: int = 50) -> list[Delivery]:
        """Those that changed last."""
        rows = self._rows(
            f"SELECT {_COLUMNS} FROM delivery ORDER BY changed DESC, key LIMIT ?",  # noqa: S608
            (limit,),
        )
        return [Delivery(*row) for row in rows]

    def counts(self) -> dict[State, int]:
        """How many there are of each state."""
        counts: dict[State, int] = {"waiting": 0, "delivered": 0, "given up": 0}
        counts.update(self._rows("SELECT state, count(*) FROM delivery GROUP BY state"))
        return counts

    def _rows(self, query: str, values: tuple[Any, ...] = ()) -> list[Any]:
        with self._lock:
            return self._database.execute(query, values).fetchall()
