"""How work tells how far it is, and asks whether to go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Progress: TypeAlias = Callable[[int, int], None]
"""Called with (done, total) of one kind of work; `done` never falls."""

Report: TypeAlias = Callable[[str, int, int], None]
"""Called with the phase ("speak", "mp3", …), how much of it is done, and of how much."""

Cancel: TypeAlias = Callable[[], None]
"""Called at least once per step of the work; raises (whatever the host likes) to stop it."""


def unwatched(*_: object) -> None:
    """A `Progress` or `Report` for nobody, and a `Cancel` that never stops anything."""
