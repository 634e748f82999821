"""A job under way -> what its render calls: the note of how far it is, and whether to go on."""

from __future__ import annotations

import logging
import time

from .core import Core
from .outcome import CancelledError, StoppedError

_NOTED = 0.25  # s between two notes of progress

_log = logging.getLogger(__name__)


class Control:
    """What goes between the render of one job and everybody else; `lines` are those it speaks."""

    def __init__(self, core: Core, id: int, lines: int) -> None:
        self._core, self._id, self._lines = core, id, lines
        self._noted = -1.0
        self._later = 0  # steps taken after the last line was spoken

    def report(self, phase: str, done: int, total: int) -> None:
        """Note in the journal how far the job is."""
        self._later += phase != "speak"
        now = time.monotonic()
        # Every line is noted: a death after it is no evidence against this job.
        if phase == "speak" or done == total or now - self._noted >= _NOTED:
            self._noted = now
            steps = done if phase == "speak" else self._lines + self._later
            self._core.journal.progress(self._id, phase, done, total, steps)
            _log.debug("step: progress %d %s", self._id, phase)

    def cancel(self) -> None:
        """Raise if the job is not to go on."""
        if self._id in self._core.cancelled:
            raise CancelledError
        if self._core.stopping.is_set():
            raise StoppedError
