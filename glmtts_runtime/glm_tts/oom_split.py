"""Requests -> waves by the GLM-TTS engine, with fewer lines at once where memory runs out."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

from ...messages import Message
from ...progress import Cancel, Progress
from ..engine import Outcome, OutOfMemoryError, SpeechError, SpeechRequest
from .engine import GlmEngine

_log = logging.getLogger(__name__)


class SplitOnOutOfMemory:
    """The engine for a caller that is alone with it; `runtime` does the same for several."""

    def __init__(self, engine: GlmEngine) -> None:
        self._engine = engine
        self.name = engine.name
        self.fingerprint = engine.fingerprint
        self.sample_rates = engine.sample_rates

    def synthesize(
        self, requests: Sequence[SpeechRequest], *, progress: Progress, cancel: Cancel
    ) -> Iterator[Outcome]:
        """As `Engine.synthesize`; progress counts chunks."""
        waiting = dict(enumerate(requests))
        whole = furthest = 0

        def counted(done: int, total: int) -> None:
            """What is left is known; what a lack of memory took back is not shown."""
            nonlocal whole, furthest
            whole = whole or total
            furthest = max(furthest, whole - (total - done))
            progress(furthest, whole)

        while waiting:
            numbers = list(waiting)
            outcomes = self._engine.synthesize(
                list(waiting.values()), progress=counted, cancel=cancel
            )
            try:
                for outcome in outcomes:
                    number = numbers[outcome.index]
                    del waiting[number]
                    yield Outcome(number, outcome.result, outcome.notes)
            except OutOfMemoryError as error:
                yield from self._fewer(waiting, error)

    def _fewer(
        self, waiting: dict[int, SpeechRequest], error: OutOfMemoryError
    ) -> Iterator[Outcome]:
        """Halve the lines at once; with one line at once already, give up a line."""
        if self._engine.rows > 1:
            self._engine.rows //= 2
            _log.warning("memory ran out; going on with %d lines at once", self._engine.rows)
            return
        number = next(iter(waiting))
        del waiting[number]
        what = Message(
            "memory ran out even for one line alone ({}): free some, or choose the CPU", error
        )
        yield Outcome(number, SpeechError(what))

    def close(self) -> None:
        self._engine.close()
