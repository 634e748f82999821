"""Requests from anywhere in the process -> one holder of loaded engines that serves them in turn.

A single worker thread does all the speaking, so no engine sees two threads. Calls for people who
wait come before bulk work; calls of one kind share each batch evenly.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from queue import Empty, SimpleQueue

from .engine import (
    Cancel,
    Engine,
    Outcome,
    OutOfMemoryError,
    Progress,
    SpeechError,
    SpeechRequest,
    StreamingEngine,
)
from .wave import Wave

BATCH = 16
"""Requests spoken together at most."""
IDLE = 600.0
"""s without a request after which an engine is let go"""
POLL = 0.05
"""s between two looks at whether a waiting caller wants to stop"""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Key:
    """Which engine: equal keys share one."""

    checkpoint: str
    """Folder"""
    device: str = "auto"
    precision: str = "auto"
    history: bool = True


@dataclass(frozen=True, slots=True)
class Held:
    """An engine in memory."""

    key: Key
    nbytes: int
    """Of its weights"""
    idle: float
    """s since it last spoke"""


@dataclass(slots=True)
class _Loaded:
    engine: Engine
    used: float
    limit: int = BATCH
    """Requests at once that memory has borne."""


class _Stop(Exception):  # noqa: N818
    """Everyone whose requests are in a batch has gone."""


@dataclass(slots=True, eq=False)
class _Call:
    """One caller's requests, and the queue it listens at."""

    key: Key
    requests: Sequence[SpeechRequest]
    bulk: bool
    streamed: bool = False
    waiting: deque[int] = field(default_factory=deque)
    results: SimpleQueue[Outcome | Wave | BaseException | None] = field(default_factory=SimpleQueue)
    gone: bool = False


class Runtime:
    """Holds engines and speaks for everyone. `load` makes the engine of a key; `clock` counts s."""

    def __init__(
        self,
        load: Callable[[Key], Engine],
        *,
        batch: int = BATCH,
        idle: float = IDLE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._load, self._batch, self._idle, self._clock = load, batch, idle, clock
        self._loaded: dict[Key, _Loaded] = {}
        self._calls: deque[_Call] = deque()
        self._changed = threading.Condition()
        self._loading = threading.RLock()  # held to look at or change what is loaded
        self._speaking = threading.Lock()  # held while an engine works, and to let go of one
        self._worker: threading.Thread | None = None
        self._closed = False

    def engine(self, key: Key, *, bulk: bool = False) -> SharedEngine:
        """An engine like any other whose work is done here. bulk: nobody waits for it."""
        return SharedEngine(self, key, bulk=bulk)

    def held(self) -> tuple[Held, ...]:
        """What is in memory now."""
        now = self._clock()
        with self._loading:
            return tuple(
                Held(key, getattr(loaded.engine, "nbytes", 0), now - loaded.used)
                for key, loaded in self._loaded.items()
            )

    def unload(self, *, idle: float = 0.0) -> None:
        """Let go of the engines that have not spoken for `idle` s, after the batch under way."""
        with self._speaking, self._loading:
            for key, loaded in list(self._loaded.items()):
                if self._clock() - loaded.used >= idle:
                    del self._loaded[key]
                    loaded.engine.close()
                    _log.info("let go of %s", key.checkpoint)

    def close(self) -> None:
        """Finish the batch under way, refuse everything else and free all memory."""
        with self._changed:
            self._closed = True
            for call in self._calls:
                call.results.put(SpeechError("the runtime was closed"))
            self._calls.clear()
            self._changed.notify_all()
            worker = self._worker
        if worker is not None:
            worker.join()
        self.unload()

    def loaded(self, key: Key) -> Engine:
        """The engine of a key, loaded if it is not. Raises what loading raises."""
        return self._ready(key).engine

    def submit(self, call: _Call) -> None:
        with self._changed:
            if self._closed:
                raise SpeechError("the runtime was closed")
            call.waiting.extend(range(len(call.requests)))
            self._calls.append(call)
            if self._worker is None:
                self._worker = threading.Thread(target=self._work, name="glmtts", daemon=True)
                self._worker.start()
            self._changed.notify_all()

    def _ready(self, key: Key) -> _Loaded:
        with self._loading:
            if key not in self._loaded:
                self._loaded[key] = _Loaded(self._load(key), self._clock(), self._batch)
            return self._loaded[key]

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._calls and not self._closed:
                    if not self._changed.wait(timeout=min(self._idle, 1.0)):
                        break
                if self._closed:
                    return
                chosen = self._chosen()
            if chosen:
                with self._speaking:
                    self._serve(chosen)
            else:
                self.unload(idle=self._idle)

    def _chosen(self) -> list[tuple[_Call, int]]:
        """The next batch: one request of each call in turn, those who wait for it first."""
        self._calls = deque(call for call in self._calls if call.waiting and not call.gone)
        if not self._calls:
            return []
        first = next((call for call in self._calls if not call.bulk), self._calls[0])
        if first.streamed:
            self._calls.remove(first)
            return [(first, first.waiting.popleft())]
        loaded = self._loaded.get(first.key)
        room = loaded.limit if loaded else self._batch
        sharing = [
            call
            for call in self._calls
            if (call.key, call.bulk, call.streamed) == (first.key, first.bulk, False)
        ]
        chosen: list[tuple[_Call, int]] = []
        while len(chosen) < room and any(call.waiting for call in sharing):
            for call in sharing:
                if call.waiting and len(chosen) < room:
                    chosen.append((call, call.waiting.popleft()))
        # Whoever was served goes to the end of the line.
        self._calls.rotate(-1)
        return chosen

    def _serve(self, chosen: list[tuple[_Call, int]]) -> None:
        """Speak a batch and tell everyone what became of it."""
        open_ones = dict(enumerate(chosen))
        try:
            loaded = self._ready(chosen[0][0].key)
            spoken = self._stream if chosen[0][0].streamed else self._speak
            spoken(loaded.engine, open_ones)
            loaded.used = self._clock()
        except _Stop:
            pass
        except OutOfMemoryError as error:
            self._shrink(list(open_ones.values()), len(chosen), error)
        except BaseException as error:  # noqa: BLE001
            # It is the callers': each of them raises it.
            for call in {id(call): call for call, _ in open_ones.values()}.values():
                call.gone = True
                call.results.put(error)

    def _speak(self, engine: Engine, open_ones: dict[int, tuple[_Call, int]]) -> None:
        requests = [call.requests[index] for call, index in open_ones.values()]
        outcomes = engine.synthesize(
            requests, progress=lambda _done, _total: None, cancel=lambda: _check(open_ones)
        )
        for outcome in outcomes:
            call, index = open_ones.pop(outcome.index)
            call.results.put(Outcome(index, outcome.result, outcome.notes))

    def _stream(self, engine: Engine, open_ones: dict[int, tuple[_Call, int]]) -> None:
        ((call, index),) = open_ones.values()
        streaming: StreamingEngine = engine  # type: ignore[assignment]
        for wave in streaming.stream(
            call.requests[index],
            progress=lambda _done, _total: None,
            cancel=lambda: _check(open_ones),
        ):
            call.results.put(wave)
        call.results.put(None)

    def _shrink(
        self, unfinished: list[tuple[_Call, int]], size: int, error: OutOfMemoryError
    ) -> None:
        """Memory ran out: try again with half as many, and with one give that one up."""
        loaded = self._loaded[unfinished[0][0].key]
        if size == 1:
            ((call, index),) = unfinished
            what = SpeechError(
                f"memory ran out even for this line alone ({error}): close other programs, choose "
                "another device, or shorten its reference"
            )
            call.results.put(what if call.streamed else Outcome(index, what))
            return
        loaded.limit = max(1, size // 2)
        _log.warning("memory ran out with %d lines at once; going on with %d", size, loaded.limit)
        with self._changed:
            for call, index in reversed(unfinished):
                call.waiting.appendleft(index)
                if call not in self._calls:
                    self._calls.appendleft(call)


class SharedEngine:
    """An engine whose work the runtime does. Closing it frees nothing: others may be using it."""

    def __init__(self, runtime: Runtime, key: Key, *, bulk: bool) -> None:
        self._runtime, self._key, self._bulk = runtime, key, bulk

    @property
    def name(self) -> str:
        return self._runtime.loaded(self._key).name

    @property
    def fingerprint(self) -> str:
        return self._runtime.loaded(self._key).fingerprint

    @property
    def sample_rates(self) -> tuple[int, ...]:
        return self._runtime.loaded(self._key).sample_rates

    def synthesize(
        self, requests: Sequence[SpeechRequest], *, progress: Progress, cancel: Cancel
    ) -> Iterator[Outcome]:
        """As `Engine.synthesize`; progress counts requests."""
        if not requests:
            return
        call = _Call(self._key, requests, self._bulk)
        for done, result in enumerate(self._heard(call, len(requests), cancel), start=1):
            assert isinstance(result, Outcome), "a batch is answered by outcomes"
            progress(done, len(requests))
            yield result

    def stream(
        self, request: SpeechRequest, *, progress: Progress, cancel: Cancel
    ) -> Iterator[Wave]:
        """As `StreamingEngine.stream`."""
        call = _Call(self._key, [request], self._bulk, streamed=True)
        for wave in self._heard(call, None, cancel):
            assert isinstance(wave, Wave), "a stream is answered by waves"
            progress(0, 1)
            yield wave
        progress(1, 1)

    def close(self) -> None:
        """The runtime lets go of the engine when nobody has used it for a while."""

    def _heard(self, call: _Call, count: int | None, cancel: Cancel) -> Iterator[Outcome | Wave]:
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


def _check(open_ones: dict[int, tuple[_Call, int]]) -> None:
    if all(call.gone for call, _ in open_ones.values()):
        raise _Stop


@cache
def shared() -> Runtime:
    """The process's own runtime."""
    return Runtime(open_key)


def open_key(key: Key) -> Engine:
    """Load the GLM-TTS engine of a key, its voices' features kept beside the voice library."""
    from pathlib import Path

    import platformdirs

    from .checkpoint.layout import find
    from .device import device, precision
    from .opening import open_engine

    on = device(key.device)
    return open_engine(
        find(Path(key.checkpoint) if key.checkpoint else None),
        device=on,
        dtype=precision(on, key.precision),
        features=Path(platformdirs.user_cache_dir("glmtts", appauthor=False)) / "features",
        history=key.history,
    )
