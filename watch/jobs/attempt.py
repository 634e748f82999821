"""A job whose turn it is -> its outcome: steps 4 to 12 of `recovery.py`, in their order."""

from __future__ import annotations

import logging
import shutil
import sqlite3

from ...messages import Message
from . import publishing
from .control import Control
from .core import Core
from .job import Job
from .outcome import Ended, Outcome, StoppedError, conclude, outcome_of, rendered
from .source import private_copy
from .target import target

_log = logging.getLogger(__name__)


def attempt(core: Core, job: Job) -> None:
    """Do everything for a job, up to its end or until it is put off.

    Raises `sqlite3.Error` alone: then the journal is unwell, and recovery goes on with the job.
    """
    _log.debug("step: running %d", job.id)
    try:
        outcome = _render(core, job)
    except sqlite3.Error:
        raise
    except Exception as error:  # noqa: BLE001 - what one file shows is that file's
        outcome = outcome_of(core, job, error)
    conclude(core, job, outcome)


def _render(core: Core, job: Job) -> Outcome:
    layout, journal = core.layout, core.journal
    target(core.settings, job, journal.owner)  # a name that no folder can have is told first
    source = private_copy(core, job)
    plan = core.renderer.prepare(source.order())
    where = target(core.settings, job, journal.owner, title=plan.title)
    publishing.check(layout.out / where)
    if not journal.planned(job.id, plan.key, where, plan.lines):
        raise StoppedError
    if twin := _twin(core, plan.key):
        journal.equals(job.id, twin)
        place = layout.out / twin.target
        return Ended(
            "duplicate", note=Message("Equal to {} (job {}): {}", twin.name, twin.id, place)
        )
    folder = layout.made(job.id)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    control = Control(core, job.id, plan.lines)
    made = plan.make(folder, report=control.report, cancel=control.cancel)
    source.check_unchanged()
    outcome = rendered(core, job, made.problems)
    stage = layout.stage(job.id)
    manifest = publishing.bring(folder, stage)
    journal.publishing(
        job.id, manifest, outcome.problems,
        lines=made.lines, synthesised=made.synthesised, seconds=made.seconds,
    )  # fmt: skip
    _log.debug("step: publishing %d", job.id)
    publishing.publish(stage, layout.out, where)
    return outcome


def _twin(core: Core, key: str) -> Job | None:
    """A finished job that is equal, if its files are where it put them, as it made them."""
    if core.settings.duplicates == "render":
        return None
    for twin in core.journal.equal(key):
        manifest = core.journal.manifest(twin.id)
        if manifest and publishing.fingerprint(core.layout.out / twin.target) == manifest:
            return twin
    return None
