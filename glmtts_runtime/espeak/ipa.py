"""English words -> their IPA, by espeak-ng in a worker process that answers until it is closed."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from ...worker_pipe import command, deadline, end, read_frame, start, write_frame
from .installation import Installation

PATIENCE = 10.0
"""Seconds for an answer, which takes some thousandths of one"""

MEMORY = 50_000
"""Words that are remembered"""

if TYPE_CHECKING:
    from subprocess import Popen


class Ipa:
    """Asks espeak-ng, once a word. Its process starts with the first question.

    What the process does not answer is not asked again, and neither is anything else once it has
    failed twice: a reading by letters is better than a line that is not spoken. One thread at a
    time is answered.
    """

    def __init__(
        self,
        installation: Installation,
        *,
        worker: Sequence[str] | None = None,
        patience: float = PATIENCE,
    ) -> None:
        """worker: another command line than espeak-ng's own; patience: in s."""
        library = str(installation.library)
        self._folder, self._patience = installation.folder, patience
        self._command = worker or command("glmtts_runtime.espeak.ipa_worker", library)
        self._process: Popen[bytes] | None = None
        self._known: dict[str, str] = {}
        self._lives = 2
        self._lock = threading.Lock()

    def __call__(self, word: str) -> str:
        """The IPA of a word; "" for one that has none."""
        with self._lock:
            if word not in self._known:
                if len(self._known) >= MEMORY:
                    self._known.clear()
                self._known[word] = self._asked(" ".join(word.split()))
            return self._known[word]

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def _asked(self, word: str) -> str:
        while self._lives:
            answer = self._exchanged(word.encode())
            if answer is not None:
                return answer.decode(errors="replace")
            self._end()
            self._lives -= 1
        return ""

    def _exchanged(self, question: bytes) -> bytes | None:
        """None when the process is gone, or does not answer in time."""
        process = self._running()
        assert process.stdin is not None, "a pipe was asked for"
        assert process.stdout is not None, "a pipe was asked for"
        with deadline(process, self._patience), suppress(OSError):
            write_frame(process.stdin, question)
            return read_frame(process.stdout)
        return None

    def _running(self) -> Popen[bytes]:
        if self._process is None:
            self._process = start(self._command, self._folder)
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            end(process)
