"""The protocol of what renders jobs: a private copy of a dropped file in, a folder of files out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

from .job import Kind
from .snapshot import Snapshot

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with the phase ("speak", "mp3", …), how much of it is done, and of how much."""

Cancel: TypeAlias = Callable[[], None]
"""Called often; raises to stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A job as a renderer sees it."""

    name: str
    """As it was dropped; messages call it so."""
    kind: Kind
    source: Path
    """A private copy of the dropped file that nobody writes to."""
    snapshot: Snapshot
    """Gives private copies of the files that the source refers to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """An order that was read and is fit to be rendered."""

    order: Order
    key: str
    """Of everything that shapes the files: equal keys, equal files."""
    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a render made."""

    lines: int
    synthesised: int
    seconds: float


class Renderer(Protocol):
    """Reads and renders orders, several at once, each in a thread of its own."""

    def prepare(self, order: Order) -> Plan:
        """Read an order; raises `InputError` with everything a person must fix."""
        ...

    def render(self, plan: Plan, target: Path, *, progress: Progress, cancel: Cancel) -> Made:
        """Make the files of a plan in the empty folder `target`, `manifest.json` among them.

        Raises `InputError` for what a person must fix and `TakesFailedError` for lines that could
        not be spoken; `OSError`, `MemoryError` and `RuntimeError` are taken for what may pass.
        """
        ...

    def close(self) -> None:
        """Free what it holds."""
        ...
