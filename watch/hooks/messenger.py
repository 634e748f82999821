"""Ended jobs -> messages for the hooks, delivered until taken, at least once.

Each hook is told in order, but that what it did not take comes again after what came later.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ..jobs.job import Job
from ..settings.hook import Event, Hook
from .delivery import UndeliveredError, deliver
from .outbox import Delivery, Outbox, State

LONGEST_WAIT = 3600.0  # s between two tries
_MOST_FILES = 1000

_log = logging.getLogger(__name__)


class Messenger:
    """Tells the hooks. `hooks` gives those of the settings as they are now.

    first_wait: s before the second try of a message, twice that before the third, and so on; look:
    s between two looks at the outbox.
    """

    def __init__(
        self,
        outbox: Outbox,
        hooks: Callable[[], Sequence[Hook]],
        *,
        wall: Callable[[], float] = time.time,
        first_wait: float = 5.0,
        look: float = 1.0,
    ) -> None:
        self.outbox = outbox
        self._hooks, self._wall, self._first_wait, self._look = hooks, wall, first_wait, look
        self._busy: dict[str, asyncio.Task[None]] = {}

    def ended(self, job: Job, out: Path) -> None:
        """Keep what the hooks are to be told of a job's end; `out` is where results go.

        Called from any thread. A job that is told of twice is delivered once.
        """
        event: Event = "done" if job.state == "done" else "failed"
        wanted = [hook for hook in self._hooks() if event in hook.on]
        message = _message(job, event, out) if wanted else {}
        now = self._wall()
        deliveries = []
        for hook in wanted:
            key = _key(job, event, hook)
            text = json.dumps({"id": key, **message})
            deliveries.append(Delivery(key, hook.name, text, due=now))
        if deliveries:
            self.outbox.put(deliveries, now)

    async def run(self) -> None:
        """Deliver until cancelled; what is under way then is delivered again by the next run."""
        try:
            while True:
                try:
                    self._begin()
                except sqlite3.Error as error:
                    _log.warning("the outbox of the hooks cannot be used: %s", error)
                if self._busy:
                    await asyncio.wait(
                        self._busy.values(), timeout=self._look, return_when=asyncio.FIRST_COMPLETED
                    )
                else:
                    await asyncio.sleep(self._look)
        finally:
            tasks = list(self._busy.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self) -> None:
        """Start the next delivery of every hook that has none under way."""
        self._busy = {name: task for name, task in self._busy.items() if not task.done()}
        hooks = {hook.name: hook for hook in self._hooks()}
        for delivery in self.outbox.due(self._wall(), self._busy):
            if hook := hooks.get(delivery.hook):
                self._busy[hook.name] = asyncio.create_task(self._deliver(hook, delivery))
            else:
                self._settle(delivery, "There is no such hook in the settings any more.", 0)

    async def _deliver(self, hook: Hook, delivery: Delivery) -> None:
        try:
            answer = await deliver(
                hook,
                delivery.payload,
                dict(_variables(json.loads(delivery.payload))),
                key=delivery.key,
                timestamp=int(self._wall()),
            )
        except UndeliveredError as error:
            self._settle(delivery, str(error), hook.tries)
            return
        now = self._wall()
        self.outbox.settle(delivery.key, "delivered", answer, due=now, now=now)

    def _settle(self, delivery: Delivery, why: str, tries: int) -> None:
        """Note a try that failed; after the last of `tries` the message is given up."""
        now = self._wall()
        wait = min(self._first_wait * 2**delivery.tries, LONGEST_WAIT)
        state: State = "given up" if delivery.tries + 1 >= tries else "waiting"
        _log.warning("hook %s, %s: %s", delivery.hook, state, why.partition("\n")[0])
        self.outbox.settle(delivery.key, state, why, due=now + wait, now=now)


def _key(job: Job, event: Event, hook: Hook) -> str:
    """Equal for the same end of the same job, even if the journal was lost in between."""
    parts = [event, job.id, job.name, job.content, job.arrived, hook.name]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def _message(job: Job, event: Event, out: Path) -> dict[str, Any]:
    folder = out / job.target if job.target and event == "done" else None
    return {
        "version": 1,
        "event": event,
        "ending": job.ending,
        "job": job.id,
        "name": job.name,
        "kind": job.kind,
        "content": job.content,
        "arrived": _iso(job.arrived),
        "finished": _iso(job.finished),
        "lines": job.lines,
        "synthesised": job.synthesised,
        "seconds": round(job.seconds, 3),
        "note": job.note,
        "folder": str(folder) if folder else None,
        "files": _files(folder) if folder else [],
        "problems": [
            {**asdict(problem.place), "what": problem.what, "remedy": problem.remedy}
            for problem in job.problems
        ],
    }


def _files(folder: Path) -> list[dict[str, Any]]:
    """What the manifest lists; a folder that has gone since lists nothing."""
    try:
        listed = json.loads((folder / "manifest.json").read_text("utf-8"))["files"]
        return [
            {"name": file["name"], "sha256": file["sha256"], "bytes": file["bytes"]}
            for file in listed[:_MOST_FILES]
        ]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _variables(message: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The environment of a hook that is a program."""
    for name in ("id", "event", "ending", "job", "name", "folder", "note"):
        # A NUL cannot be in an environment, and a name on disk cannot hold one.
        yield f"GLMTTS_{name.upper()}", str(message[name] or "").replace("\0", "")


def _iso(moment: float | None) -> str | None:
    if moment is None:
        return None
    return datetime.fromtimestamp(moment, timezone.utc).isoformat(timespec="seconds")
