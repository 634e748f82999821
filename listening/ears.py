"""Wave -> what a listener who was told nothing writes down, by faster-whisper.

Whisper was taught with windows of 30 s; a shorter one costs less, and down to SHORTEST nothing is
lost. What it writes of silence, in a loop, or with digits for words is known and seen to here.
"""

from __future__ import annotations

import functools
import math
import os
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..audio.recording import resample
from ..audio.wave import Samples, Wave
from ..machine import cores
from ..pronunciation.chinese.hanzi import is_han
from ..pronunciation.reader import Language
from ..pronunciation.spoken import SpokenText
from . import repeats
from . import tokens as tokens_of
from .model import Model, find, missing
from .parts import RATE, parts
from .shares import shared
from .tokens import Span
from .units import Unit, moved
from .units import told as units_told
from .word_times import Times, character_times

VERSION = 3
"""Goes up whenever the same wave could be heard otherwise."""
FRAMES = 100
"""Of the spectrogram in a second; the encoder halves them"""
SHORTEST, LONGEST = 7.0, 30.0
"""Seconds of a window; short ones are filled up with silence"""
UNSURE = -0.7
"""A mean log probability of tokens under which a part is heard again in a whole window"""
FASTEST = 9.0
"""Syllables of Chinese that somebody says in a second; short loops are told by it"""
LOOP = 2.4
"""So often does a text fit into its compressed form that repeats itself."""
SILENT = 0.6
"""Probability of no speech from which text that Whisper is not sure of counts as made up"""
AHEAD = 0.1
"""Seconds by which Whisper's attention is ahead of the sound (median over Kokoro's speech)"""
_BEAMS = 2
_MOST_TOKENS = 440  # Whisper's are 448
_TOKENS_A_SECOND = 16  # more than anybody says


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a wave as it was heard."""

    start: float
    end: float
    """Seconds"""
    text: str
    confidence: float
    """Mean log probability of its tokens, 0 at most"""
    no_speech: float
    """0..1"""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard of a wave."""

    parts: tuple[Part, ...]
    languages: tuple[tuple[str, float], ...] = ()
    """The likeliest languages of the first part and their probabilities"""
    times: Times = ()
    """Seconds: where each character of the text that should be said begins and ends; () where it
    was not asked for or cannot be told"""
    repeats: tuple[Span, ...] = ()
    """Words of that text that may have been said twice: first and after the last character"""

    @property
    def text(self) -> str:
        """Everything, simplified characters or not."""
        return " ".join(part.text for part in self.parts if part.text)

    @property
    def confidence(self) -> float:
        """Mean log probability over all parts by their length; 0 where nothing was heard."""
        told = [part for part in self.parts if part.text]
        seconds = sum(part.end - part.start for part in told)
        return sum(p.confidence * (p.end - p.start) for p in told) / seconds if told else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class _Encoded:
    """A part and what the encoder made of it."""

    part: Part
    encoded: Any
    frames: int
    """Of the spectrogram, without what it was filled up with"""


@dataclass(frozen=True, slots=True)
class _Laid:
    """A text as it lies over a part's sound."""

    tokenizer: Any
    text: str
    times: Times = ()
    tokens: tuple[int, ...] = ()
    likely: tuple[float, ...] = ()
    """Logarithm of each token's probability"""
    pieces: tuple[tuple[str, int], ...] = ()
    """Of the text, and the index of each one's first token"""


class Ears:
    """Whisper. Any number of threads may listen at once; none changes what another hears."""

    def __init__(self, model: Model, *, device: str = "cpu", listeners: int = 1) -> None:
        """listeners: waves heard at once, each on one core. Raises InputError without the extra."""
        try:
            from faster_whisper import WhisperModel
        except ImportError as error:
            raise missing() from error
        self.listeners = listeners
        self.fingerprint = f"whisper {VERSION}, {model.sha256}, {device}"
        self._whisper: Any = WhisperModel(
            str(model.folder),
            device=device,
            compute_type="int8" if device == "cpu" else "int8_float16",
            cpu_threads=1,
            num_workers=listeners,
        )
        self._unwritten = tokens_of.figures(self._whisper)

    @classmethod
    def open(
        cls,
        name: str | Path | None = None,
        *,
        folders: Sequence[Path] = (),
        device: str = "cpu",
        listeners: int | None = None,
        environment: Mapping[str, str] = os.environ,
    ) -> Ears:
        """The ears of the model that is found (`model.find`). Raises InputError."""
        found = find(name, folders=folders, environment=environment)
        return cls(found, device=device, listeners=listeners or min(4, cores()))

    def hear(
        self,
        wave: Wave,
        language: Language | None,
        told: SpokenText | None = None,
        *,
        carefully: bool = False,
    ) -> Heard:
        """What somebody writes down who knows nothing but the language; None: not even that, for
        sound in which Chinese and English take turns.

        told: what should be said; it changes nothing of what is heard, but its times are found, and
        which of its words may have been said twice. carefully: whole windows, a wider search.
        """
        samples = resample(wave.samples, wave.rate, RATE)
        found = [self._part(samples, span, language, carefully) for span in parts(samples)]
        languages = self._languages(found[0].encoded)[:3] if found else ()
        told_parts = tuple(one.part for one in found)
        if told is None or not found:
            return Heard(told_parts, languages)
        units, times, repeats = units_told(told), list[tuple[float, float]](), list[Span]()
        assert language is not None, "a text has one"
        shares = shared(told, [part.text for part in told_parts], language)
        for one, (begin, end) in zip(found, shares, strict=True):
            laid = self._laid(one, told.spoken[begin:end], language)
            times += laid.times
            inside = [moved(u, -begin) for u in units if begin <= u.start and u.end <= end]
            repeats += [(a + begin, b + begin) for a, b in self._repeats(one, laid, inside)]
        whole = len(times) == len(told.characters)
        return Heard(told_parts, languages, tuple(times) if whole else (), tuple(repeats))

    def _part(
        self, samples: Samples, span: tuple[int, int], asked: Language | None, carefully: bool
    ) -> _Encoded:
        sound = samples[slice(*span)]
        encoded, frames = self._encoded(sound, LONGEST if carefully else SHORTEST)
        language = asked or self._likelier(encoded)
        part = self._written(encoded, language, _BEAMS if carefully else 1)
        badness = functools.partial(_badness, len(sound) / RATE)
        if (badness(part)[0] or part.confidence < UNSURE) and not carefully:
            whole, _ = self._encoded(sound, LONGEST)
            part = min(part, self._written(whole, language, _BEAMS), key=badness)
        return _Encoded(_placed(part, span[0] / RATE, span[1] / RATE), encoded, frames)

    def _encoded(self, sound: Samples, shortest: float) -> tuple[Any, int]:
        """What the encoder makes of a stretch, and how many frames of the spectrogram it has."""
        from faster_whisper.transcribe import get_ctranslate2_storage

        mel = self._whisper.feature_extractor(sound, padding=0)
        frames = mel.shape[1]
        size = min(round(LONGEST * FRAMES), max(round(shortest * FRAMES), frames + FRAMES))
        size += size % 2
        filled = np.zeros((1, mel.shape[0], size), np.float32)
        filled[0, :, : min(frames, size)] = mel[:, :size]
        return self._whisper.model.encode(get_ctranslate2_storage(filled)), min(frames, size)

    def _written(self, encoded: Any, language: Language, beams: int) -> Part:
        tokenizer = tokens_of.tokenizer(self._whisper, language)
        seconds = encoded.shape[1] * 2 / FRAMES
        [result] = self._whisper.model.generate(
            encoded,
            [self._whisper.get_prompt(tokenizer, [], without_timestamps=True)],
            beam_size=beams,
            max_length=min(448, round(seconds * _TOKENS_A_SECOND)),
            suppress_tokens=self._unwritten,
            return_scores=True,
            return_no_speech_prob=True,
        )
        text = tokenizer.decode(result.sequences_ids[0]).replace("\ufffd", "").strip()
        return Part(0.0, 0.0, text, result.scores[0], result.no_speech_prob)

    def _languages(self, encoded: Any) -> tuple[tuple[str, float], ...]:
        [found] = self._whisper.model.detect_language(encoded)
        return tuple((name.strip("<|>"), round(share, 3)) for name, share in found)

    def _likelier(self, encoded: Any) -> Language:
        shares = dict(self._languages(encoded))
        return "zh" if shares.get("zh", 0.0) >= shares.get("en", 0.0) else "en"

    def _laid(self, heard: _Encoded, text: str, language: Language) -> _Laid:
        """Text that should be said, laid over the sound by the decoder's attention."""
        tokenizer = tokens_of.tokenizer(self._whisper, language)
        tokens: list[int] = tokenizer.encode(text)
        laid = self._forced(heard, tokenizer, tokens)
        if laid is None:
            return _Laid(tokenizer, text)
        begins = dict[int, float]()
        for token, frame in laid.alignments:
            begins.setdefault(token, heard.part.start + frame * 2 / FRAMES + AHEAD)
        pieces = tokens_of.pieces(tokenizer, tokens)
        times = character_times(text, pieces, begins, heard.part.end)
        return _Laid(tokenizer, text, times, tuple(tokens), _logarithms(laid), tuple(pieces))

    def _repeats(self, heard: _Encoded, laid: _Laid, units: Sequence[Unit]) -> Iterator[Span]:
        """Words of a laid text that may have been said twice."""
        words = repeats.words(laid.text, units) if laid.tokens else []
        for first in range(min(repeats.APART, len(words))):
            asked = words[first :: repeats.APART]
            spans = [tokens_of.covering(laid.pieces, word, len(laid.tokens)) for word in asked]
            twice = self._forced(heard, laid.tokenizer, repeats.doubled(laid.tokens, spans))
            if twice is not None:
                gaps = repeats.gaps(laid.likely, _logarithms(twice), spans)
                yield from (
                    w for w, gap in zip(asked, gaps, strict=True) if gap > repeats.TOO_LIKELY
                )

    def _forced(self, heard: _Encoded, tokenizer: Any, tokens: Sequence[int]) -> Any | None:
        if not tokens or len(tokens) > _MOST_TOKENS:
            return None
        return self._whisper.model.align(
            heard.encoded, tokenizer.sot_sequence, [tokens], heard.frames
        )[0]


def _logarithms(laid: Any) -> tuple[float, ...]:
    return tuple(math.log(max(share, 1e-8)) for share in laid.text_token_probs)


def _badness(seconds: float, part: Part) -> tuple[bool, float]:
    """Whether nobody can have said so much, and how unsure Whisper is."""
    hurried = sum(map(is_han, part.text)) > FASTEST * seconds
    return hurried or _is_loop(part.text), -part.confidence


def _is_loop(text: str) -> bool:
    data = text.encode()
    return len(data) > 60 and len(data) / len(zlib.compress(data)) > LOOP


def _placed(part: Part, start: float, end: float) -> Part:
    made_up = part.no_speech > SILENT and part.confidence < UNSURE
    return Part(
        start,
        end,
        "" if made_up else part.text,
        round(part.confidence, 4),
        round(part.no_speech, 4),
    )
