"""What an attempt at a job came to -> the end of the job, or its return to the queue."""

from __future__ import annotations

import errno
import logging
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from ...documents.findings import UnfitError
from ...mistakes import InputError, Mistake
from .core import Core
from .job import Ending, Job
from .renderer import UnspokenError

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


@dataclass(frozen=True, slots=True)
class Ended:
    """The job is over."""

    ending: Ending
    problems: tuple[Mistake, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class PutOff:
    """The job goes back to the queue for `wait` seconds; failed: the attempt counts."""

    wait: float
    problems: tuple[Mistake, ...] = ()
    failed: bool = False


Outcome: TypeAlias = Ended | PutOff


def rendered(core: Core, job: Job, problems: Sequence[Mistake]) -> Ended:
    """The outcome of an attempt whose files are good, but for the parts with `problems`."""
    return Ended("partly" if problems else "rendered", _as_dropped(core, job, problems))


def outcome_of(core: Core, job: Job, error: Exception) -> Outcome:
    """The outcome of an attempt that raised an error."""
    if isinstance(error, StoppedError):
        return PutOff(_SOON)
    if isinstance(error, UnsettledError):
        return PutOff(core.settings.settle)
    if isinstance(error, CancelledError):
        return Ended("cancelled", (job.mistake("Somebody cancelled it."),))
    ending, problems, tries = _verdict(core, job, error)
    waits = core.settings.retries[:tries]
    if ending != "bug" and core.trouble() is not None:
        # What keeps every job from being done is no fault of this one.
        return PutOff(_SOON, problems)
    if job.attempts < len(waits):
        _log.warning("job %d, %s: %s Tried again.", job.id, job.name, problems[0].what)
        return PutOff(waits[job.attempts], problems, failed=True)
    return Ended(ending, problems)


def conclude(core: Core, job: Job, outcome: Outcome) -> None:
    """Note an outcome in the journal, file the job if it is over, and remove what it needed.

    Raises `sqlite3.Error`.
    """
    if isinstance(outcome, Ended):
        core.end(job, outcome.ending, outcome.problems, outcome.note)
    else:
        due = core.wall() + outcome.wait
        core.journal.put_off(job.id, due, outcome.problems, failed=outcome.failed)
    core.cancelled.discard(job.id)
    layout = core.layout
    for folder in (layout.private(job.id), layout.made(job.id), layout.stage(job.id)):
        shutil.rmtree(folder, ignore_errors=True)


def _as_dropped(core: Core, job: Job, mistakes: Sequence[Mistake]) -> tuple[Mistake, ...]:
    """Mistakes whose places name files as people know them, not our copies."""
    private = f"{core.layout.private(job.id)}{os.sep}"
    return tuple(
        replace(one, place=replace(one.place, file=one.place.file.removeprefix(private)))
        for one in mistakes
    )


def _verdict(
    core: Core, job: Job, error: Exception
) -> tuple[Ending, tuple[Mistake, ...], int | None]:
    """How a job ends of an error, why, and after how many tries more; None: all that are set."""
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        error = UnfitError("A name made from the file's own is too long here.", "Rename it.")
    if isinstance(error, WithdrawnError):
        what = "Its file was taken out of the folder `work`."
        return "cancelled", (job.mistake(what, "Drop it again."),), 0
    if isinstance(error, InputError):
        return "invalid", _as_dropped(core, job, error.mistakes), 0
    if isinstance(error, UnfitError):
        return "invalid", (job.mistake(error.what, error.remedy),), 0
    if isinstance(error, UnspokenError):
        return "unspoken", _as_dropped(core, job, error.problems), 1
    if isinstance(error, (OSError, MemoryError, RuntimeError)):
        what = f"{type(error).__name__}: {error}".removesuffix(": ")
        return "exhausted", (job.mistake(f"{what}."),), None
    # A bug that one file shows must not keep the others from being done.
    _log.error("job %d, %s", job.id, job.name, exc_info=error)
    return "bug", (job.mistake("This should not have happened."),), 0
