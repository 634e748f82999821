"""Requests -> waves by the published GLM-TTS model: the engine `glm-tts`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from threading import Thread

import numpy as np
import torch

from ...audio.wave import Samples, Wave
from ...progress import Cancel, Progress
from ...pronunciation.folding import folded
from ...pronunciation.normalise import normalised
from ...pronunciation.spoken import Character, SpokenText
from ..engine import Outcome, OutOfMemoryError, SpeechError, SpeechRequest
from ..pieces import length
from ..voices.voice import Voice
from .acoustic_model import Sound
from .batch_scheduler import Speaking
from .guards import transcript_doubt
from .kernels.packed import stored
from .line import Line, prepared
from .llm.decode import Batch
from .llm.llama import Llama
from .reference.hearing import Hearing
from .stream import Stream
from .synthesis_queue import Sounding
from .text.prompt import Said
from .text.tokenizer import TextTokenizer
from .text.written import written
from .vocoder.vocos import Vocos
from .warmup import warm
from .weight_placement import Phase

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class GlmEngine:
    """One loaded checkpoint. Not for several threads at once: `runtime` sees to that."""

    llama: Llama
    sound: Sound
    tokenizer: TextTokenizer
    hearing: Hearing
    fingerprint: str
    rows: int = 16
    """Prompts decoded together at most."""
    history: bool = True
    name: str = "glm-tts"
    bring: Callable[[Phase], None] = lambda _: None
    """Has weights on their device; called before each use."""
    in_turns: bool = False
    """Whether there is room for the weights of drawing or of sounding only."""
    settled: bool = False
    """Whether weights stay where they are between calls."""
    graphs: bool = True
    """Whether a GPU's steps are recorded and replayed."""
    _batch: Batch | None = None
    _warming: Thread | None = None
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
        self, requests: Iterable[SpeechRequest | None], *, progress: Progress, cancel: Cancel
    ) -> Iterator[Outcome]:
        """Draw many requests together, each as if it were alone, and sound each piece as it ends.

        A sequence is made ready as a whole. Anything else is read a request at a time as there is
        room, so that new ones join those under way; None there means that nobody waits at present.
        Progress counts pieces. Raises OutOfMemoryError where a smaller batch may do.
        """
        beside = Sounding[Line](self.sound, in_turns=self.in_turns)
        with self._drawing() as batch, beside as sounding, _fitting():
            speaking = Speaking(
                prepare=self._line,
                bring=partial(self._brought, batch),
                in_turns=self.in_turns,
                tokenizer=self.tokenizer,
                batch=batch,
                sounding=sounding,
                rows=self.rows,
                positions=self.llama.config.max_position_embeddings,
            )
            yield from speaking.outcomes(requests, progress, cancel)

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
        rate = request.sample_rate
        with self._drawing() as batch, _fitting():
            while not line.finished:
                stream = Stream(self.sound, line.features, rate, request.rate, line.seed)
                pause = np.zeros(round(line.piece.pause * rate), np.float32)
                for samples in chain(self._streamed(line, stream, batch, cancel), (pause,)):
                    if len(samples):
                        yield Wave(samples, rate)
                progress(len(line.done), len(line.pieces))

    def warm(self) -> None:
        """Set a GPU up in the background, while a voice is being heard, say."""
        self._batch = Batch(self.llama, self.tokenizer.audio, self.device, graphs=self.graphs)
        given = (self._batch, self.sound, self.tokenizer.audio)
        self._warming = Thread(target=warm, args=given, name="glmtts-warm", daemon=True)
        self._warming.start()

    def close(self) -> None:
        """Let go of the weights; the engine is not used afterwards."""
        self._warmed()
        self.llama = self.sound = self._batch = None  # type: ignore[assignment]
        if torch.cuda.is_available():
            torch.cuda.empty_cache()

    def __enter__(self) -> GlmEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _warmed(self) -> None:
        if self._warming is not None:
            self._warming.join()
            self._warming = None

    def _brought(self, batch: Batch, phase: Phase) -> None:
        self._warmed()
        self.bring(phase)
        if not self.settled:
            batch.moved()

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

    def _streamed(
        self, line: Line, stream: Stream, batch: Batch, cancel: Cancel
    ) -> Iterator[Samples]:
        """The samples of a line's next piece, each block as soon as its tokens are there."""
        turn = partial(self._brought, batch) if self.in_turns else lambda _: None
        passage = line.passage(self.tokenizer, self.llama.config.max_position_embeddings)
        self._brought(batch, "draw" if self.in_turns else "all")
        batch.clear()
        batch.add([passage])
        ran_out = False
        while len(batch):
            cancel()
            for drawn in batch.step():
                if drawn.token is not None:
                    line.tokens.append(drawn.token)
                ran_out = drawn.ended and drawn.token is not None
                if not drawn.ended and len(line.tokens) == stream.due:
                    turn("sound")
                    yield stream.block(line.tokens)
                    turn("draw")
        turn("sound")
        samples = stream.last(line.tokens)
        if fault := line.fault(ran_out=ran_out):
            _log.warning("piece %d: %s", len(line.done) + 1, fault)
        line.keep(samples, self.tokenizer)
        yield samples

    @contextmanager
    def _drawing(self) -> Iterator[Batch]:
        """A batch, empty once weights have been brought. Its memory and its recordings are kept
        where weights stay.
        """
        batch, self._batch = self._batch, None
        audio, device = self.tokenizer.audio, self.device
        batch = batch or Batch(self.llama, audio, device, graphs=self.graphs)
        try:
            yield batch
        finally:
            self._warmed()
            batch.clear()
            self._batch = batch if self.settled else None


@contextmanager
def _fitting() -> Iterator[None]:
    """Say in the engine's words that memory ran out."""
    try:
        yield
    except torch.OutOfMemoryError as error:
        raise OutOfMemoryError(str(error).partition(". ")[0]) from error
