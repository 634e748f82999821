"""Requests as they come -> outcomes as they are finished: decoded and synthesized side by side."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from ...audio.wave import Samples, Wave
from ...progress import Cancel, Progress
from ..engine import Outcome, SpeechError, SpeechRequest
from .acoustic_model import joined
from .guards import check_wave
from .llm.decode import Batch
from .llm.passage import Passage
from .memory import has_room
from .request_state import RequestState
from .synthesis_queue import SynthesisQueue
from .text.tokenizer import TextTokenizer
from .weight_placement import WeightGroup

ANY = 1 << 30
"""More rows than any request has."""


@dataclass(slots=True, kw_only=True)
class BatchScheduler:
    """The requests of one call: those that wait, those being decoded, those in synthesis."""

    prepare: Callable[[int, SpeechRequest], RequestState | Outcome]
    """A request made ready, or why it cannot be spoken."""
    load_weights: Callable[[WeightGroup], None]
    """Has weights on their device; called before use and after references were encoded."""
    sequential: bool
    """Whether decoding and synthesis wait for each other."""
    tokenizer: TextTokenizer
    batch: Batch
    synthesis: SynthesisQueue[RequestState]
    rows: int
    """Prompts decoded together at most."""
    positions: int
    """That the language model knows."""
    waiting: deque[RequestState] = field(default_factory=deque)
    active: dict[int, RequestState] = field(default_factory=dict)
    """By their handles in the batch."""
    read: int = 0
    """Requests so far."""
    more: bool = True
    """Whether more may come."""
    loaded: WeightGroup | None = None
    """What the weights on the device are for."""
    full: bool = False
    """Whether memory has no room for another line until one ends."""
    done: int = 0
    """Chunks finished."""
    whole: int = 0
    """Chunks known of."""

    def outcomes(
        self, requests: Iterable[SpeechRequest | None], progress: Progress, cancel: Cancel
    ) -> Iterator[Outcome]:
        """Speak. A sequence is made ready before anything is decoded, so that all its voices have
        been encoded when the weights are loaded; other requests are read as there is room.
        """
        coming, at_once = iter(requests), isinstance(requests, Sequence)
        while True:
            cancel()
            yield from self._read(coming, cancel, at_once=at_once)
            yield from self._admit()
            self._decode()
            for state, samples in self._synthesized():
                yield from self._keep(state, samples)
            progress(self.done, self.whole)
            if not (self.more or self.waiting or self.active or len(self.synthesis)):
                return

    def _read(
        self, coming: Iterator[SpeechRequest | None], cancel: Cancel, *, at_once: bool
    ) -> Iterator[Outcome]:
        """Make requests ready while there is room; yields those that cannot be spoken."""
        came = False
        while self.more and (at_once or self._taken() < self.rows):
            cancel()
            try:
                request = next(coming)
            except StopIteration:
                self.more = False
                break
            if request is None:
                break
            made, came = self.prepare(self.read, request), True
            self.read += 1
            if isinstance(made, Outcome):
                yield made
            else:
                self.waiting.append(made)
                self.whole += len(made.chunks)
        if came:
            self.loaded = None

    def _taken(self) -> int:
        """Rows in use, and those that waiting lines will want."""
        return self.batch.rows + sum(len(state.prompts) for state in self.waiting)

    def _admit(self) -> Iterator[Outcome]:
        """Let in what has room; yields the lines that no prompt can be made for."""
        states: list[RequestState] = []
        passages: list[Passage] = []
        while self.waiting and self._seats(passages) >= len(self.waiting[0].prompts):
            self._load("llm")
            state = self.waiting[0]
            try:
                passage = state.passage(self.tokenizer, self.positions)
            except SpeechError as error:
                self.waiting.popleft()
                self.done += len(state.chunks) - len(state.done)
                yield Outcome(state.index, error, tuple(state.notes))
                continue
            wanted = self.batch.growth([*passages, passage])
            if (self.active or passages) and not has_room(self.batch.device, wanted):
                self.full = True
                break
            states.append(self.waiting.popleft())
            passages.append(passage)
        if passages:
            self.active.update(zip(self.batch.add(passages), states, strict=True))

    def _seats(self, passages: Sequence[Passage]) -> int:
        """Rows that may still be taken; one line is always let in, whatever it wants."""
        if self.full or (self.sequential and len(self.synthesis) >= self.rows):
            return 0  # what was decoded is not kept waiting by more
        taken = self.batch.rows + sum(len(passage.prompts) for passage in passages)
        return self.rows - taken if taken else ANY

    def _decode(self) -> None:
        """Decode a token of every line; chunks that came to their end go on to be synthesized, or
        wait to be decoded again.
        """
        if not self.active:
            return
        self._load("llm")
        for generated in self.batch.step():
            state = self.active[generated.handle]
            if generated.token is not None:
                state.tokens.append(generated.token)
            if generated.ended:
                self.full = False
                del self.active[generated.handle]
                fault = state.fault(ran_out=generated.token is not None)
                if fault and state.retry(fault):
                    self.waiting.appendleft(state)
                else:
                    self.synthesis.add(state, state.acoustic_request())

    def _synthesized(self) -> list[tuple[RequestState, Samples]]:
        """Chunks that have been synthesized."""
        if not len(self.synthesis) or (self.sequential and self.active):
            return []
        self._load("acoustic")
        return self.synthesis.finished(wait=not self.active)

    def _load(self, group: WeightGroup) -> None:
        wanted = group if self.sequential else "all"
        if self.loaded != wanted:
            self.load_weights(wanted)
            self.loaded = wanted

    def _keep(self, state: RequestState, samples: Samples) -> Iterator[Outcome]:
        """Keep a chunk that is well, or that has been decoded often enough."""
        fault = None if state.given_up else check_wave(samples)
        if fault and state.retry(fault):
            self.waiting.appendleft(state)
            return
        state.keep(np.nan_to_num(samples), self.tokenizer)
        self.done += 1
        if state.finished:
            rate = state.request.sample_rate
            yield Outcome(state.index, Wave(joined(state.done, rate), rate), tuple(state.notes))
        else:
            self.waiting.appendleft(state)
