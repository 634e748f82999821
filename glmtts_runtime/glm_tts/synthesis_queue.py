"""Decoded text chunks -> their samples; on a GPU beside the decoding of the next ones."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

import torch

from ...audio.wave import Samples
from .acoustic_model import AcousticModel, AcousticRequest

Owner = TypeVar("Owner")
AT_ONCE = 64
"""Requests handed over together at most; `AcousticModel` cuts them by length."""


class SynthesisQueue(Generic[Owner]):
    """A queue of requests, each with whose it is.

    A GPU has a thread and a stream of its own for it, which takes all that waits whenever it is
    done: flow and vocoder then fill what decoding leaves idle. Two threads of a CPU would only take
    turns, so there a request is synthesized when it is asked for; on a GPU with room for one of the
    two, all that wait are. A context manager: leaving it waits for what is under way.
    """

    def __init__(self, acoustic: AcousticModel, *, sequential: bool) -> None:
        """sequential: whether nothing is decoded meanwhile."""
        self._acoustic = acoustic
        self._at_once = 1 if acoustic.device.type == "cpu" else AT_ONCE
        self._waiting: deque[tuple[Owner, AcousticRequest]] = deque()
        self._under_way: Future[list[Samples]] | None = None
        self._owners: list[Owner] = []
        self._pool: ThreadPoolExecutor | None = None
        if acoustic.device.type == "cuda" and not sequential:
            self._pool = ThreadPoolExecutor(1, thread_name_prefix="glmtts-acoustic")
            self._stream = torch.cuda.Stream(acoustic.device)

    def __enter__(self) -> SynthesisQueue[Owner]:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def __len__(self) -> int:
        """Scores not yet given back as samples."""
        return len(self._waiting) + len(self._owners)

    def add(self, owner: Owner, request: AcousticRequest) -> None:
        """Let a request be synthesized."""
        self._waiting.append((owner, request))

    def finished(self, *, wait: bool) -> list[tuple[Owner, Samples]]:
        """What has been synthesized since it was last asked for. wait: until there is something."""
        if self._pool is None:
            taken = self._taken()
            waves = self._acoustic.waves([request for _, request in taken])
            return [(owner, wave) for (owner, _), wave in zip(taken, waves, strict=True)]
        self._begin()
        if self._under_way is None or not (wait or self._under_way.done()):
            return []
        samples, owners = self._under_way.result(), self._owners
        self._under_way, self._owners = None, []
        self._begin()
        return list(zip(owners, samples, strict=True))

    def _begin(self) -> None:
        if self._under_way is not None or not self._waiting or self._pool is None:
            return
        taken = self._taken()
        self._owners = [owner for owner, _ in taken]
        self._stream.wait_stream(torch.cuda.current_stream(self._acoustic.device))
        self._under_way = self._pool.submit(self._synthesize, [request for _, request in taken])

    def _taken(self) -> list[tuple[Owner, AcousticRequest]]:
        count = min(self._at_once, len(self._waiting))
        return [self._waiting.popleft() for _ in range(count)]

    def _synthesize(self, requests: list[AcousticRequest]) -> list[Samples]:
        with torch.cuda.stream(self._stream):
            return self._acoustic.waves(requests)
