"""Files that cannot be moved out of the inbox -> when they are tried again, and reported.

Somebody may have such a file open (Windows), or own it in a folder where only owners may move
things. It is tried for a while before its failure is reported, and now and then afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from .inbox import Look, Seen

PATIENCE = 60.0
"""s for which a file may be in use before it is reported"""
AGAIN = 60.0
"""s between two tries of a file that was reported"""


@dataclass(slots=True)
class _Stay:
    seen: Seen
    since: float
    tried: float
    reported: bool = False


@dataclass(slots=True)
class Unmoved:
    """What could not be moved so far. `now` is of a clock that never goes back."""

    _stays: dict[str, _Stay] = field(default_factory=dict)

    def due(self, names: Iterable[str], look: Look, now: float) -> list[str]:
        """Those of the names that are worth a try; what has gone or changed is forgotten."""
        self._stays = {
            name: stay for name, stay in self._stays.items() if look.files.get(name) == stay.seen
        }
        return [name for name in names if not self._waits(name, now)]

    def failed(self, name: str, look: Look, now: float) -> bool:
        """Note that a file could not be moved; whether that is to be reported now."""
        stay = self._stays.setdefault(name, _Stay(look.files[name], now, now))
        stay.tried = now
        news = not stay.reported and now - stay.since >= PATIENCE
        stay.reported |= news
        return news

    def moved(self, name: str) -> None:
        """Forget a file that could be moved after all."""
        self._stays.pop(name, None)

    def reported(self) -> int:
        """How many files stay in the inbox though their failure is known."""
        return sum(stay.reported for stay in self._stays.values())

    def _waits(self, name: str, now: float) -> bool:
        stay = self._stays.get(name)
        return stay is not None and stay.reported and now - stay.tried < AGAIN
