"""Requests from anywhere in the process -> one holder of loaded engines that serves them in turn.

A single worker thread does all the speaking, so no engine sees two threads. Calls for people who
wait come before bulk work; calls of one kind share each batch evenly.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from .calls import Call, Calls, Key
from .engine import (
    Engine,
    Outcome,
    OutOfMemoryError,
    SpeechError,
    StreamingEngine,
)
from .shared_engine import SharedEngine

BATCH = 16
"""Requests spoken together at most."""
IDLE = 600.0
"""s without a request after which an engine is let go"""

_log = logging.getLogger(__name__)


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
        self._calls = Calls()
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
            for call in self._calls.clear():
                call.results.put(SpeechError("the runtime was closed"))
            self._changed.notify_all()
            worker = self._worker
        if worker is not None:
            worker.join()
        self.unload()

    def loaded(self, key: Key) -> Engine:
        """The engine of a key, loaded if it is not. Raises what loading raises."""
        return self._ready(key).engine

    def submit(self, call: Call) -> None:
        with self._changed:
            if self._closed:
                raise SpeechError("the runtime was closed")
            self._calls.add(call)
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
                first = self._calls.first()
                chosen = self._calls.batch(first, self._room(first.key)) if first else []
            if chosen:
                with self._speaking:
                    self._serve(chosen)
            else:
                self.unload(idle=self._idle)

    def _room(self, key: Key) -> int:
        """Requests at once that the memory of a key's engine has borne."""
        loaded = self._loaded.get(key)
        return loaded.limit if loaded else self._batch

    def _serve(self, chosen: list[tuple[Call, int]]) -> None:
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

    def _speak(self, engine: Engine, open_ones: dict[int, tuple[Call, int]]) -> None:
        requests = [call.requests[index] for call, index in open_ones.values()]
        outcomes = engine.synthesize(
            requests, progress=lambda _done, _total: None, cancel=lambda: _check(open_ones)
        )
        for outcome in outcomes:
            call, index = open_ones.pop(outcome.index)
            call.results.put(Outcome(index, outcome.result, outcome.notes))

    def _stream(self, engine: Engine, open_ones: dict[int, tuple[Call, int]]) -> None:
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
        self, unfinished: list[tuple[Call, int]], size: int, error: OutOfMemoryError
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
                self._calls.again(call, index)


class _Stop(Exception):  # noqa: N818
    """Everyone whose requests are in a batch has gone."""


def _check(open_ones: dict[int, tuple[Call, int]]) -> None:
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
