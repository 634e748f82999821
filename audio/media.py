"""The processes people's media are read in: started with the first need, watched, used again.

What they do is `media_worker.py`'s to say. One that crashes, hangs or wants too much memory is a
mistake in the file it was reading and no more; the next file gets a new one.
"""

from __future__ import annotations

import atexit
import errno
import json
import math
import os
import signal
import subprocess
import threading
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..messages import Message
from ..mistakes import InputError, Place
from ..worker_pipe import command, end, read_frame, start, write_frame
from .limits import CPU_SECONDS, FRAME_BYTES, PATIENCE

STARTING = 60.0
"""Seconds for a worker to begin, on a machine that has a lot to do."""

MOST_IDLE = 2
"""Workers kept for the next file; as many more as are needed at once are started and ended."""

LAST = ord("e")
"""The letter of an answer's last frame."""

_idle: list[_Worker] = []
_lock = threading.Lock()


def answered(
    request: Mapping[str, object], name: str, place: Place, data: bytes | None = None
) -> Generator[memoryview, None, None]:
    """The bodies of what a worker says to one request; to be closed where not read to the end.

    name: the file's, for messages; data: bytes that go with the request. Raises InputError at
    `place` for a file that cannot be read, or that ended the worker.
    """
    frames = [json.dumps(request).encode(), *([] if data is None else [data])]
    try:
        for answer in _frames(frames):
            if answer[0] != LAST:
                yield answer[1:]
            elif last := json.loads(bytes(answer[1:])):
                raise InputError.at(place, last["what"], last["remedy"])
    except _EndedError as ended:
        raise InputError.at(place, f"{name} {ended.why}.", ended.remedy) from None


def asked(
    request: Mapping[str, object], name: str, place: Place, data: bytes | None = None
) -> dict[str, Any]:
    """The one thing that is said to a request for a measure; as `answered`."""
    (body,) = answered(request, name, place, data)
    measured: dict[str, Any] = json.loads(bytes(body))
    return measured


def _frames(request: Sequence[bytes]) -> Generator[memoryview, None, None]:
    """The frames of one answer up to its last."""
    worker = _taken()
    over = False
    try:
        answer = worker.ask(request)
        while True:
            over = answer[0] == LAST
            yield answer
            if over:
                return
            answer = worker.answer()
    finally:
        if over:
            _give_back(worker)
        else:
            worker.close()


def _taken() -> _Worker:
    """A worker for one request."""
    with _lock:
        _arrange()
        while _idle:
            worker = _idle.pop()
            if worker.alive():  # somebody may have ended it meanwhile
                return worker
            worker.close()
    return _Worker()


def _give_back(worker: _Worker) -> None:
    with _lock:
        if len(_idle) < MOST_IDLE:
            _idle.append(worker)
            return
    worker.close()


def close() -> None:
    """End the workers that nobody is using."""
    with _lock:
        ending = _idle[:]
        _idle.clear()
    for worker in ending:
        worker.close()


@cache
def _arrange() -> None:
    """What happens to idle workers when this process ends, or is doubled by a fork."""
    atexit.register(close)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_idle.clear)


@dataclass
class _EndedError(Exception):
    """The worker is gone, and why: words to follow a file's name."""

    why: str
    remedy: str = "Convert it to WAV or FLAC with another program."


class _Worker:
    """One process."""

    def __init__(self) -> None:
        self._process = start(command("audio.media_worker", folders=_folders()))
        self._until = math.inf
        self._gone = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()
        try:
            self.answer(STARTING)
        except _EndedError as ended:
            self.close()
            raise RuntimeError(f"The process that decodes sound {ended.why}.") from ended

    def ask(self, frames: Sequence[bytes]) -> memoryview:
        """Send a request; returns the first frame of its answer. Raises _EndedError."""
        assert self._process.stdin is not None, "a pipe was asked for"
        self._until = time.monotonic() + PATIENCE
        with suppress(OSError):  # it may have died already; the answer says so
            for frame in frames:
                write_frame(self._process.stdin, frame)
        return self.answer()

    def answer(self, patience: float | None = None) -> memoryview:
        """The next frame, with its letter; patience: PATIENCE unless said otherwise."""
        patience = PATIENCE if patience is None else patience
        assert self._process.stdout is not None, "a pipe was asked for"
        self._until = time.monotonic() + patience
        frame = read_frame(self._process.stdout, FRAME_BYTES)
        late, self._until = time.monotonic() > self._until, math.inf
        if frame:
            return memoryview(frame)
        raise _EndedError(f"takes longer than {patience:g} s to decode" if late else self._end())

    def alive(self) -> bool:
        return self._process.poll() is None

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._gone.set()
        end(self._process)

    def _end(self) -> str:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(1)
        self._process.kill()
        status = self._process.wait()
        if status == errno.ENOMEM:
            return "needs too much memory to decode"
        if status == -getattr(signal, "SIGXCPU", 0):
            return f"takes more than {CPU_SECONDS} s of work to decode"
        return Message("crashed the process that decodes it (status {})", status)

    def _watch(self) -> None:
        """Kill the process when an answer is late, which ends every read of its pipes."""
        while not self._gone.wait(1.0):
            if time.monotonic() > self._until:
                self._process.kill()
                return


def _folders() -> list[str]:
    """Where the packages of the worker lie."""
    specs = (find_spec(name) for name in ("av", "PIL"))
    return sorted({str(Path(spec.origin).parents[1]) for spec in specs if spec and spec.origin})
