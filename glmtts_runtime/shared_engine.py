"""A runtime and options -> an engine like any other, whose work the runtime does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from queue import Empty
from typing import Protocol

from ..audio.wave import Wave
from ..progress import Cancel, Progress
from .engine import Engine, Outcome, SpeechRequest
from .options import EngineOptions
from .request_queue import Call

POLL = 0.05
"""s between two looks at whether a waiting caller wants to stop"""


class Speaker(Protocol):
    """Who does the work: the runtime."""

    def loaded(self, options: EngineOptions) -> Engine: ...

    def submit(self, call: Call) -> None: ...


class SharedEngine:
    """An engine whose work the runtime does. Closing it frees nothing: others may be using it."""

    def __init__(self, runtime: Speaker, options: EngineOptions, *, bulk: bool) -> None:
        self._runtime, self._options, self._bulk = runtime, options, bulk

    def urgent(self) -> SharedEngine:
        """The same engine for people who wait: they go before bulk work."""
        return SharedEngine(self._runtime, self._options, bulk=False)

    @property
    def name(self) -> str:
        return self._runtime.loaded(self._options).name

    @property
    def fingerprint(self) -> str:
        return self._runtime.loaded(self._options).fingerprint

    @property
    def sample_rates(self) -> tuple[int, ...]:
        return self._runtime.loaded(self._options).sample_rates

    def synthesize(
        self, requests: Sequence[SpeechRequest], *, progress: Progress, cancel: Cancel
    ) -> Iterator[Outcome]:
        """As `Engine.synthesize`; progress counts requests."""
        if not requests:
            return
        call = Call(self._options, requests, self._bulk)
        for done, result in enumerate(self._results(call, len(requests), cancel), start=1):
            assert isinstance(result, Outcome), "a batch is answered by outcomes"
            progress(done, len(requests))
            yield result

    def stream(
        self, request: SpeechRequest, *, progress: Progress, cancel: Cancel
    ) -> Iterator[Wave]:
        """As `StreamingEngine.stream`."""
        call = Call(self._options, [request], self._bulk, streamed=True)
        for wave in self._results(call, None, cancel):
            assert isinstance(wave, Wave), "a stream is answered by waves"
            progress(0, 1)
            yield wave
        progress(1, 1)

    def close(self) -> None:
        """The runtime lets go of the engine when nobody has used it for a while."""

    def _results(self, call: Call, count: int | None, cancel: Cancel) -> Iterator[Outcome | Wave]:
        """Results as they come, in the caller's own thread: so many, or up to an end."""
        cancel()
        self._runtime.submit(call)
        try:
            while count is None or count > 0:
                try:
                    result = call.results.get(timeout=POLL)
                except Empty:
                    cancel()
                    continue
                if result is None:
                    return
                if isinstance(result, BaseException):
                    raise result
                yield result
                cancel()
                count = None if count is None else count - 1
        finally:
            call.gone = True
