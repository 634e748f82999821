"""Requests from anywhere in the process -> one holder of loaded engines that serves them in turn.

A single worker thread does all the speaking, so no engine sees two threads. Requests join those
under way as there is room: those of people who wait before bulk work, calls of one kind in turn.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from .. import machine
from ..messages import Message
from ..progress import unwatched
from .engine import Engine, Outcome, OutOfMemoryError, ServingEngine, SpeechError, SpeechRequest
from .options import EngineOptions
from .request_queue import Call, Calls
from .shared_engine import SharedEngine

BATCH = 64
"""Requests under way at most; an engine may take fewer at once."""
IDLE = 600.0
"""s without a request after which an engine is let go"""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Loaded:
    engine: ServingEngine
    used: float
    limit: int = BATCH
    """Requests at once that its memory has borne."""


class Runtime:
    """Holds engines and speaks for everyone. `load` opens one; `clock` counts s."""

    def __init__(
        self,
        load: Callable[[EngineOptions], ServingEngine],
        *,
        batch: int = BATCH,
        idle: float = IDLE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._load, self._batch, self._idle, self._clock = load, batch, idle, clock
        self._loaded: dict[EngineOptions, _Loaded] = {}
        self._calls = Calls()
        self._changed = threading.Condition()
        self._loading = threading.RLock()  # held to look at or change what is loaded
        self._speaking = threading.Lock()  # held while an engine works, and to let go of one
        self._worker: threading.Thread | None = None
        self._closed = False

    def engine(self, options: EngineOptions, *, bulk: bool = False) -> SharedEngine:
        """An engine like any other whose work is done here. bulk: nobody waits for it."""
        return SharedEngine(self, options, bulk=bulk)

    def unload(self, *, idle: float = 0.0) -> None:
        """Let go of the engines that have not spoken for `idle` s, after the batch under way."""
        with self._speaking, self._loading:
            for options, loaded in list(self._loaded.items()):
                if self._clock() - loaded.used >= idle:
                    del self._loaded[options]
                    loaded.engine.close()
                    _log.info("let go of %s", options.checkpoint)

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

    def loaded(self, options: EngineOptions) -> Engine:
        """The engine for some options, loaded if it is not. Raises what loading raises."""
        return self._ready(options).engine

    def submit(self, call: Call) -> None:
        with self._changed:
            if self._closed:
                raise SpeechError("the runtime was closed")
            self._calls.add(call)
            if self._worker is None:
                self._worker = threading.Thread(target=self._work, name="glmtts", daemon=True)
                self._worker.start()
            self._changed.notify_all()

    def _ready(self, options: EngineOptions) -> _Loaded:
        with self._loading:
            if options not in self._loaded:
                self._loaded[options] = _Loaded(self._load(options), self._clock(), self._batch)
            return self._loaded[options]

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._calls and not self._closed:
                    if not self._changed.wait(timeout=min(self._idle, 1.0)):
                        break
                if self._closed:
                    return
                first = self._calls.first()
            if first is not None:
                with self._speaking:
                    self._serve(first)
            else:
                self.unload(idle=self._idle)

    def _serve(self, first: Call) -> None:
        """Speak for a call, and for all who come meanwhile and can be served with it."""
        work = _Work({})
        try:
            loaded = self._ready(first.options)
            if first.streamed:
                with self._changed:
                    work.open[0] = self._calls.take(first)
                    work.most = 1
                self._stream(loaded.engine, work)
            else:
                self._speak(loaded, first.options, work)
            loaded.used = self._clock()
        except _Stop:
            pass
        except OutOfMemoryError as error:
            self._shrink(first.options, work, error)
        except BaseException as error:  # noqa: BLE001
            # It is the callers': each of them raises it.
            for call in {id(call): call for call in (first, *work.callers)}.values():
                call.gone = True
                call.results.put(error)

    def _speak(self, loaded: _Loaded, options: EngineOptions, work: _Work) -> None:
        outcomes = loaded.engine.synthesize(
            self._coming(loaded, options, work),
            progress=unwatched,
            cancel=work.check,
        )
        for outcome in outcomes:
            call, index = work.open.pop(outcome.index)
            call.results.put(Outcome(index, outcome.result, outcome.notes))

    def _coming(
        self, loaded: _Loaded, options: EngineOptions, work: _Work
    ) -> Iterator[SpeechRequest | None]:
        """Requests for an engine, whose turn it is first; None while it is to go on with those it
        has. Ends when nobody waits, or when somebody does for whom it is not the right one.
        """
        number = 0
        while True:
            with self._changed:
                first = None if self._closed else self._calls.first()
                if first is None or first.options != options or first.streamed:
                    if not work.open or first is not None:
                        return
                    chosen = None
                else:
                    room = len(work.open) < loaded.limit
                    chosen = self._calls.take(first) if room else None
            if chosen is None:
                yield None
                continue
            work.open[number], number = chosen, number + 1
            work.most = max(work.most, len(work.open))
            call, index = chosen
            yield call.requests[index]

    def _stream(self, engine: ServingEngine, work: _Work) -> None:
        ((call, index),) = work.open.values()
        for wave in engine.stream(call.requests[index], progress=unwatched, cancel=work.check):
            call.results.put(wave)
        call.results.put(None)

    def _shrink(self, options: EngineOptions, work: _Work, error: OutOfMemoryError) -> None:
        """Memory ran out: try again with half as many, and with one give that one up."""
        loaded, unfinished = self._loaded[options], list(work.open.values())
        if work.most == 1:
            ((call, index),) = unfinished
            what = Message(
                "memory ran out even for this line alone ({}): close other programs, choose "
                "another device, or shorten its reference",
                error,
            )
            spoken = SpeechError(what)
            call.results.put(spoken if call.streamed else Outcome(index, spoken))
            return
        loaded.limit = max(1, work.most // 2)
        _log.warning(
            "memory ran out with %d lines at once; going on with %d", work.most, loaded.limit
        )
        with self._changed:
            for call, index in reversed(unfinished):
                self._calls.again(call, index)


@dataclass(slots=True)
class _Work:
    """Requests an engine has, by the numbers they were given to it with."""

    open: dict[int, tuple[Call, int]]
    most: int = 0
    """That it had at once."""

    @property
    def callers(self) -> list[Call]:
        return [call for call, _ in self.open.values()]

    def check(self) -> None:
        """Raise `_Stop` once everyone has gone."""
        if self.open and all(call.gone for call in self.callers):
            raise _Stop


class _Stop(Exception):  # noqa: N818
    """Everyone whose requests are in a batch has gone."""


@cache
def shared() -> Runtime:
    """The process's own runtime."""
    return Runtime(open_glm_tts)


def open_glm_tts(options: EngineOptions) -> ServingEngine:
    """Load the GLM-TTS engine, its voices' features kept in the user's cache."""
    import torch

    from .glm_tts.checkpoint.layout import find
    from .glm_tts.device import MEASURED, device, precision
    from .glm_tts.flow.solver import Solver
    from .glm_tts.loading import LoadPlan, open_engine
    from .glm_tts.weight_placement import SequentialOffload

    on = device(options.device)
    if on.type == "cpu":  # more threads than cores wait for each other at every layer
        torch.set_num_threads(min(torch.get_num_threads(), machine.physical_cores()))
    plan = LoadPlan(
        layout=find(options.checkpoint),
        device=on,
        dtype=precision(on, options.precision, machine.cache_folder() / MEASURED),
        features=machine.cache_folder() / "features",
        history=options.history,
        solver=Solver(
            steps=options.flow_steps,
            schedule=options.flow_schedule,
            guided=options.flow_guided,
        ),
        placement=SequentialOffload(on) if options.low_vram else None,
        graphs=options.graphs,
    )
    return open_engine(plan)
