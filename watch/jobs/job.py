"""A dropped file as a job: what it is, how far it has come, and how it ended."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal, TypeAlias

from ...mistakes import Mistake, Place

Kind: TypeAlias = Literal["script", "tasks", "rows", "workflow"]
"""A script is YAML, plain text or SRT; tasks are JSON Lines or a JSON array; rows are the
data of an announcement template, as CSV; a workflow is what
ComfyUI's editor saves for programs: a JSON object."""

State: TypeAlias = Literal["queued", "running", "publishing", "done", "failed"]

Ending: TypeAlias = Literal[
    "rendered",  # done: there are new files in the folder it names
    "duplicate",  # done: equal to a finished job whose files are still there
    "partly",  # failed: some parts of a list; the files of the others are there
    "invalid",  # failed: a person's mistakes, all of them in `problems`
    "unspoken",  # failed: the engine could not speak some lines
    "exhausted",  # failed: what should have passed did not, after the last retry
    "poison",  # failed: the process died twice while this ran alone
    "cancelled",  # failed: somebody asked for it
    "bug",  # failed: an error of this program; its traceback is in the log
]

SUFFIXES: dict[str, Kind] = {
    ".yaml": "script", ".yml": "script", ".txt": "script", ".md": "script", ".srt": "script",
    ".vtt": "script",
    ".jsonl": "tasks", ".csv": "rows", ".json": "workflow",
}  # fmt: skip
"""What is taken from an inbox, by suffix; everything else there may be what scripts refer to."""


PICKS = ".takes.yaml"
"""What the choice of takes is called that lies beside a script."""


class Priority(enum.IntEnum):
    """Lower numbers begin first."""

    URGENT = 0
    NORMAL = 1
    LOW = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One dropped file. Times are seconds since 1970."""

    id: int
    """Counts up in the order of arrival, within one service."""
    name: str
    """The file's name as it was dropped."""
    kind: Kind
    content: str
    """Hex SHA-256 of the file's bytes"""
    size: int
    """bytes"""
    arrived: float
    priority: Priority = Priority.NORMAL
    state: State = "queued"
    ending: Ending | None = None
    key: str | None = None
    """Of everything that shapes its files; None until it was first prepared."""
    target: str = ""
    """The folder under `out` that its files go to."""
    attempts: int = 0
    """Tries that failed for a reason that may pass."""
    evidence: int = 0
    """What speaks for the process having died of it, since it last came a step further."""
    due: float | None = None
    """When it is tried again, where that was put off."""
    phase: str = ""
    """What is being done: "speak", or the file format being made."""
    done: int = 0
    """Steps of the phase; lines, while it speaks."""
    total: int = 0
    started: float | None = None
    finished: float | None = None
    lines: int = 0
    synthesised: int = 0
    """Lines that had to be spoken; the others were found in the store."""
    seconds: float = 0.0
    """Length of what was made"""
    problems: tuple[Mistake, ...] = ()
    """Why it failed, or was last put off."""
    note: str = ""
    """Where a duplicate's files are."""

    @property
    def ended(self) -> bool:
        return self.state in {"done", "failed"}

    def mistake(self, what: str, remedy: str = "") -> Mistake:
        """Something about the whole of it."""
        return Mistake(Place(self.name), what, remedy)


def kind_of(name: str, head: bytes = b"") -> Kind | None:
    """The kind of a file by its name and, where the suffix does not tell, how it begins.

    None: it is no job.
    """
    if name.lower().endswith(PICKS):
        return None
    kind = SUFFIXES.get(PurePath(name).suffix.lower())
    if kind == "workflow" and head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
        return "tasks"
    return kind
