"""The protocol every engine answers to: a batch of speech requests in, takes out as they finish."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from ..audio.wave import Wave
from ..progress import Cancel, Progress
from ..pronunciation.phonemes import Where
from ..pronunciation.spoken import SpokenText
from .options import Sampling
from .voices.voice import Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class Emotion:
    """The manner of a line: references whose prosody is borrowed, and how strongly."""

    parts: tuple[tuple[Voice, float], ...]
    """References and their weights, which sum to 1."""
    strength: float = 1.0
    """0..1; 0 keeps the voice's own manner"""

    @classmethod
    def mixed(cls, *weighted: tuple[Emotion, float]) -> Emotion:
        """Several manners at once, by weights that sum to 1; references they share count once."""
        strength = sum(weight * emotion.strength for emotion, weight in weighted)
        voices: dict[str, Voice] = {}
        shares: dict[str, float] = {}
        for emotion, weight in weighted:
            # What is borrowed at all counts as much as it is borrowed strongly.
            share = weight * emotion.strength / strength if strength else weight
            for voice, part in emotion.parts:
                voices[voice.digest] = voice
                shares[voice.digest] = shares.get(voice.digest, 0.0) + share * part
        parts = tuple((voices[digest], part) for digest, part in shares.items())
        return cls(parts=parts, strength=strength)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechRequest:
    """One line to speak. Two equal requests sound the same, whatever else is in their batch."""

    spoken: SpokenText
    voice: Voice
    emotion: Emotion | None = None
    seed: int = 0
    rate: float = 1.0
    """Speaking speed; 1.1 is 10 % faster."""
    sample_rate: int = 24_000
    """Hz of the wave wanted; one of the engine's `sample_rates`."""
    sampling: Sampling = field(default_factory=Sampling)
    phoneme: Where = "asked"
    """Which characters an engine that knows phonemes is given as such."""


class SpeechError(RuntimeError):
    """One line could not be spoken; the others of its batch are not touched."""


class OutOfMemoryError(RuntimeError):
    """A batch did not fit the device; what was yielded stays good, and fewer requests may fit."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one request of a batch ended."""

    index: int
    """Of the request in its batch."""
    result: Wave | SpeechError
    notes: tuple[str, ...] = ()
    """What a person should know of it, a sentence each: pieces drawn again and why."""
    times: tuple[tuple[float, float], ...] = ()
    """Seconds from the wave's beginning: where each spoken character begins and ends; all letters
    of a word share the word's, and what is not said lasts no time. () where nobody knows."""


class Engine(Protocol):
    """Speaks until it is closed."""

    @property
    def name(self) -> str:
        """One of `options.ENGINES` but `auto`."""
        ...

    @property
    def fingerprint(self) -> str:
        """Changes whenever the same request could sound different: version, weights, precision."""
        ...

    @property
    def sample_rates(self) -> tuple[int, ...]:
        """Hz an engine can deliver, its preferred one first."""
        ...

    def synthesize(
        self, requests: Sequence[SpeechRequest], *, progress: Progress, cancel: Cancel
    ) -> Iterator[Outcome]:
        """Yield one `Outcome` per request, each as soon as it is finished, in any order.

        `progress` counts the engine's own steps over the whole batch.
        """
        ...

    def close(self) -> None:
        """Free processes and memory; the engine is not used afterwards."""
        ...


def says_pinyin(engine: Engine) -> bool:
    """Whether what an engine says is the pinyin of a text after sandhi: so do kokoro and preview.
    glm-tts changes tones by itself, and nobody knows of others. One elsewhere tells its name too.
    """
    return engine.name in ("kokoro", "preview")


class StreamingEngine(Engine, Protocol):
    """An engine that can be heard while it is still speaking."""

    def stream(
        self, request: SpeechRequest, *, progress: Progress, cancel: Cancel
    ) -> Iterator[Wave]:
        """Yield the waves of one request, to be played one after the other without a gap."""
        ...


@runtime_checkable
class CastingEngine(Engine, Protocol):
    """An engine that cannot clone: its own speakers speak for voices."""

    def cast(self, voices: Sequence[Voice]) -> list[Voice]:
        """The voices of one script with their speakers named, no two the same while any are free.

        Raises InputError for a speaker that a voice names and that there is not.
        """
        ...


class ServingEngine(StreamingEngine, Protocol):
    """An engine that takes on new requests while it speaks."""

    def synthesize(
        self, requests: Iterable[SpeechRequest | None], *, progress: Progress, cancel: Cancel
    ) -> Iterator[Outcome]:
        """As `Engine.synthesize`; what is not a sequence is read a request at a time as there is
        room, and None means that there is none at present.
        """
        ...
