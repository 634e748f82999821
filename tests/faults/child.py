"""A service in a process of its own, to be killed: runs until so many jobs have ended, then exits.

Every end that is told is appended to FOLDER/told.log, as JSON.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import threading
from pathlib import Path

from comfyui_glmtts.watch.jobs.job import Job
from comfyui_glmtts.watch.service import Service
from stubs import Studio, wait


class Step(logging.Handler):
    """Kills the process at the given step, or counts them all."""

    def __init__(self, kill: int) -> None:
        super().__init__(logging.DEBUG)
        self.kill, self.seen, self.counting = kill, 0, threading.Lock()

    def emit(self, record: logging.LogRecord) -> None:
        if str(record.msg).startswith("step: "):
            with self.counting:
                self.seen += 1
                if self.seen == self.kill:
                    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("folder", type=Path)
    options.add_argument("--until", type=int, required=True)
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--pace", type=float, default=0.0)
    options.add_argument("--kill", type=int, default=0)
    options.add_argument("--service", default="state", help="name of its state folder")
    options.add_argument("--preview", action="store_true", help="with the real preview engine")
    given = options.parse_args()
    steps = Step(given.kill)
    logger = logging.getLogger("comfyui_glmtts.watch")
    logger.setLevel(logging.DEBUG)
    logger.addHandler(steps)
    studio = Studio(
        given.folder, pace=given.pace, jobs=given.jobs, state=given.folder / given.service
    )
    told = given.folder / "told.log"

    def on_end(job: Job) -> None:
        with told.open("ab", buffering=0) as log:
            entry = [job.id, job.name, job.ending, job.arrived, job.finished]
            log.write((json.dumps(entry) + "\n").encode())

    if given.preview:
        studio.real()
    service = Service(studio.settings, studio.renderer, on_end=on_end)
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: stopped.set())
    service.start()
    try:
        wait(lambda: stopped.is_set() or finished(service, given.until), 300)
    finally:
        service.stop()
    (given.folder / "steps").write_text(str(steps.seen))


def finished(service: Service, until: int) -> bool:
    counts = service.journal.counts()
    untold = service.journal.unnotified(1) or service.journal.unfiled(1)
    return counts["done"] + counts["failed"] >= until and not untold


if __name__ == "__main__":
    main()
