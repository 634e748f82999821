"""Pieces that were drawn -> their samples; on a GPU beside the drawing of the next ones."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

import torch

from ...audio.wave import Samples
from .acoustic_model import Score, Sound

Owner = TypeVar("Owner")
AT_ONCE = 64
"""Pieces handed over together at most; `Sound` cuts them by length."""


class Sounding(Generic[Owner]):
    """A queue of scores, each with whose it is.

    A GPU has a thread and a stream of its own for it, which takes all that waits whenever it is
    done: flow and vocoder then fill what drawing leaves idle. Two threads of a CPU would only take
    turns, so there a score is sounded when it is asked for; on a GPU with room for one of the two,
    all that wait are. A context manager: leaving it waits for what is under way.
    """

    def __init__(self, sound: Sound, *, in_turns: bool) -> None:
        """in_turns: whether nothing is drawn meanwhile."""
        self._sound = sound
        self._at_once = 1 if sound.device.type == "cpu" else AT_ONCE
        self._waiting: deque[tuple[Owner, Score]] = deque()
        self._under_way: Future[list[Samples]] | None = None
        self._owners: list[Owner] = []
        self._pool: ThreadPoolExecutor | None = None
        if sound.device.type == "cuda" and not in_turns:
            self._pool = ThreadPoolExecutor(1, thread_name_prefix="glmtts-sound")
            self._stream = torch.cuda.Stream(sound.device)

    def __enter__(self) -> Sounding[Owner]:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def __len__(self) -> int:
        """Scores not yet given back as samples."""
        return len(self._waiting) + len(self._owners)

    def add(self, owner: Owner, score: Score) -> None:
        """Let a score be sounded."""
        self._waiting.append((owner, score))

    def sounded(self, *, wait: bool) -> list[tuple[Owner, Samples]]:
        """What has been sounded since it was last asked for. wait: until there is something."""
        if self._pool is None:
            taken = self._taken()
            waves = self._sound.waves([score for _, score in taken])
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
        self._stream.wait_stream(torch.cuda.current_stream(self._sound.device))
        self._under_way = self._pool.submit(self._sound_all, [score for _, score in taken])

    def _taken(self) -> list[tuple[Owner, Score]]:
        count = min(self._at_once, len(self._waiting))
        return [self._waiting.popleft() for _ in range(count)]

    def _sound_all(self, scores: list[Score]) -> list[Samples]:
        with torch.cuda.stream(self._stream):
            return self._sound.waves(scores)
