"""English words -> their IPA, by espeak-ng in a worker process that answers until it is closed."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

from .installation import Installation

PATIENCE = 10.0
"""Seconds for an answer, which takes some thousandths of one"""

MEMORY = 50_000
"""Words that are remembered"""

_WORKER = Path(__file__).with_name("ipa_worker.py")


class Ipa:
    """Asks espeak-ng, once a word. Its process starts with the first question.

    What the process does not answer is not asked again, and neither is anything else once it has
    failed twice: a reading by letters is better than a line that is not spoken. One thread at a
    time is answered.
    """

    def __init__(
        self, installation: Installation, *, worker: Path = _WORKER, patience: float = PATIENCE
    ) -> None:
        self._installation, self._worker, self._patience = installation, worker, patience
        self._process: subprocess.Popen[bytes] | None = None
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
        timer = threading.Timer(self._patience, process.kill)
        timer.daemon = True
        timer.start()
        try:
            process.stdin.write(len(question).to_bytes(4, "big") + question)
            process.stdin.flush()
            header = process.stdout.read(4)
            body = process.stdout.read(int.from_bytes(header, "big"))
        except OSError:
            return None
        finally:
            timer.cancel()
        return body if len(header) == 4 and len(body) == int.from_bytes(header, "big") else None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(
                [
                    sys.executable, "-I", "-S", "-B",
                    str(self._worker), str(self._installation.library),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=self._installation.folder,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )  # fmt: skip
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None, "both pipes were asked for"
            with suppress(OSError):  # What a dead process did not read is of no interest.
                pipe.close()
        process.wait()
