"""A job <-> its row in the journal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ...messages import packed, unpacked
from ...mistakes import Mistake, Place
from .job import Job, Priority

SCHEMA = """
CREATE TABLE IF NOT EXISTS job (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, content TEXT NOT NULL,
  size INTEGER NOT NULL, arrived REAL NOT NULL, priority INTEGER NOT NULL, state TEXT NOT NULL,
  ending TEXT, key TEXT, target TEXT NOT NULL COLLATE NOCASE,
  attempts INTEGER NOT NULL, evidence INTEGER NOT NULL, due REAL, phase TEXT NOT NULL,
  done INTEGER NOT NULL, total INTEGER NOT NULL, started REAL,
  finished REAL, lines INTEGER NOT NULL, synthesised INTEGER NOT NULL, seconds REAL NOT NULL,
  problems TEXT NOT NULL, note TEXT NOT NULL,
  furthest INTEGER NOT NULL DEFAULT 0,   -- steps ever taken; a death after more is no evidence
  manifest TEXT,                         -- SHA-256 of the manifest that is being published
  filed INTEGER NOT NULL DEFAULT 0,      -- whether its file is in `done` or `failed`
  told INTEGER NOT NULL DEFAULT 0        -- whether whoever waits for its end has been told
);
CREATE INDEX IF NOT EXISTS turn ON job (state, priority, id);
CREATE INDEX IF NOT EXISTS waited ON job (state, id);
CREATE INDEX IF NOT EXISTS named ON job (name, id);
CREATE INDEX IF NOT EXISTS keyed ON job (key, state);
CREATE INDEX IF NOT EXISTS owned ON job (target, id);
CREATE INDEX IF NOT EXISTS unfiled ON job (id) WHERE ending IS NOT NULL AND filed = 0;
CREATE INDEX IF NOT EXISTS untold ON job (id) WHERE filed = 1 AND told = 0;
CREATE INDEX IF NOT EXISTS ended ON job (finished);
"""
FIELDS = tuple(Job.__dataclass_fields__)
COLUMNS = ", ".join(FIELDS)


def row(job: Job) -> tuple[Any, ...]:
    """What is written for a new job, in the order of `FIELDS`."""
    values = {name: getattr(job, name) for name in FIELDS}
    return tuple(
        {**values, "priority": int(job.priority), "problems": written(job.problems)}.values()
    )


def job_of(row: tuple[Any, ...]) -> Job:
    """The job that was read as `COLUMNS`."""
    values = dict(zip(FIELDS, row, strict=True))
    values["priority"] = Priority(values["priority"])
    values["problems"] = _read(values["problems"])
    return Job(**values)


def written(problems: Sequence[Mistake]) -> str:
    """Problems as one text."""
    return json.dumps(
        [
            [place.file, place.line, place.column, packed(one.what), packed(one.remedy)]
            for one in problems
            for place in (one.place,)
        ]
    )


def _read(text: str) -> tuple[Mistake, ...]:
    return tuple(
        Mistake(Place(file, line, column), unpacked(what), unpacked(remedy))
        for file, line, column, what, remedy in json.loads(text)
    )
