"""Uploads -> jobs that a thread renders one after the other; what became of them, for a while."""

from __future__ import annotations

import logging
import secrets
import shutil
import threading
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from ..mistakes import InputError, Mistake
from ..production.context import RenderContext
from .failure import Failure
from .making import Upload
from .turns import GoneError

State: TypeAlias = Literal["queued", "running", "done", "failed", "cancelled"]

WAITING = 16
"""Jobs that may wait"""
KEPT = 50
"""Ended jobs whose files are kept, the oldest going first"""
ENDED: frozenset[State] = frozenset({"done", "failed", "cancelled"})

_log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class Job:
    """One upload. Changed by the rendering thread alone, but for `gone`."""

    id: str
    upload: Upload
    created: float
    """Seconds since 1970"""
    state: State = "queued"
    phase: str = ""
    done: int = 0
    total: int = 0
    problems: tuple[Mistake, ...] = ()
    gone: threading.Event = field(default_factory=threading.Event)
    changes: int = 0
    """Goes up with everything that is told of it"""

    @property
    def out(self) -> Path:
        """Where its files are."""
        return self.upload.folder / "out"

    def files(self) -> list[str]:
        """What was made, relative to `out`; [] until it is done."""
        if self.state != "done":
            return []
        found = (path for path in self.out.rglob("*") if path.is_file())
        return sorted(path.relative_to(self.out).as_posix() for path in found)

    def described(self) -> dict[str, object]:
        """The JSON object."""
        return {
            "id": self.id,
            "object": "script.job",
            "created_at": int(self.created),
            "status": self.state,
            "progress": {"phase": self.phase, "done": self.done, "total": self.total},
            "problems": [str(one).replace(f"{self.upload.folder}/", "") for one in self.problems],
            "files": self.files(),
        }


class Jobs:
    """Renders uploads. `close` ends the one under way."""

    def __init__(self, context: RenderContext) -> None:
        self._context = context
        self._jobs: dict[str, Job] = {}
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="script")
        self._lock = threading.Lock()

    def add(self, upload: Upload) -> Job:
        """Let an upload wait. Raises `Failure` (429) where too many do."""
        with self._lock:
            if sum(job.state == "queued" for job in self._jobs.values()) >= WAITING:
                raise Failure(
                    429,
                    f"{WAITING} scripts are waiting already.",
                    kind="rate_limit_error",
                    code="queue_full",
                    headers={"Retry-After": "30"},
                )
            job = Job(secrets.token_hex(8), upload, time.time())
            self._jobs[job.id] = job
            self._forget()
        self._pool.submit(self._run, job)
        return job

    def get(self, id: str) -> Job:
        """Raises `Failure` (404)."""
        try:
            return self._jobs[id]
        except KeyError:
            raise Failure(404, "There is no such job.", code="not_found") from None

    def cancel(self, job: Job) -> None:
        """End a job; one that has ended stays as it is."""
        job.gone.set()
        with self._lock:
            if job.state == "queued":
                self._change(job, "cancelled")

    def counts(self) -> Mapping[str, int]:
        """How many jobs are in which state."""
        with self._lock:
            return Counter(job.state for job in self._jobs.values())

    def close(self) -> None:
        """Cancel everything, and wait for the one under way."""
        for job in list(self._jobs.values()):
            self.cancel(job)
        self._pool.shutdown()

    def _run(self, job: Job) -> None:
        with self._lock:
            if job.state != "queued":
                return
            self._change(job, "running")

        def report(phase: str, done: int, total: int) -> None:
            job.phase, job.done, job.total = phase, done, total
            job.changes += 1

        def cancel() -> None:
            if job.gone.is_set():
                raise GoneError

        try:
            job.problems = tuple(job.upload.make(job.out, self._context, report, cancel))
        except GoneError:
            self._change(job, "cancelled")
        except InputError as error:
            job.problems = error.mistakes
            self._change(job, "failed")
        except Exception:
            self._change(job, "failed")
            _log.exception("the job %s ended by a bug", job.id)
            raise
        else:
            self._change(job, "done")

    def _change(self, job: Job, state: State) -> None:
        job.state = state
        job.changes += 1

    def _forget(self) -> None:
        ended = [job for job in self._jobs.values() if job.state in ENDED]
        for job in ended[: max(0, len(ended) - KEPT)]:
            del self._jobs[job.id]
            shutil.rmtree(job.upload.folder, ignore_errors=True)
