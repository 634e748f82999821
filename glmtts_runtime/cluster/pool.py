"""A cluster -> actors that speak: as many as there is room for, lost ones replaced."""

from __future__ import annotations

import itertools
import logging
import os
import threading
import time
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from ..options import EngineOptions
from .actor import Actor

CORES = {"kokoro": 4}
"""Of an actor without a GPU, at most; one for any other engine"""
IN_FLIGHT = {"glm-tts": 32, "kokoro": 8}
"""Lines an actor has at once; three for any other engine"""
LOOK = 2.0
"""s between two looks at the cluster's size"""

_log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class Worker:
    """One actor."""

    handle: Any
    ready: Any
    """The answer to who it is, while it has not come"""
    lines: int = 0
    alone: bool = False
    """Whether it speaks a line that is suspected of ending actors"""
    dead: bool = False


class Pool:
    """Actors of one driver. Several threads take places in it."""

    def __init__(self, options: EngineOptions, engine: str) -> None:
        """engine: what the options stand for here, which decides what an actor needs."""
        self._ray: Any = import_module("ray")
        self._options, self._engine = options, engine
        self._most = IN_FLIGHT.get(engine, 3)
        self._workers: list[Worker] = []
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._looked = -LOOK
        self.about: dict[str, Any] = {}
        """What the first that was ready said of itself"""

    def take(self, *, alone: bool = False) -> Worker | None:
        """A place at the actor with the fewest lines; None where there is none now.

        alone: with nobody beside. Raises RuntimeError where actors cannot be made.
        """
        with self._lock:
            self._look()
            free = [
                one for one in self._workers
                if one.ready is None and not one.alone and one.lines < (1 if alone else self._most)
            ]  # fmt: skip
            if not free:
                return None
            worker = min(free, key=lambda one: one.lines)
            worker.lines += 1
            worker.alone = alone
            return worker

    def give_back(self, worker: Worker) -> None:
        """The line is finished."""
        with self._lock:
            worker.lines -= 1
            worker.alone = False

    def lost(self, worker: Worker) -> None:
        """The actor is no more; another takes its place where there is room."""
        with self._lock:
            if not worker.dead:
                worker.dead = True
                self._workers.remove(worker)
                self._looked = -LOOK
                _log.warning("an actor was lost; its lines are spoken again")

    def close(self) -> None:
        """End all actors."""
        with self._lock:
            for worker in self._workers:
                self._ray.kill(worker.handle)
            self._workers.clear()

    def _look(self) -> None:
        """See who is ready, and have as many actors as there is room for."""
        for worker in [one for one in self._workers if one.ready is not None]:
            self._greet(worker)
        if time.monotonic() - self._looked < LOOK:
            return
        self._looked = time.monotonic()
        waiting = any(worker.ready is not None for worker in self._workers)
        if not waiting:
            for _ in range(self._room() - len(self._workers)):
                self._workers.append(self._made())

    def _greet(self, worker: Worker) -> None:
        ready, _ = self._ray.wait([worker.ready], timeout=0)
        if not ready:
            return
        try:
            about = self._ray.get(worker.ready)
        except self._ray.exceptions.RayActorError as error:
            self._workers.remove(worker)
            if not self.about:
                raise RuntimeError(f"no engine could be opened on the cluster: {error}") from None
            _log.warning("an actor did not start: %s", error)
            return
        if self.about and about["fingerprint"] != self.about["fingerprint"]:
            self._ray.kill(worker.handle)
            self._workers.remove(worker)
            raise RuntimeError("a machine of the cluster has another engine or other weights")
        self.about = about
        worker.ready = None

    def _room(self) -> int:
        """How many actors fit into the cluster as it is."""
        nodes = [node["Resources"] for node in self._ray.nodes() if node["Alive"]]
        needs, amount = next(iter(self._needs(nodes).items()))
        kind = {"num_gpus": "GPU", "num_cpus": "CPU"}[needs]
        return max(1, sum(int(node.get(kind, 0) // amount) for node in nodes))

    def _needs(self, nodes: list[dict[str, float]]) -> dict[str, float]:
        if self._engine == "glm-tts" and any(node.get("GPU") for node in nodes):
            return {"num_gpus": 1}
        least = min((node["CPU"] for node in nodes if node.get("CPU")), default=1)
        return {"num_cpus": min(CORES.get(self._engine, 1), least)}

    def _made(self) -> Worker:
        nodes = [node["Resources"] for node in self._ray.nodes() if node["Alive"]]
        name = f"glmtts {self._engine} {os.getpid()}-{next(self._numbers)}"
        handle = (
            self._ray.remote(Actor)
            .options(name=name, max_concurrency=self._most, max_restarts=0, **self._needs(nodes))
            .remote(self._options)
        )
        return Worker(handle, handle.about.remote())
