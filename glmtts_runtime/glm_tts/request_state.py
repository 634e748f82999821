"""A request -> its text chunks, decoded one by one, each after what was spoken before it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ...audio.wave import Samples
from ...messages import Message
from ..engine import SpeechError, SpeechRequest
from ..seeds import derived
from ..text_chunks import TextChunk, chunks, length
from ..voices.voice import Voice
from .acoustic_model import AcousticRequest
from .guards import ATTEMPTS, check_tokens
from .llm.passage import Passage
from .reference.encoder import Features
from .spec import MAX_TOKENS_PER_TEXT, MIN_TOKENS_PER_TEXT
from .text.prompt import PromptSegment, prompt
from .text.tokenizer import TextTokenizer
from .text.written import written

ReferencePrompt = Callable[[Voice], PromptSegment]
"""A voice's reference as a prompt."""


@dataclass(slots=True)
class RequestState:
    """One request under way."""

    index: int
    request: SpeechRequest
    features: Features
    prompts: tuple[tuple[PromptSegment, float], ...]
    """Of the language model: references and their weights, which sum to 1."""
    chunks: tuple[TextChunk, ...]
    history: bool
    tokens: list[int] = field(default_factory=list)
    """Of the chunk being decoded."""
    spoken: list[PromptSegment] = field(default_factory=list)
    done: list[tuple[Samples, float]] = field(default_factory=list)
    """Samples and pause of each finished chunk."""
    attempt: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def chunk(self) -> TextChunk:
        return self.chunks[len(self.done)]

    @property
    def finished(self) -> bool:
        return len(self.done) == len(self.chunks)

    @property
    def seed(self) -> int:
        """Of this chunk and attempt: it depends on nothing but the request."""
        return derived(self.request.seed, len(self.done), self.attempt)

    def passage(self, tokenizer: TextTokenizer, most_positions: int) -> Passage:
        """The chunk to decode next. Raises SpeechError for one no prompt leaves room for."""
        self.tokens = []
        text = self.text(tokenizer)
        history = self.spoken if self.history else []
        prompts = tuple(
            (prompt(reference, history, text, tokenizer.audio), weight)
            for reference, weight in self.prompts
        )
        room = most_positions - max(len(ids) for ids, _ in prompts)
        least = MIN_TOKENS_PER_TEXT * len(text)
        if room <= least:
            raise SpeechError("its reference is too long to leave room for speech")
        return Passage(
            prompts=prompts,
            least=least,
            most=min(MAX_TOKENS_PER_TEXT * len(text), room),
            seed=self.seed,
            sampling=self.request.sampling,
        )

    def text(self, tokenizer: TextTokenizer) -> tuple[int, ...]:
        """Ids of the chunk."""
        names = [name.strip("<|>") for name in tokenizer.phonemes]
        return tuple(
            tokenizer.encode(written(self.chunk.spoken, names, where=self.request.phoneme))
        )

    def acoustic_request(self) -> AcousticRequest:
        """The chunk decoded, to be synthesized."""
        return AcousticRequest(
            tokens=self.tokens,
            features=self.features,
            sample_rate=self.request.sample_rate,
            rate=self.request.rate,
            seed=self.seed,
        )

    @property
    def given_up(self) -> bool:
        """Whether the chunk is kept whatever it is like."""
        return self.attempt == ATTEMPTS

    def fault(self, *, ran_out: bool) -> str | None:
        """What is wrong with the tokens of the chunk."""
        characters = length(self.chunk.spoken.characters)
        return check_tokens(self.tokens, characters, ran_out=ran_out)

    def retry(self, fault: str) -> bool:
        """Note a fault; whether the chunk is to be decoded again with another seed."""
        self.attempt += 1
        last = self.attempt == ATTEMPTS
        what = Message("piece {}: {}", len(self.done) + 1, fault)
        self.notes.append(f"{what}; kept" if last else f"{what}; drawn again")
        return not last

    def keep(self, samples: Samples, tokenizer: TextTokenizer) -> None:
        """The chunk is finished."""
        self.spoken.append(PromptSegment(self.text(tokenizer), tuple(self.tokens)))
        self.done.append((samples, self.chunk.pause))
        self.attempt = 0


def weighted_prompts(
    request: SpeechRequest, prompt_of: ReferencePrompt
) -> tuple[tuple[PromptSegment, float], ...]:
    """The prompts of a request: the voice's own, its emotion's, or both by strength."""
    if request.emotion is None:
        return ((prompt_of(request.voice), 1.0),)
    strength = request.emotion.strength
    weighted = [(request.voice, 1.0 - strength)]
    weighted += [(voice, strength * weight) for voice, weight in request.emotion.parts]
    total = sum(weight for _, weight in weighted)
    return tuple((prompt_of(voice), weight / total) for voice, weight in weighted if weight > 0)


def prepare(
    index: int,
    request: SpeechRequest,
    features_of: Callable[[Voice], Features],
    prompt_of: ReferencePrompt,
    *,
    history: bool,
) -> RequestState:
    """A request ready to be spoken. Raises SpeechError for one that cannot be."""
    cut = chunks(request.spoken)
    if not cut:
        raise SpeechError("there is nothing to say")
    try:
        return RequestState(
            index=index,
            request=request,
            features=features_of(request.voice),
            prompts=weighted_prompts(request, prompt_of),
            chunks=cut,
            history=history,
        )
    except ValueError as error:
        raise SpeechError(f"{request.voice.name}: {error}") from error
