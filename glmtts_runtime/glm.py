"""Requests -> waves by the published GLM-TTS model: the engine `glm-tts`."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
import torch

from ..pronunciation.folding import folded
from ..pronunciation.normalise import normalised
from ..pronunciation.spoken import Character, SpokenText
from .engine import (
    Cancel,
    Outcome,
    OutOfMemoryError,
    Progress,
    SpeechError,
    SpeechRequest,
)
from .guards import sounds_wrong, transcript_doubt
from .line import Line, prepared
from .llm.decode import Batch
from .llm.llama import Llama
from .packed import stored
from .reference.hearing import Hearing
from .sound import Sound, joined
from .stream import Stream
from .text.prompt import Said
from .text.split import length
from .text.tokenizer import TextTokenizer
from .text.written import written
from .vocoder.vocos import Vocos
from .voice import Voice
from .wave import Samples, Wave

ROWS = 16
"""Prompts decoded together unless told otherwise."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class GlmEngine:
    """One loaded checkpoint. Not for several threads at once: `runtime` sees to that."""

    llama: Llama
    sound: Sound
    tokenizer: TextTokenizer
    hearing: Hearing
    fingerprint: str
    rows: int = ROWS
    history: bool = True
    name: str = "glm-tts"
    bring: Callable[[], None] = lambda: None
    """Has the weights on their device; called before each use."""
    _manners: dict[str, Said] = field(default_factory=dict)

    @property
    def sample_rates(self) -> tuple[int, ...]:
        return tuple(self.sound.vocoders)

    @property
    def device(self) -> torch.device:
        return self.sound.device

    @property
    def nbytes(self) -> int:
        """Memory its weights take."""
        networks = (self.llama, self.sound.flow, *self.sound.vocoders.values())
        modules = [n.program if isinstance(n, Vocos) else n for n in networks]
        return sum(stored(module) for module in modules)

    def synthesize(
        self, requests: Sequence[SpeechRequest], *, progress: Progress, cancel: Cancel
    ) -> Iterator[Outcome]:
        """Decode all requests together, each as if it were alone; sound each piece as it ends.

        Progress counts pieces. Raises OutOfMemoryError where a smaller batch may do.
        """
        waiting: deque[Line] = deque()
        for index, request in enumerate(requests):
            cancel()
            made = self._line(index, request)
            if isinstance(made, Line):
                waiting.append(made)
            else:
                yield made
        self.bring()  # after the references were heard, which may take the room away
        done, whole = 0, sum(len(line.pieces) for line in waiting)
        batch, active = Batch(self.llama, self.tokenizer.audio), dict[int, Line]()
        while waiting or active:
            cancel()
            yield from self._admit(waiting, batch, active)
            for line in self._step(batch, active):
                done += line.attempt == 0
                if line.finished:
                    yield self._outcome(line)
                else:
                    waiting.appendleft(line)
            progress(done, whole)

    def stream(
        self, request: SpeechRequest, *, progress: Progress, cancel: Cancel
    ) -> Iterator[Wave]:
        """Yield what is final while the rest is still being drawn. Nothing heard is drawn again:
        a piece that comes out wrong is only warned about. Raises SpeechError.
        """
        line = self._line(0, request)
        if isinstance(line, Outcome):
            assert isinstance(line.result, SpeechError), "a line that was not made says why"
            raise line.result
        self.bring()
        rate = request.sample_rate
        prompt = self.sound.prompt(line.features, rate)
        while not line.finished:
            stream = Stream(self.sound, prompt, rate, request.rate, line.seed)
            pause = np.zeros(round(line.piece.pause * rate), np.float32)
            for samples in chain(self._streamed(line, stream, cancel), (pause,)):
                if len(samples):
                    yield Wave(samples, rate)
            progress(len(line.done), len(line.pieces))

    def close(self) -> None:
        """Let go of the weights; the engine is not used afterwards."""
        self.llama = self.sound = None  # type: ignore[assignment]
        if torch.cuda.is_available():
            torch.cuda.empty_cache()

    def __enter__(self) -> GlmEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _line(self, index: int, request: SpeechRequest) -> Line | Outcome:
        """A request made ready, or why it cannot be spoken."""
        try:
            if request.sample_rate not in self.sample_rates:
                known = ", ".join(str(rate) for rate in self.sample_rates)
                raise SpeechError(f"{request.sample_rate} Hz is not one of its rates: {known}")
            with _fitting():
                return prepared(index, request, self.hearing, self._manner, history=self.history)
        except SpeechError as error:
            return Outcome(index, error)

    def _manner(self, voice: Voice) -> Said:
        """A voice's reference as a prompt; warns once of a transcript that cannot be right."""
        if voice.digest not in self._manners:
            read = normalised(folded(voice.transcript, 0), "zh").text
            spoken = SpokenText(
                voice.transcript, tuple(Character(char, at) for at, char in enumerate(read))
            )
            doubt = transcript_doubt(length(spoken.characters), voice.reference.seconds)
            if doubt:
                _log.warning("the voice %s may not speak well: %s", voice.name, doubt)
            text = self.tokenizer.encode(written(spoken, ()) + " ")
            speech = self.hearing(voice).tokens.tolist()
            self._manners[voice.digest] = Said(tuple(text), tuple(speech))
        return self._manners[voice.digest]

    def _admit(
        self, waiting: deque[Line], batch: Batch, active: dict[int, Line]
    ) -> Iterator[Outcome]:
        """Fill the batch; yields the lines that no prompt can be made for."""
        while waiting and (not active or batch.rows + len(waiting[0].manners) <= self.rows):
            line = waiting.popleft()
            try:
                passage = line.passage(self.tokenizer, self.llama.config.max_position_embeddings)
            except SpeechError as error:
                yield Outcome(line.index, error, tuple(line.notes))
                continue
            with _fitting():
                active[batch.add(passage)] = line

    def _step(self, batch: Batch, active: dict[int, Line]) -> list[Line]:
        """Draw a token for every line; returns those whose piece came to its end, sounded or to be
        drawn again.
        """
        if not active:
            return []
        with _fitting():
            drawn = batch.step()
        ended: list[Line] = []
        for one in drawn:
            line = active[one.handle]
            if one.token is not None:
                line.tokens.append(one.token)
            if one.ended:
                del active[one.handle]
                self._sounded(line, line.fault(ran_out=one.token is not None))
                ended.append(line)
        return ended

    def _sounded(self, line: Line, fault: str | None) -> None:
        """Keep a piece that is well, or that has been drawn often enough."""
        seed = line.seed
        if fault and line.again(fault):
            return
        with _fitting():
            prompt = self.sound.prompt(line.features, line.request.sample_rate)
            mel, _ = self.sound.mel(line.tokens, prompt, seed)
            samples = self.sound.samples(mel, line.request.sample_rate, line.request.rate, seed)
        wrong = None if fault else sounds_wrong(samples)
        if wrong and line.again(wrong):
            return
        line.keep(np.nan_to_num(samples), self.tokenizer)

    def _streamed(self, line: Line, stream: Stream, cancel: Cancel) -> Iterator[Samples]:
        """The samples of a line's next piece, each block as soon as its tokens are there."""
        batch = Batch(self.llama, self.tokenizer.audio)
        with _fitting():
            batch.add(line.passage(self.tokenizer, self.llama.config.max_position_embeddings))
        ran_out = False
        while len(batch):
            cancel()
            with _fitting():
                (drawn,) = batch.step()
            if drawn.token is not None:
                line.tokens.append(drawn.token)
            ran_out = drawn.ended and drawn.token is not None
            if not drawn.ended and len(line.tokens) == stream.due:
                with _fitting():
                    samples = stream.block(line.tokens)
                yield samples
        with _fitting():
            samples = stream.last(line.tokens)
        if fault := line.fault(ran_out=ran_out):
            _log.warning("piece %d: %s", len(line.done) + 1, fault)
        line.keep(samples, self.tokenizer)
        yield samples

    def _outcome(self, line: Line) -> Outcome:
        rate = line.request.sample_rate
        return Outcome(line.index, Wave(joined(line.done, rate), rate), tuple(line.notes))


@contextmanager
def _fitting() -> Iterator[None]:
    """Say in the engine's words that memory ran out."""
    try:
        yield
    except torch.OutOfMemoryError as error:
        raise OutOfMemoryError(str(error).partition(". ")[0]) from error
