"""A job whose turn it is -> its end, or its return to the queue: steps 4 to 11 of `recovery.py`."""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import sqlite3
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path, PurePath

from ...documents.file_name import file_name
from ...documents.findings import UnfitError
from ...mistakes import InputError, Mistake, Place
from ...progress import Cancel, Report
from . import publishing
from .claim import claimed, read, target
from .core import Core, mistake
from .job import Ending, Job
from .renderer import Made, Order, Plan, UnspokenError
from .snapshot import Snapshot

_NOTED = 0.25  # s between two notes of progress
_SOON = 1.0  # s after which a job that stood in another's way is looked at again

_log = logging.getLogger(__name__)


class StoppedError(Exception):
    """The service ends, or another job is in the way; this goes on another time."""


class CancelledError(Exception):
    """Somebody does not want this job any more."""


class WithdrawnError(Exception):
    """The file is no longer in `work`: it was taken out, or all of it is away."""


class UnsettledError(Exception):
    """The file changed after it was taken."""

    def __init__(self, data: bytes) -> None:
        super().__init__("the file changed after it was taken")
        self.data = data


def run(core: Core, job: Job) -> None:
    """Do everything for a job, up to its end or until it is put off.

    Raises `sqlite3.Error` alone: then the journal is unwell, and recovery goes on with the job.
    """
    _log.debug("step: running %d", job.id)
    journal = core.journal
    try:
        _render(core, job)
    except StoppedError:
        journal.put_off(job.id, core.wall() + _SOON, (), failed=False)
    except CancelledError:
        core.end(job, "cancelled", [mistake(job, "Somebody cancelled it.")])
    except WithdrawnError:
        what = "Its file was taken out of the folder `work`."
        _settle(core, job, "cancelled", [mistake(job, what, "Drop it again.")])
    except UnsettledError as error:
        _log.info("%s was still being written: it is taken again", job.name)
        journal.changed(job.id, hashlib.sha256(error.data).hexdigest(), len(error.data))
        journal.put_off(job.id, core.wall() + core.settings.settle, (), failed=False)
    except InputError as error:
        _settle(core, job, "invalid", _told(core, job, error.mistakes))
    except UnspokenError as error:
        _once_more(core, job, "unspoken", _told(core, job, error.problems), tries=1)
    except sqlite3.Error:
        raise
    except (OSError, MemoryError, RuntimeError) as error:
        what = f"{type(error).__name__}: {error}." if str(error) else f"{type(error).__name__}."
        tries = len(core.settings.retries)
        _once_more(core, job, "exhausted", [mistake(job, what)], tries=tries)
    except Exception:  # noqa: BLE001
        # A bug that one file shows must not keep the others from being done.
        _log.exception("job %d, %s", job.id, job.name)
        core.end(job, "bug", [mistake(job, "This should not have happened.")])
    finally:
        core.cancelled.discard(job.id)
        _clean(core, job)


def _render(core: Core, job: Job) -> None:
    private = core.layout.private(job.id)
    source, data = _source(core, job, private)
    snapshot = Snapshot(
        folder=private,
        inbox=core.layout.inbox,
        roots=core.settings.roots,
        limit=core.settings.largest_asset,
        settle=core.settings.settle,
    )
    previous = core.layout.out / job.target
    order = Order(kind=job.kind, source=source, previous=previous, snapshot=snapshot)
    plan = core.renderer.prepare(order)
    job = _planned(core, job, plan)
    if twin := _twin(core, plan.key):
        core.journal.equals(job.id, twin)
        note = f"Equal to {twin.name} (job {twin.id}): {core.layout.out / twin.target}"
        core.end(job, "duplicate", (), note)
        return
    folder = core.layout.made(job.id)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    made = plan.make(folder, report=_report(core, job, plan), cancel=_cancel(core, job.id))
    _check_unchanged(core, job, data)
    _publish(core, job, made)


def _source(core: Core, job: Job, private: Path) -> tuple[Path, bytes]:
    """A private copy of a job's file, and its bytes."""
    one = claimed(core.layout, job.id)
    if one is None:
        raise WithdrawnError
    try:
        data = read(one, limit=core.settings.largest)
    except UnfitError as unfit:
        raise InputError.at(Place(job.name), unfit.what, unfit.remedy) from None
    if hashlib.sha256(data).hexdigest() != job.content:
        raise UnsettledError(data)
    shutil.rmtree(private, ignore_errors=True)
    private.mkdir(parents=True)
    source = private / one.file.name
    source.write_bytes(data)
    return source, data


def _check_unchanged(core: Core, job: Job, data: bytes) -> None:
    """Raise if a job's file has changed or gone while the job was made."""
    one = claimed(core.layout, job.id)
    if one is None:
        raise WithdrawnError
    with suppress(UnfitError):
        if (now := read(one, limit=core.settings.largest)) != data:
            raise UnsettledError(now)


def _planned(core: Core, job: Job, plan: Plan) -> Job:
    """The job, which has its place under `out` now."""
    where = target(core.settings, job, core.journal.owner, title=plan.title)
    if not where:
        raise _unnameable(job)
    publishing.check(core.layout.out / where, Place(job.name))
    if not core.journal.planned(job.id, plan.key, where, plan.lines):
        raise StoppedError
    return replace(job, target=where, lines=plan.lines, key=plan.key)


def _unnameable(job: Job) -> InputError:
    """Why a job's name cannot be that of a folder."""
    try:
        file_name(PurePath(job.name).stem)
    except UnfitError as unfit:
        return InputError.at(Place(job.name), unfit.what, unfit.remedy)
    what = "The file's name cannot be that of a folder."
    return InputError.at(Place(job.name), what, "Rename it, and drop it again.")


def _twin(core: Core, key: str) -> Job | None:
    """A finished job that is equal, if its files are where it put them, as it made them."""
    if core.settings.duplicates == "render":
        return None
    for twin in core.journal.equal(key):
        made = core.journal.manifest(twin.id)
        if made and publishing.fingerprint(core.layout.out / twin.target) == made:
            return twin
    return None


def _publish(core: Core, job: Job, made: Made) -> None:
    stage = core.layout.stage(job.id)
    manifest = publishing.bring(core.layout.made(job.id), stage)
    problems = _told(core, job, made.problems)
    core.journal.publishing(
        job.id, manifest, problems,
        lines=made.lines, synthesised=made.synthesised, seconds=made.seconds,
    )  # fmt: skip
    _log.debug("step: publishing %d", job.id)
    publishing.publish(stage, core.layout.out, job.target)
    _log.debug("step: published %d", job.id)
    published(core, replace(job, problems=problems))


def published(core: Core, job: Job) -> None:
    """Go on with a job whose files are in their place."""
    core.end(job, "partly" if job.problems else "rendered", job.problems)
    with suppress(OSError):
        publishing.clear(core.layout.stage(job.id), core.layout.out / job.target)


def _report(core: Core, job: Job, plan: Plan) -> Report:
    noted = -1.0
    later = 0  # steps taken after the last line was spoken

    def report(phase: str, done: int, total: int) -> None:
        nonlocal noted, later
        later += phase != "speak"
        now = time.monotonic()
        # Every line is noted: a death after it is no evidence against this job.
        if phase == "speak" or done == total or now - noted >= _NOTED:
            noted = now
            steps = done if phase == "speak" else plan.lines + later
            core.journal.progress(job.id, phase, done, total, steps)
            _log.debug("step: progress %d %s", job.id, phase)

    return report


def _cancel(core: Core, id: int) -> Cancel:
    def cancel() -> None:
        if id in core.cancelled:
            raise CancelledError
        if core.stopping.is_set():
            raise StoppedError

    return cancel


def _settle(core: Core, job: Job, ending: Ending, problems: Sequence[Mistake]) -> None:
    """End a job for what its person did, unless the folder is away: it may not be so."""
    if core.trouble() is not None:
        core.journal.put_off(job.id, core.wall() + _SOON, problems, failed=False)
    else:
        core.end(job, ending, problems)


def _once_more(
    core: Core, job: Job, ending: Ending, problems: Sequence[Mistake], *, tries: int
) -> None:
    """Put off what may pass, or end it after so many tries. What keeps every job from being done
    is no fault of this one."""
    waits = core.settings.retries
    if core.trouble() is not None:
        due = core.wall() + min(waits, default=0.0)
        core.journal.put_off(job.id, due, problems, failed=False)
    elif job.attempts < min(tries, len(waits)):
        _log.warning("job %d, %s: %s Tried again.", job.id, job.name, problems[0].what)
        due = core.wall() + waits[job.attempts]
        core.journal.put_off(job.id, due, problems, failed=True)
    else:
        core.end(job, ending, problems)


def _told(core: Core, job: Job, mistakes: Sequence[Mistake]) -> tuple[Mistake, ...]:
    """Mistakes whose places name files as people know them."""
    private = f"{core.layout.private(job.id)}{os.sep}"
    return tuple(
        replace(one, place=replace(one.place, file=one.place.file.removeprefix(private)))
        for one in mistakes
    )


def _clean(core: Core, job: Job) -> None:
    """Drop the private copies, and the stage unless it is still to be published."""
    for folder in (core.layout.private(job.id), core.layout.made(job.id)):
        shutil.rmtree(folder, ignore_errors=True)
    found = core.journal.get(job.id)
    if found is not None and found.state != "publishing":
        shutil.rmtree(core.layout.stage(job.id), ignore_errors=True)
