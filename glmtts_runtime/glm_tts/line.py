"""A request -> its pieces, drawn one after the other, each told what was said before it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ...audio.wave import Samples
from ..engine import SpeechError, SpeechRequest
from ..pieces import Piece, length, pieces
from ..seeds import derived
from ..voices.voice import Voice
from .acoustic_model import Score
from .guards import ATTEMPTS, drawn_wrong
from .llm.passage import Passage
from .reference.hearing import Features
from .spec import MAX_TOKENS_PER_TEXT, MIN_TOKENS_PER_TEXT
from .text.prompt import Said, prompt
from .text.tokenizer import TextTokenizer
from .text.written import written

Manner = Callable[[Voice], Said]
"""A voice's reference as a prompt."""


@dataclass(slots=True)
class Line:
    """One request under way."""

    index: int
    request: SpeechRequest
    features: Features
    manners: tuple[tuple[Said, float], ...]
    """How it is spoken: prompts of the language model and their weights, which sum to 1."""
    pieces: tuple[Piece, ...]
    history: bool
    tokens: list[int] = field(default_factory=list)
    """Of the piece being drawn."""
    said: list[Said] = field(default_factory=list)
    done: list[tuple[Samples, float]] = field(default_factory=list)
    """Samples and pause of each finished piece."""
    attempt: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def piece(self) -> Piece:
        return self.pieces[len(self.done)]

    @property
    def finished(self) -> bool:
        return len(self.done) == len(self.pieces)

    @property
    def seed(self) -> int:
        """Of this piece and attempt: it depends on nothing but the request."""
        return derived(self.request.seed, len(self.done), self.attempt)

    def passage(self, tokenizer: TextTokenizer, most_positions: int) -> Passage:
        """The piece to decode next. Raises SpeechError for a piece no prompt leaves room for."""
        self.tokens = []
        text = self.text(tokenizer)
        history = self.said if self.history else []
        prompts = tuple(
            (prompt(manner, history, text, tokenizer.audio), weight)
            for manner, weight in self.manners
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
        """Ids of the piece."""
        names = [name.strip("<|>") for name in tokenizer.phonemes]
        return tuple(
            tokenizer.encode(written(self.piece.spoken, names, where=self.request.phoneme))
        )

    def score(self) -> Score:
        """The piece drawn, to be sounded."""
        return Score(
            tokens=self.tokens,
            features=self.features,
            sample_rate=self.request.sample_rate,
            rate=self.request.rate,
            seed=self.seed,
        )

    @property
    def given_up(self) -> bool:
        """Whether the piece is kept whatever it is like."""
        return self.attempt == ATTEMPTS

    def fault(self, *, ran_out: bool) -> str | None:
        """What is wrong with the piece drawn."""
        characters = length(self.piece.spoken.characters)
        return drawn_wrong(self.tokens, characters, ran_out=ran_out)

    def again(self, fault: str) -> bool:
        """Note a fault; whether the piece is to be drawn again with another seed."""
        self.attempt += 1
        last = self.attempt == ATTEMPTS
        what = f"piece {len(self.done) + 1}: {fault}"
        self.notes.append(f"{what}; kept" if last else f"{what}; drawn again")
        return not last

    def keep(self, samples: Samples, tokenizer: TextTokenizer) -> None:
        """The piece is finished."""
        self.said.append(Said(self.text(tokenizer), tuple(self.tokens)))
        self.done.append((samples, self.piece.pause))
        self.attempt = 0


def manners(request: SpeechRequest, manner: Manner) -> tuple[tuple[Said, float], ...]:
    """The prompts of a request: the voice's own, its emotion's, or both by strength."""
    if request.emotion is None:
        return ((manner(request.voice), 1.0),)
    strength = request.emotion.strength
    weighted = [(request.voice, 1.0 - strength)]
    weighted += [(voice, strength * weight) for voice, weight in request.emotion.parts]
    total = sum(weight for _, weight in weighted)
    return tuple((manner(voice), weight / total) for voice, weight in weighted if weight > 0)


def prepared(
    index: int,
    request: SpeechRequest,
    hear: Callable[[Voice], Features],
    manner: Manner,
    *,
    history: bool,
) -> Line:
    """A request ready to be spoken. Raises SpeechError for one that cannot be."""
    cut = pieces(request.spoken)
    if not cut:
        raise SpeechError("there is nothing to say")
    try:
        return Line(
            index=index,
            request=request,
            features=hear(request.voice),
            manners=manners(request, manner),
            pieces=cut,
            history=history,
        )
    except ValueError as error:
        raise SpeechError(f"{request.voice.name}: {error}") from error
