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
from ...messages import Message
from ...progress import Cancel, Progress
from ...pronunciation.folding import folded
from ...pronunciation.normalise import normalised
from ...pronunciation.spoken import Character, SpokenText
from ..engine import Outcome, OutOfMemoryError, SpeechError, SpeechRequest
from ..text_chunks import length
from ..voices.voice import Voice
from .acoustic_model import AcousticModel
from .batch_scheduler import BatchScheduler
from .guards import check_transcript
from .kernels.packed import stored
from .llm.decode import Batch
from .llm.llama import Llama
from .reference.cache import ReferenceCache
from .request_state import RequestState, prepare
from .stream import Stream
from .synthesis_queue import SynthesisQueue
from .text.prompt import PromptSegment
from .text.tokenizer import TextTokenizer
from .text.written import written
from .vocoder.vocos import Vocos
from .warmup import warm
from .weight_placement import WeightGroup

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class GlmEngine:
    """One loaded checkpoint. Not for several threads at once: `runtime` sees to that."""

    llama: Llama
    acoustic: AcousticModel
    tokenizer: TextTokenizer
    references: ReferenceCache
    fingerprint: str
    rows: int = 16
    """Prompts decoded together at most."""
    history: bool = True
    name: str = "glm-tts"
    load_weights: Callable[[WeightGroup], None] = lambda _: None
    """Has weights on their device; called before each use."""
    sequential: bool = False
    """Whether there is room for the weights of decoding or of synthesis only."""
    resident: bool = False
    """Whether weights stay where they are between calls."""
    graphs: bool = True
    """Whether a GPU's steps are recorded and replayed."""
    _batch: Batch | None = None
    _warming: Thread | None = None
    _prompts: dict[str, PromptSegment] = field(default_factory=dict)

    @property
    def sample_rates(self) -> tuple[int, ...]:
        return tuple(self.acoustic.vocoders)

    @property
    def device(self) -> torch.device:
        return self.acoustic.device

    @property
    def nbytes(self) -> int:
        """Memory its weights take."""
        networks = (self.llama, self.acoustic.flow, *self.acoustic.vocoders.values())
        modules = [n.program if isinstance(n, Vocos) else n for n in networks]
        return sum(stored(module) for module in modules)

    def synthesize(
        self, requests: Iterable[SpeechRequest | None], *, progress: Progress, cancel: Cancel
    ) -> Iterator[Outcome]:
        """Decode many requests together, each as if alone, and synthesize each chunk as it ends.

        A sequence is made ready as a whole. Anything else is read a request at a time as there is
        room, so that new ones join those under way; None there means that nobody waits at present.
        Progress counts chunks. Raises OutOfMemoryError where a smaller batch may do.
        """
        queue = SynthesisQueue[RequestState](self.acoustic, sequential=self.sequential)
        with self._decoding() as batch, queue as synthesis, _out_of_memory():
            scheduler = BatchScheduler(
                prepare=self._prepare,
                load_weights=partial(self._load_weights, batch),
                sequential=self.sequential,
                tokenizer=self.tokenizer,
                batch=batch,
                synthesis=synthesis,
                rows=self.rows,
                positions=self.llama.config.max_position_embeddings,
            )
            yield from scheduler.outcomes(requests, progress, cancel)

    def stream(
        self, request: SpeechRequest, *, progress: Progress, cancel: Cancel
    ) -> Iterator[Wave]:
        """Yield what is final while the rest is still being decoded. Nothing played is decoded
        again: a chunk that comes out wrong is only warned about. Raises SpeechError.
        """
        state = self._prepare(0, request)
        if isinstance(state, Outcome):
            assert isinstance(state.result, SpeechError), "a line that was not made says why"
            raise state.result
        rate = request.sample_rate
        with self._decoding() as batch, _out_of_memory():
            while not state.finished:
                stream = Stream(self.acoustic, state.features, rate, request.rate, state.seed)
                pause = np.zeros(round(state.chunk.pause * rate), np.float32)
                for samples in chain(self._streamed(state, stream, batch, cancel), (pause,)):
                    if len(samples):
                        yield Wave(samples, rate)
                progress(len(state.done), len(state.chunks))

    def warm(self) -> None:
        """Set a GPU up in the background, while a voice is being encoded, say."""
        self._batch = Batch(self.llama, self.tokenizer.audio, self.device, graphs=self.graphs)
        given = (self._batch, self.acoustic, self.tokenizer.audio)
        self._warming = Thread(target=warm, args=given, name="glmtts-warm", daemon=True)
        self._warming.start()

    def close(self) -> None:
        """Let go of the weights; the engine is not used afterwards."""
        self._warmed()
        self.llama = self.acoustic = self._batch = None  # type: ignore[assignment]
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

    def _load_weights(self, batch: Batch, group: WeightGroup) -> None:
        self._warmed()
        self.load_weights(group)
        if not self.resident:
            batch.moved()

    def _prepare(self, index: int, request: SpeechRequest) -> RequestState | Outcome:
        """A request made ready, or why it cannot be spoken."""
        try:
            if request.sample_rate not in self.sample_rates:
                known = ", ".join(str(rate) for rate in self.sample_rates)
                raise SpeechError(
                    Message("{} Hz is not one of its rates: {}", request.sample_rate, known)
                )
            with _out_of_memory():
                return prepare(
                    index, request, self.references, self._reference_prompt, history=self.history
                )
        except SpeechError as error:
            return Outcome(index, error)

    def _reference_prompt(self, voice: Voice) -> PromptSegment:
        """A voice's reference as a prompt; warns once of a transcript that cannot be right."""
        if voice.digest not in self._prompts:
            read = normalised(folded(voice.transcript, 0), "zh")
            characters = map(Character, read.text, read.at)
            spoken = SpokenText(voice.transcript, tuple(characters))
            doubt = check_transcript(length(spoken.characters), voice.reference.seconds)
            if doubt:
                _log.warning("the voice %s may not speak well: %s", voice.name, doubt)
            text = self.tokenizer.encode(written(spoken, ()) + " ")
            speech = self.references(voice).tokens.tolist()
            self._prompts[voice.digest] = PromptSegment(tuple(text), tuple(speech))
        return self._prompts[voice.digest]

    def _streamed(
        self, state: RequestState, stream: Stream, batch: Batch, cancel: Cancel
    ) -> Iterator[Samples]:
        """The samples of a request's next chunk, each block as soon as its tokens are there."""
        load = partial(self._load_weights, batch) if self.sequential else lambda _: None
        passage = state.passage(self.tokenizer, self.llama.config.max_position_embeddings)
        self._load_weights(batch, "llm" if self.sequential else "all")
        batch.clear()
        batch.add([passage])
        ran_out = False
        while len(batch):
            cancel()
            for generated in batch.step():
                if generated.token is not None:
                    state.tokens.append(generated.token)
                ran_out = generated.ended and generated.token is not None
                if not generated.ended and len(state.tokens) == stream.due:
                    load("acoustic")
                    yield stream.block(state.tokens)
                    load("llm")
        load("acoustic")
        samples = stream.last(state.tokens)
        if fault := state.fault(ran_out=ran_out):
            _log.warning("piece %d: %s", len(state.done) + 1, fault)
        state.keep(samples, self.tokenizer)
        yield samples

    @contextmanager
    def _decoding(self) -> Iterator[Batch]:
        """A batch, empty once weights have been loaded. Its memory and its recordings are kept
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
            self._batch = batch if self.resident else None


@contextmanager
def _out_of_memory() -> Iterator[None]:
    """Say in the engine's words that memory ran out."""
    try:
        yield
    except torch.OutOfMemoryError as error:
        raise OutOfMemoryError(str(error).partition(". ")[0]) from error
