"""What an ended process left -> the same folder and journal, in order.

Each step of a job is done before the next begins, and each can be done again: a process that dies
between any two of them loses nothing, and nothing is done twice. What the next one finds, and does:

    | step                                  | died after it: what is found   | what is done        |
    | ------------------------------------- | ------------------------------ | ------------------- |
    | 0 the file is complete in the inbox   | the file in the inbox          | it is found again   |
    | 1 folder work/SERVICE/ID is made      | an empty folder                | it is removed       |
    | 2 the file is renamed into it         | a file of no known job         | it becomes job ID   |
    | 3 the job is in the journal, queued   | a queued job                   | its turn comes      |
    | 4 its turn: running                   | a running job                  | queued, suspected   |
    | 5 private copies, plan, takes, files  | the same; takes in the store   | the same            |
    | 6 files flushed; journal: publishing  | the stage; its manifest noted  | 7 and on            |
    | 7 stage swapped with out/NAME         | the noted manifest in out/NAME | 8 and on            |
    | 8 journal: ended                      | an ended job, its file in work | 9 and on            |
    | 9 the file is in done or failed       | an ended job, nothing in work  | 10 and on           |
    | 10 reports are written                | the same                       | they are written    |
    | 11 journal: filed                     | old edition, private copies    | they are removed    |
    | 12 who waits is told; journal: told   | told, but not noted            | told once more      |

A file that is still being written after it was claimed shows when it is read for rendering, or
before step 6: the job goes back to the queue with the new contents, and nothing of the old ones is
published. A journal that is lost is no step back: what is in `work` becomes jobs again, and takes
are kept elsewhere.
"""

from __future__ import annotations

import shutil
from contextlib import suppress

from ...atomic import TEMPORARY
from ..files.fence import fenced
from ..settings.layout import URGENT
from . import publishing
from .claim import claims, give_back
from .core import Core
from .crash_evidence import ENOUGH
from .job import Job
from .outcome import conclude, rendered


def recover(core: Core, *, evidence: int) -> None:
    """Bring everything that was left into order.

    evidence: what speaks against the jobs that ran, see `crash_evidence.py`; 0 if nobody died.

    Raises OSError and `sqlite3.Error`; it can be called again then.
    """
    layout, journal = core.layout, core.journal
    if not layout.work.is_dir() and journal.open():
        what = "is missing; is the share mounted? If it was removed for good, make it anew"
        raise FileNotFoundError(f"{layout.work} {what}")
    layout.make()
    for folder in ("jobs", "made"):
        shutil.rmtree(layout.state / folder, ignore_errors=True)
    journal.interrupted(evidence)
    give_back(layout)
    _finish_publishing(core)
    _match_claims(core)
    core.file_all()
    tidy(core)


def _finish_publishing(core: Core) -> None:
    for job in core.journal.running():
        with fenced(f"job {job.id}, {job.name}, is made again"):
            if _is_published(core, job):
                conclude(core, job, rendered(core, job, job.problems))
                continue
        core.journal.put_off(job.id, None, (), failed=False)


def _is_published(core: Core, job: Job) -> bool:
    """Publish what is whole; False where that is gone. Raises OSError."""
    stage, target = core.layout.stage(job.id), core.layout.out / job.target
    wanted = core.journal.manifest(job.id)
    if publishing.fingerprint(target) == wanted:
        publishing.clear(stage, target)
    elif publishing.fingerprint(stage) == wanted:
        publishing.publish(stage, core.layout.out, job.target)
    else:
        return False
    return True


def _match_claims(core: Core) -> None:
    """Files in `work` without a job become jobs; jobs without a file, and those that kill, end."""
    found = {one.id: one for one in claims(core.layout)}
    known = core.journal.open()
    core.last = max(core.journal.last(), *found, 0)
    core.note([one for id, one in found.items() if core.journal.get(id) is None])
    for job in known:
        if job.id not in found:
            what = "Its file was taken out of the folder `work`."
            core.end(job, "cancelled", [job.mistake(what, "Drop it again.")])
        elif job.evidence >= ENOUGH:
            what = "The program died again and again while it worked on this alone."
            core.end(job, "poison", [job.mistake(what)])


def tidy(core: Core) -> None:
    """Remove what jobs that have ended left where it could not be removed at the time.

    Stages and claims of other services are not ours to touch.
    """
    layout = core.layout
    waiting = {job.id for job in core.journal.open()}
    mark = f"{TEMPORARY}{layout.service}-"
    for stage in layout.out.glob(f"{mark}*"):
        id = stage.name.removeprefix(mark)
        if not id.isdecimal() or int(id) not in waiting:
            shutil.rmtree(stage, ignore_errors=True)
    for folder in layout.work.iterdir():
        id = folder.name.removesuffix(f"-{URGENT}")
        if id.isdecimal() and (job := core.journal.get(int(id))) is not None and job.ended:
            with suppress(OSError):  # it is not empty: its file is still to be filed
                folder.rmdir()
