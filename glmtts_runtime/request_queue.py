"""Calls that wait to be spoken -> the next request: people first, then bulk work, each in turn."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from queue import SimpleQueue

from ..audio.wave import Wave
from .engine import Outcome, SpeechRequest
from .options import EngineOptions


@dataclass(slots=True, eq=False)
class Call:
    """One caller's requests, and the queue it listens at."""

    options: EngineOptions
    requests: Sequence[SpeechRequest]
    bulk: bool
    streamed: bool = False
    waiting: deque[int] = field(default_factory=deque)
    results: SimpleQueue[Outcome | Wave | BaseException | None] = field(default_factory=SimpleQueue)
    gone: bool = False


class Calls:
    """Those who wait. Not for several threads at once."""

    def __init__(self) -> None:
        self._calls: deque[Call] = deque()

    def __len__(self) -> int:
        return len(self._calls)

    def add(self, call: Call) -> None:
        """Let a call wait for all of its requests."""
        call.waiting.extend(range(len(call.requests)))
        self._calls.append(call)

    def again(self, call: Call, index: int) -> None:
        """Put a request of a call back at the front."""
        call.waiting.appendleft(index)
        if call not in self._calls:
            self._calls.appendleft(call)

    def clear(self) -> list[Call]:
        """Nobody waits any longer; those who did."""
        left = list(self._calls)
        self._calls.clear()
        return left

    def first(self) -> Call | None:
        """Whose turn it is; calls that want nothing more are forgotten."""
        self._calls = deque(call for call in self._calls if call.waiting and not call.gone)
        if not self._calls:
            return None
        return next((call for call in self._calls if not call.bulk), self._calls[0])

    def take(self, first: Call) -> tuple[Call, int]:
        """The next request of the call whose turn it is; equals take turns."""
        index = first.waiting.popleft()
        # Whoever was served goes to the end of the line.
        self._calls.remove(first)
        if first.waiting:
            self._calls.append(first)
        return first, index
