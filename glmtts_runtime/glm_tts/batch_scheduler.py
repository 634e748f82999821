"""Requests as they come -> outcomes as they are finished: read, drawn and sounded side by side."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from ...audio.wave import Samples, Wave
from ...progress import Cancel, Progress
from ..engine import Outcome, SpeechError, SpeechRequest
from .acoustic_model import joined
from .guards import sounds_wrong
from .line import Line
from .llm.decode import Batch
from .llm.passage import Passage
from .memory import has_room
from .synthesis_queue import Sounding
from .text.tokenizer import TextTokenizer
from .weight_placement import Phase

ANY = 1 << 30
"""More rows than any line has."""


@dataclass(slots=True, kw_only=True)
class Speaking:
    """The lines of one call: those that wait, those being drawn, those being sounded."""

    prepare: Callable[[int, SpeechRequest], Line | Outcome]
    """A request made ready, or why it cannot be spoken."""
    bring: Callable[[Phase], None]
    """Has weights on their device; called before they are used and after references were heard."""
    in_turns: bool
    """Whether drawing and sounding wait for each other."""
    tokenizer: TextTokenizer
    batch: Batch
    sounding: Sounding[Line]
    rows: int
    """Prompts drawn together at most."""
    positions: int
    """That the language model knows."""
    waiting: deque[Line] = field(default_factory=deque)
    active: dict[int, Line] = field(default_factory=dict)
    """By their handles in the batch."""
    read: int = 0
    """Requests so far."""
    more: bool = True
    """Whether more may come."""
    brought: Phase | None = None
    """What the weights on the device are for."""
    full: bool = False
    """Whether memory has no room for another line until one ends."""
    done: int = 0
    """Pieces finished."""
    whole: int = 0
    """Pieces known of."""

    def outcomes(
        self, requests: Iterable[SpeechRequest | None], progress: Progress, cancel: Cancel
    ) -> Iterator[Outcome]:
        """Speak. A sequence is made ready before anything is drawn, so that all its voices have
        been heard when the weights are brought; other requests are read as there is room.
        """
        coming, at_once = iter(requests), isinstance(requests, Sequence)
        while True:
            cancel()
            yield from self._read(coming, cancel, at_once=at_once)
            yield from self._admit()
            self._draw()
            for line, samples in self._sounded():
                yield from self._keep(line, samples)
            progress(self.done, self.whole)
            if not (self.more or self.waiting or self.active or len(self.sounding)):
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
                self.whole += len(made.pieces)
        if came:
            self.brought = None

    def _taken(self) -> int:
        """Rows in use, and those that waiting lines will want."""
        return self.batch.rows + sum(len(line.manners) for line in self.waiting)

    def _admit(self) -> Iterator[Outcome]:
        """Let in what has room; yields the lines that no prompt can be made for."""
        lines: list[Line] = []
        passages: list[Passage] = []
        while self.waiting and self._seats(passages) >= len(self.waiting[0].manners):
            self._bring("draw")
            line = self.waiting[0]
            try:
                passage = line.passage(self.tokenizer, self.positions)
            except SpeechError as error:
                self.waiting.popleft()
                self.done += len(line.pieces) - len(line.done)
                yield Outcome(line.index, error, tuple(line.notes))
                continue
            wanted = self.batch.growth([*passages, passage])
            if (self.active or passages) and not has_room(self.batch.device, wanted):
                self.full = True
                break
            lines.append(self.waiting.popleft())
            passages.append(passage)
        if passages:
            self.active.update(zip(self.batch.add(passages), lines, strict=True))

    def _seats(self, passages: Sequence[Passage]) -> int:
        """Rows that may still be taken; one line is always let in, whatever it wants."""
        if self.full or (self.in_turns and len(self.sounding) >= self.rows):
            return 0  # in turns, what was drawn is not kept waiting by more
        taken = self.batch.rows + sum(len(passage.prompts) for passage in passages)
        return self.rows - taken if taken else ANY

    def _draw(self) -> None:
        """Draw a token for every line; pieces that came to their end go on to be sounded, or wait
        to be drawn again.
        """
        if not self.active:
            return
        self._bring("draw")
        for one in self.batch.step():
            line = self.active[one.handle]
            if one.token is not None:
                line.tokens.append(one.token)
            if one.ended:
                self.full = False
                del self.active[one.handle]
                fault = line.fault(ran_out=one.token is not None)
                if fault and line.again(fault):
                    self.waiting.appendleft(line)
                else:
                    self.sounding.add(line, line.score())

    def _sounded(self) -> list[tuple[Line, Samples]]:
        """Pieces that have been sounded."""
        if not len(self.sounding) or (self.in_turns and self.active):
            return []
        self._bring("sound")
        return self.sounding.sounded(wait=not self.active)

    def _bring(self, phase: Phase) -> None:
        wanted = phase if self.in_turns else "all"
        if self.brought != wanted:
            self.bring(wanted)
            self.brought = wanted

    def _keep(self, line: Line, samples: Samples) -> Iterator[Outcome]:
        """Keep a piece that is well, or that has been drawn often enough."""
        wrong = None if line.given_up else sounds_wrong(samples)
        if wrong and line.again(wrong):
            self.waiting.appendleft(line)
            return
        line.keep(np.nan_to_num(samples), self.tokenizer)
        self.done += 1
        if line.finished:
            rate = line.request.sample_rate
            yield Outcome(line.index, Wave(joined(line.done, rate), rate), tuple(line.notes))
        else:
            self.waiting.appendleft(line)
