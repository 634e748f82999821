"""The protocol of what renders jobs: a private copy of a dropped file in, a folder of files out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ...documents.counted import counted
from ...mistakes import Mistake
from ...progress import Cancel, Report
from .job import Kind
from .snapshot import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A job as a renderer sees it."""

    kind: Kind
    source: Path
    """A private copy of the dropped file, under its own name; nobody else writes to it."""
    previous: Path
    """Where the edition lies that this one replaces, if there is one"""
    snapshot: Snapshot
    """Gives private copies of the files that the source refers to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a render made."""

    lines: int
    synthesised: int
    """Lines that were not in the store"""
    seconds: float
    problems: tuple[Mistake, ...] = ()
    """Why some parts of a list were not made, where the others are good by themselves."""


class Making(Protocol):
    """Makes the files of a plan."""

    def __call__(self, target: Path, *, report: Report, cancel: Cancel) -> Made:
        """Make them in the empty folder `target`, `manifest.json` among them.

        Raises `InputError` for what a person must fix and `UnspokenError` for lines that could not
        be spoken; OSError, MemoryError and RuntimeError are taken for what may pass.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """An order that was read and is fit to be rendered."""

    key: str
    """Of everything that shapes the files: equal keys, equal files."""
    title: str
    lines: int
    make: Making


class Renderer(Protocol):
    """Reads orders, several at once, each in a thread of its own, as their plans are made then."""

    def prepare(self, order: Order) -> Plan:
        """Read an order; raises `InputError` with everything a person must fix."""
        ...

    def trouble(self) -> str | None:
        """Why nothing can be rendered now, as a sentence; None when all is well."""
        ...

    def close(self) -> None:
        """Free what it holds."""
        ...


class UnspokenError(RuntimeError):
    """Lines that could not be spoken; all others are kept and need not be spoken again."""

    def __init__(self, problems: Sequence[Mistake]) -> None:
        super().__init__(f"{counted(len(problems), 'line')} could not be spoken")
        self.problems = tuple(problems)
