"""A Ray cluster as one engine: lines go out to actors, outcomes come back to the driver alone.

Ray runs a call again or twice as machines come and go; a line's outcome is taken once, and the
driver's store of takes is the only place where results are kept.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from ...machine import cores
from ...messages import Message
from ...mistakes import InputError, Place
from ...progress import Cancel, Progress
from ..engine import Outcome, SpeechError, SpeechRequest
from ..engines import choose
from ..options import EngineOptions
from ..voices.voice import Voice
from ..wire import called, read_outcome, request_value, voice_bytes
from .pool import Pool, Worker

POLL = 0.1
"""s between two looks at whether a waiting caller wants to stop"""
KILLS = 2
"""Actors that a line may end while it is alone, before it is given up"""
START = 300.0
"""s until the first actor speaks: weights have to be loaded"""
OBJECTS = 256 << 20
"""Bytes of Ray's store of objects on a cluster that is started here"""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Lines:
    """The requests of one call."""

    waiting: deque[int]
    suspects: deque[int] = field(default_factory=deque)
    """Were with an actor that was lost: each is spoken alone"""
    kills: dict[int, int] = field(default_factory=dict)
    running: dict[Any, tuple[Worker, int]] = field(default_factory=dict)
    """By the reference of the result"""

    @property
    def left(self) -> bool:
        return bool(self.waiting or self.suspects or self.running)


class ClusterEngine:
    """Speaks by the actors of a cluster. Several threads may."""

    def __init__(self, ray: Any, pool: Pool, *, own: bool) -> None:
        """own: whether the connection to the cluster ends with the engine."""
        self._ray, self._pool, self._own = ray, pool, own
        self._sent: dict[str, Any] = {}
        self._sending = threading.Lock()
        self.name: str = pool.about["name"]
        self.fingerprint: str = pool.about["fingerprint"]
        self.sample_rates: tuple[int, ...] = pool.about["sample_rates"]

    @classmethod
    def open(cls, options: EngineOptions, address: str) -> ClusterEngine:
        """Connect, and wait for the first actor. Raises InputError.

        address: `local` starts a cluster on this machine; `auto` is one that was started here;
        or `host:6379`, `ray://host:10001`.
        """
        place = Place("--ray")
        if find_spec("ray") is None:
            what = "Ray is not installed."
            raise InputError.at(place, what, 'Install it: pip install "comfyui-glmtts[ray]"')
        ray: Any = import_module("ray")
        own = not ray.is_initialized()
        if own:
            _connect(ray, address, place)
        pool = Pool(options, choose(options).options.engine)
        end = time.monotonic() + START
        try:
            while not pool.about:
                if (worker := pool.take()) is not None:
                    pool.give_back(worker)
                elif time.monotonic() > end:
                    raise RuntimeError("no actor was ready in time")
                time.sleep(POLL)
        except RuntimeError as error:
            if own:
                ray.shutdown()
            raise InputError.at(
                place, f"{error}.", "See what `glmtts doctor` says there."
            ) from None
        kind = CastingClusterEngine if pool.about["casts"] else ClusterEngine
        return kind(ray, pool, own=own)

    def synthesize(
        self, requests: Sequence[SpeechRequest], *, progress: Progress, cancel: Cancel
    ) -> Iterator[Outcome]:
        """As `Engine.synthesize`; progress counts requests."""
        lines = _Lines(deque(range(len(requests))))
        done = 0
        try:
            while lines.left:
                cancel()
                self._begin(lines, requests)
                for outcome in self._finished(lines):
                    done += 1
                    progress(done, len(requests))
                    yield outcome
        finally:
            for reference, (worker, _) in lines.running.items():
                self._ray.cancel(reference)
                self._pool.give_back(worker)

    def close(self) -> None:
        """End the actors; a cluster that was started here ends with them."""
        self._pool.close()
        if self._own:
            self._ray.shutdown()

    def _begin(self, lines: _Lines, requests: Sequence[SpeechRequest]) -> None:
        """Give lines to actors as long as there is room."""
        for queue, alone in ((lines.suspects, True), (lines.waiting, False)):
            while queue and (worker := self._pool.take(alone=alone)) is not None:
                index = queue.popleft()
                request = requests[index]
                title = f"line: {request.spoken.text[:40]}"
                reference = worker.handle.speak.options(name=title).remote(
                    json.loads(json.dumps(request_value(request))), self._voices(request)
                )
                lines.running[reference] = worker, index

    def _finished(self, lines: _Lines) -> Iterator[Outcome]:
        if not lines.running:
            time.sleep(POLL)
            return
        ready, _ = self._ray.wait(list(lines.running), num_returns=len(lines.running), timeout=0)
        if not ready:
            ready, _ = self._ray.wait(list(lines.running), num_returns=1, timeout=POLL)
        for reference in ready:
            worker, index = lines.running.pop(reference)
            alone = worker.alone
            self._pool.give_back(worker)
            try:
                found = read_outcome(self._ray.get(reference))
            except self._ray.exceptions.RayActorError:
                self._pool.lost(worker)
                if (failed := self._again(lines, index, alone)) is not None:
                    yield failed
            except self._ray.exceptions.RayTaskError as error:
                raise RuntimeError(f"an actor failed: {error}") from error
            else:
                yield Outcome(index, found.result, found.notes, found.times)

    def _again(self, lines: _Lines, index: int, alone: bool) -> Outcome | None:
        """Speak a line again whose actor was lost; given up if it is the line that ends them."""
        if alone:
            lines.kills[index] = lines.kills.get(index, 0) + 1
            if lines.kills[index] >= KILLS:
                what = Message("it ended {} actors that spoke nothing else, and is given up", KILLS)
                return Outcome(index, SpeechError(what))
        lines.suspects.append(index)
        return None

    def _voices(self, request: SpeechRequest) -> dict[str, Any]:
        """Where the request's voices lie in Ray's store, put there once."""
        parts = request.emotion.parts if request.emotion else ()
        voices = (request.voice, *(voice for voice, _ in parts))
        return {voice.digest: self._put(voice) for voice in voices}

    def _put(self, voice: Voice) -> Any:
        with self._sending:
            if voice.digest not in self._sent:
                self._sent[voice.digest] = self._ray.put(voice_bytes(voice))
            return self._sent[voice.digest]


class CastingClusterEngine(ClusterEngine):
    """One whose engine cannot clone: an actor says who speaks for a voice."""

    def cast(self, voices: Sequence[Voice]) -> list[Voice]:
        """As `CastingEngine.cast`."""
        asked = [(voice.digest, voice.name, voice.speakers) for voice in voices]
        sent = {voice.digest: self._put(voice) for voice in voices}
        while True:
            worker = self._pool.take()
            if worker is None:
                time.sleep(POLL)
                continue
            try:
                found = self._ray.get(worker.handle.cast.remote(asked, sent))
            except self._ray.exceptions.RayActorError:
                self._pool.lost(worker)
                continue
            finally:
                self._pool.give_back(worker)
            if isinstance(found, str):
                raise InputError.at(Place("voices"), found)
            return [called(v, v.name, who) for v, who in zip(voices, found, strict=True)]


def _connect(ray: Any, address: str, place: Place) -> None:
    usual = {"namespace": "glmtts", "log_to_driver": False, "logging_level": logging.WARNING}
    try:
        if address == "local":
            ray.init(
                num_cpus=cores(),
                include_dashboard=False,
                object_store_memory=OBJECTS,
                **usual,
            )
        else:
            ray.init(address=address, **usual)
    except (ConnectionError, OSError, RuntimeError, ValueError) as error:
        remedy = "Start one: ray start --head, or give `local`."
        raise InputError.at(
            place, Message("No cluster at {}: {}.", address, error), remedy
        ) from None
