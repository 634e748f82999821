"""Looks at an inbox -> files taken: when to look, what wakes the looking, and what is seen."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ..files.fence import fenced
from ..files.mounts import eventful, file_system
from ..jobs.core import Core
from ..jobs.status import Now
from .inbox import Look, Patience, look, scripts_below
from .lease import Lease
from .names import READY
from .unmoved import Unmoved
from .wakeup import Wakeup

_log = logging.getLogger(__name__)

_IN_A_FOLDER = (
    "not taken, since only scripts refer to what lies in a folder: %s. To have it made, move it up "
    "into the inbox and have it name its sounds as %s/…"
)
BATCH = 256
"""Files claimed before the journal knows of them"""


@dataclass(slots=True)
class Intake:
    """Takes what is complete. `clock` never goes back; `bell` rings when it may be worth a look."""

    core: Core
    clock: Callable[[], float]
    bell: threading.Event
    now: Now
    _patience: Patience = field(init=False)
    _wakeup: Wakeup = field(init=False)
    _lease: Lease = field(init=False)
    _unmoved: Unmoved = field(default_factory=Unmoved)
    _told: dict[str, int] = field(default_factory=dict)
    """When folders were changed that were last looked into; 0 once somebody was told of scripts"""
    _marks: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        layout = self.core.layout
        self._patience = Patience(layout.inbox)
        self._wakeup = Wakeup((layout.inbox, layout.urgent), self.bell)
        self._lease = Lease(layout)

    def take(self, taken: Callable[[], None]) -> None:
        """One look at the inbox; `taken` is called whenever something was taken. Raises OSError."""
        core, settings = self.core, self.core.settings
        self._lease.renew(self.clock())
        self._listen()
        self._patience.settle, self._patience.marked = settings.settle, settings.marked
        found = look(core.layout.inbox)
        self.now.scanned, self.now.ignored = core.wall(), found.others
        now = self.clock()
        names = self._unmoved.due(self._patience.complete(found, now), found, now)
        for start in range(0, len(names), BATCH):
            if core.stopping.is_set():
                break
            self._take_batch(names[start : start + BATCH], found)
            self.now.waiting = self._waiting()
            taken()
        self.now.waiting = self._waiting()
        self._drop_old(found.marks)
        self._tell_of_folders(found.folders)

    def _take_batch(self, names: Sequence[str], found: Look) -> None:
        ours, unmoved = self.core.take(names)
        for name in ours:
            self._patience.taken(name)
            self._unmoved.moved(name)
            if name in found.ready:
                self._drop(name)
        for name, error in unmoved.items():
            if self._unmoved.failed(name, found, self.clock()):
                self.core.refuse(name, error)

    def _tell_of_folders(self, folders: Mapping[str, int]) -> None:
        """Say once of each folder that scripts in it are not taken: it was dropped whole."""
        self._told = {folder: when for folder, when in self._told.items() if folder in folders}
        for folder, changed in folders.items():
            if self._told.get(folder) in {0, changed}:
                continue
            self._told[folder] = changed
            with fenced(f"{folder} cannot be looked into"):
                if scripts := scripts_below(self.core.layout.inbox, folder):
                    self._told[folder] = 0
                    _log.info(_IN_A_FOLDER, ", ".join(scripts[:3]), folder)

    def _waiting(self) -> int:
        return self._patience.waiting() - self._unmoved.reported()

    def wait(self) -> float:
        """s until the next look is due."""
        soonest, scan = self._patience.soonest(self.clock()), self.core.settings.scan
        return scan if soonest is None else min(scan, soonest + 0.01)

    def close(self) -> None:
        """End the listening."""
        self._wakeup.close()

    def _listen(self) -> None:
        asked = self.core.settings.watching
        layout = self.core.layout
        if asked == "events" or (asked == "auto" and eventful(file_system(layout.inbox))):
            self.now.watching = "events" if self._wakeup.supervise(self.clock()) else "poll"
        else:
            self._wakeup.close()
            self.now.watching = "poll"

    def _drop(self, name: str) -> None:
        with fenced(f"{name}{READY} cannot be removed"):
            (self.core.layout.inbox / f"{name}{READY}").unlink(missing_ok=True)

    def _drop_old(self, marks: frozenset[str]) -> None:
        """Remove each NAME.ready that outlived its file: it would vouch for the next NAME."""
        now = self.clock()
        self._marks = {mark: self._marks.get(mark, now) for mark in marks}
        for mark, since in list(self._marks.items()):
            if now - since > self.core.settings.settle:
                self._drop(mark)
                del self._marks[mark]
