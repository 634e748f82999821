"""Jobs on disk: one SQLite file, one writer; what happened to every job, and what is next.

The folders are the truth and the journal remembers: every source file lies in the inbox, in `work`,
in `done` or in `failed`, so a journal that is lost costs history and not one job. That is why its
commits need not wait for the disk (`synchronous=NORMAL`), and why it lies on a local one: SQLite's
locks and its shared memory do not work on network mounts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...mistakes import Mistake
from .entry import written
from .job import Ending, Job, State
from .job_table import JobTable

FURTHEST = 3600.0
"""s that a job can be put off at most"""
TURNS = 4
"""Every so many jobs the one that has waited longest begins, however urgent the others are."""

_UNDER_WAY = "state IN ('running', 'publishing')"
_LATEST = "NOT EXISTS (SELECT 1 FROM job later WHERE later.name = job.name AND later.id > job.id)"


@dataclass(frozen=True, slots=True)
class Throughput:
    """What was finished within the last `window` seconds."""

    window: float
    jobs: int
    lines: int
    seconds: float
    """Of audio"""


class Journal:
    """Every method may be called from any thread. Raises `sqlite3.Error` for what the disk does."""

    def __init__(self, path: Path) -> None:
        """Open or begin the journal at `path`; raises `sqlite3.DatabaseError` if it is damaged."""
        self.path = path
        self._table = JobTable(path)
        self._turn = 0

    def close(self) -> None:
        """Nothing is called afterwards."""
        self._table.close()

    # --- what people look at

    def get(self, id: int) -> Job | None:
        """The job of that number."""
        return next(iter(self._table.jobs("id = ?", (id,))), None)

    def queue(self, limit: int = 100, offset: int = 0) -> list[Job]:
        """Those that wait, in the order in which they would begin."""
        return self._table.page("state = 'queued' ORDER BY priority, id", limit, offset)

    def running(self) -> list[Job]:
        """Those under way, with the progress of their lines."""
        return self._table.jobs(f"{_UNDER_WAY} ORDER BY id")

    def done(self, limit: int = 100, offset: int = 0) -> list[Job]:
        """The latest first."""
        return self._table.page("state = 'done' ORDER BY finished DESC, id DESC", limit, offset)

    def failed(self, limit: int = 100, offset: int = 0) -> list[Job]:
        """The latest first, without those whose name was dropped or tried again since."""
        where = f"state = 'failed' AND {_LATEST} ORDER BY finished DESC, id DESC"
        return self._table.page(where, limit, offset)

    def counts(self) -> dict[State, int]:
        """How many jobs there are of each state, among those remembered."""
        found: dict[State, int] = dict.fromkeys(
            ("queued", "running", "publishing", "done", "failed"), 0
        )
        found.update(self._table.rows("SELECT state, count(*) FROM job GROUP BY state"))
        return found

    def throughput(self, now: float, window: float = 3600.0) -> Throughput:
        """What was done lately; `now` in seconds since 1970."""
        ((jobs, lines, seconds),) = self._table.rows(
            "SELECT count(*), coalesce(sum(lines), 0), coalesce(sum(seconds), 0) FROM job"
            " WHERE state = 'done' AND finished > ?",
            (now - window,),
        )
        return Throughput(window, jobs, lines, seconds)

    # --- what the service does

    def add(self, jobs: Iterable[Job]) -> None:
        """Note new jobs, all or none; one that is there already stays as it is."""
        with self._table.writing():
            self._table.insert(jobs)

    def next(self, now: float) -> Job | None:
        """Take the job whose turn it is, and note that it runs; None if none may begin.

        Never two at once of one target or one content; and a job that may have killed the process
        runs alone.
        """
        self._turn += 1
        order = "id" if self._turn % TURNS == 0 else "priority, id"
        with self._table.writing():
            under_way = self._table.jobs(_UNDER_WAY)
            if any(job.evidence for job in under_way):
                return None
            free = self._table.jobs(f"{_free(under_way)} ORDER BY {order} LIMIT 1", (now,))
            job = next(iter(free), None)
            if job is None or (job.evidence and under_way):
                return None
            self._table.set(
                job.id, state="running", started=now, due=None, phase="", done=0, total=0,
                problems="[]",
            )  # fmt: skip
            return self.get(job.id)

    def progress(self, id: int, phase: str, done: int, total: int, steps: int) -> None:
        """Note how far a job is; `steps` counts everything done for it since it began.

        A job that is further than ever is cleared of all suspicion.
        """
        with self._table.writing():
            self._table.set(id, phase=phase, done=done, total=total)
            self._table.rows(
                "UPDATE job SET furthest = ?, evidence = 0 WHERE id = ? AND furthest < ?",
                (steps, id, steps),
            )

    def planned(self, id: int, key: str, target: str, lines: int) -> bool:
        """Note what a prepared job will make, and where; False, and nothing noted, while another
        is making files for the same place."""
        with self._table.writing():
            others = f"SELECT 1 FROM job WHERE {_UNDER_WAY} AND target = ? AND id <> ?"
            if self._table.rows(others, (target, id)):
                return False
            self._table.set(id, key=key, target=target, lines=lines)
            return True

    def changed(self, id: int, content: str, size: int) -> None:
        """Note that a file was still being written when it was taken."""
        with self._table.writing():
            self._table.set(id, content=content, size=size, key=None)

    def publishing(
        self, id: int, manifest: str, problems: Sequence[Mistake] = (), **made: float
    ) -> None:
        """Note that a job's files are whole, with the SHA-256 of their manifest.

        made: `lines`, `synthesised` and `seconds`.
        """
        with self._table.writing():
            self._table.set(
                id, state="publishing", manifest=manifest, problems=written(problems), **made
            )

    def equals(self, id: int, twin: Job) -> None:
        """Note that a job's files are those of another."""
        with self._table.writing():
            self._table.set(id, target=twin.target, manifest=self.manifest(twin.id))

    def manifest(self, id: int) -> str | None:
        """The SHA-256 of the manifest a job has published, or is publishing."""
        return next(
            (row[0] for row in self._table.rows("SELECT manifest FROM job WHERE id = ?", (id,))),
            None,
        )

    def put_off(
        self, id: int, due: float | None, problems: Sequence[Mistake], *, failed: bool
    ) -> None:
        """Back to the queue until `due`; failed: count the try."""
        with self._table.writing():
            self._table.set(id, state="queued", due=due, phase="", problems=written(problems))
            self._table.rows(
                "UPDATE job SET attempts = attempts + ? WHERE id = ?", (int(failed), id)
            )

    def end(
        self, id: int, ending: Ending, now: float, problems: Sequence[Mistake] = (), note: str = ""
    ) -> None:
        """Note how a job ended; the first ending stays."""
        state = "done" if ending in {"rendered", "duplicate"} else "failed"
        with self._table.writing():
            self._table.rows(
                "UPDATE job SET state = ?, ending = ?, finished = ?, problems = ?, note = ?,"
                " due = NULL, phase = '' WHERE id = ? AND ending IS NULL",
                (state, ending, now, written(problems), note, id),
            )

    def interrupted(self, evidence: int) -> None:
        """After an end of the process: what ran goes back to the queue, and nothing is put off.

        evidence: that what ran was why it ended.
        """
        with self._table.writing():
            self._table.rows(
                "UPDATE job SET state = 'queued', evidence = evidence + ? WHERE state = 'running'",
                (evidence,),
            )
            self._table.rows("UPDATE job SET due = NULL WHERE state = 'queued'")

    def open(self) -> list[Job]:
        """Every job that has not ended, in order."""
        return self._table.jobs("ending IS NULL ORDER BY id")

    def equal(self, key: str) -> list[Job]:
        """Rendered jobs of that key, the latest first."""
        where = "key = ? AND state = 'done' AND ending = 'rendered' ORDER BY id DESC LIMIT 8"
        return self._table.jobs(where, (key,))

    def owner(self, target: str) -> str | None:
        """The name of the latest job whose files went, or will go, to that folder under `out`."""
        query = (
            "SELECT name FROM job WHERE target = ? AND ending IS NOT 'duplicate'"
            " ORDER BY id DESC LIMIT 1"
        )
        return next((row[0] for row in self._table.rows(query, (target,))), None)

    def last(self) -> int:
        """The highest number given so far; 0 before the first."""
        ((found,),) = self._table.rows("SELECT coalesce(max(id), 0) FROM job")
        return int(found)

    def unfiled(self, limit: int = 100, *, after: int = 0) -> list[Job]:
        """Ended jobs whose file has not gone to its last place, the earliest after one first."""
        where = "ending IS NOT NULL AND filed = 0 AND id > ? ORDER BY id LIMIT ?"
        return self._table.jobs(where, (after, limit))

    def file(self, id: int) -> None:
        """Note that a job's file is in its last place."""
        with self._table.writing():
            self._table.set(id, filed=1)

    def is_filed(self, id: int) -> bool:
        """Whether that is noted of a job."""
        return self._table.rows("SELECT 1 FROM job WHERE id = ? AND filed = 1", (id,)) != []

    def unnotified(self, limit: int = 100) -> list[Job]:
        """Filed jobs of whose end nobody was notified, the earliest first."""
        return self._table.page("filed = 1 AND told = 0 ORDER BY id", limit, 0)

    def notified(self, id: int) -> None:
        """Note that who waits for a job's end was notified of it."""
        with self._table.writing():
            self._table.set(id, told=1)

    def trim(self, keep: int) -> None:
        """Forget the oldest ended jobs but `keep`."""
        with self._table.writing():
            self._table.rows(
                "DELETE FROM job WHERE ending IS NOT NULL AND told = 1 AND id <= ("
                "SELECT id FROM job WHERE ending IS NOT NULL ORDER BY id DESC LIMIT 1 OFFSET ?)",
                (keep,),
            )


def _free(under_way: Sequence[Job]) -> str:
    """SQL for the queued jobs that none under way is in the way of."""
    clash = f"SELECT {{0}} FROM job WHERE {_UNDER_WAY}"
    # A due time further ahead than any is given means that the clock went back.
    free = f"state = 'queued' AND (due IS NULL OR due <= ?1 OR due > ?1 + {FURTHEST})"
    if under_way:
        for column in ("target", "content"):
            free += f" AND {column} NOT IN ({clash.format(column)})"
    return free
