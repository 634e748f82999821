"""Speech requests -> takes: each line is spoken once, then found again by what shapes it."""

from __future__ import annotations

import json
import logging
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass, replace

import numpy as np

from ..audio.loudness import loudness
from ..audio.wave import Wave
from ..documents.counted import counted
from ..glmtts_runtime.engine import Outcome, SpeechError, SpeechRequest
from ..listening.check import Verdict
from ..listening.word_times import Times
from ..listening.written import Word, written_words
from ..progress import Progress, unwatched
from ..pronunciation.phonemes import SURE
from ..pronunciation.spoken import Character
from .context import RenderContext
from .store import Store, key_of

_HEADER = struct.Struct("<4sIId")  # magic, rate, samples, loudness
_MAGIC = b"TAK2"
_TIME = np.dtype("<u4")  # tenths of a millisecond: begin and end of each spoken character
_TENTHS = 10_000

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Take:
    """What one line sounds like, by its key in the store; the samples stay on disk."""

    key: str
    rate: int
    """Hz"""
    length: int
    """samples"""
    loudness: float
    """LUFS; -inf for silence"""
    times: Times = ()
    """Seconds: where each spoken character begins and ends; () where the engine does not know"""
    words: tuple[Word, ...] = ()
    """Of the text as it was written, where times are known"""
    seed: int = 0
    """It was drawn with"""
    draw: int = 1
    """Which of the takes of its line that were heard it is"""
    draws: int = 1
    """How many were heard"""
    verdict: Verdict | None = None
    """What was heard of it; None where nobody listened"""


class TakesFailedError(RuntimeError):
    """Some lines could not be spoken; every other line's take is in the store."""

    def __init__(self, failures: dict[int, SpeechError]) -> None:
        super().__init__(f"{counted(len(failures), 'line')} could not be spoken")
        self.failures = failures
        """By index of the request."""


def take_key(request: SpeechRequest, engine: str) -> str:
    """The key of a request spoken by the engine of that fingerprint."""
    voice, emotion = request.voice, request.emotion
    manner = (
        [[(part.digest, weight) for part, weight in emotion.parts], emotion.strength]
        if emotion
        else None
    )
    shape = [
        # An engine may treat a reading by who decided it and how surely: pronunciation/phonemes.py.
        [
            (*_reading(character), *filter(None, (request.spoken.stands_for(index),)))
            for index, character in enumerate(request.spoken.characters)
        ],
        [(pause.at, pause.seconds) for pause in request.spoken.breaks],
        [voice.digest, *voice.speakers] if voice.speakers else voice.digest,
        manner,
        request.seed,
        request.rate,
        request.sample_rate,
        astuple(request.sampling),
        request.phoneme,
    ]
    return key_of("take", engine, json.dumps(shape, ensure_ascii=False))


def _reading(character: Character) -> tuple[object, ...]:
    told = (character.char, character.pinyin, character.source, character.confidence >= SURE)
    return (*told, character.phones) if character.phones else told


def make_takes(
    requests: Sequence[SpeechRequest],
    context: RenderContext,
    *,
    phase: str = "speak",
    steps: Progress = unwatched,
) -> tuple[list[Take], int]:
    """The take of every request, and how many had to be synthesised for it.

    As `try_takes`, but raises `TakesFailedError` after the last line of the batch if any failed.
    """
    takes, fresh = try_takes(requests, context, phase=phase, steps=steps)
    return all_of(takes), fresh


def all_of(takes: Sequence[Take | SpeechError]) -> list[Take]:
    """The takes of a batch; raises `TakesFailedError` with every line that has none."""
    failures = {i: take for i, take in enumerate(takes) if isinstance(take, SpeechError)}
    if failures:
        raise TakesFailedError(failures)
    return [take for take in takes if isinstance(take, Take)]


def try_takes(
    requests: Sequence[SpeechRequest],
    context: RenderContext,
    *,
    phase: str = "speak",
    steps: Progress = unwatched,
    finished: Callable[[SpeechRequest, Take], None] = unwatched,
) -> tuple[list[Take | SpeechError], int]:
    """The take of every request or why there is none, and how many were not in the store.

    A take is stored the moment it is finished, so an interruption loses at most the lines under
    way. The report of `phase` counts requests, `steps` what the engine counts of those that are
    not in the store: the pieces of long texts. finished: called with each take when it is there.
    """
    store, progress = context.store, context.progress(phase)
    keys = [take_key(request, context.engine.fingerprint) for request in requests]
    takes: dict[str, Take | SpeechError] = {}
    takes |= {key: take for key in set(keys) if (take := _find(store, key))}
    missing = {
        key: request for key, request in zip(keys, requests, strict=True) if key not in takes
    }
    progress(len(takes), len(takes) + len(missing))
    for key, request in zip(keys, requests, strict=True):
        if isinstance(kept := takes.get(key), Take):
            finished(request, kept)
    for key, result in _speak(missing, context, steps):
        takes[key] = result
        if isinstance(result, Take):
            finished(missing[key], result)
        progress(len(takes), len(set(keys)))
    return [_of(request, takes[key]) for key, request in zip(keys, requests, strict=True)], len(
        missing
    )


def _of(request: SpeechRequest, take: Take | SpeechError) -> Take | SpeechError:
    """The take with the words of one request, whose text may be written otherwise than another's
    that is spoken the same."""
    if isinstance(take, SpeechError):
        return take
    return replace(take, seed=request.seed, words=written_words(request.spoken, take.times))


def load_take(store: Store, key: str) -> Wave:
    """The wave of a take; raises LookupError when the store has dropped it since."""
    blob = store.read(key)
    if blob is None:
        raise LookupError(f"take {key[:12]} is no longer in {store.folder}: render again")
    _, rate, length, _ = _HEADER.unpack_from(blob)
    samples = np.frombuffer(blob, "<f4", count=length, offset=_HEADER.size)
    return Wave(samples.astype(np.float32), rate)


def hear_take(request: SpeechRequest, context: RenderContext) -> Iterator[Wave]:
    """A request's waves while they are made, to be played one after the other.

    What was heard is found again under a key of its own: where waves join, a stream sounds a
    little different from a whole line. An engine that cannot stream gives the whole take. Raises
    `SpeechError`.
    """
    stream: Callable[..., Iterator[Wave]] | None = getattr(context.engine, "stream", None)
    key = key_of("streamed take", take_key(request, context.engine.fingerprint))
    if stream is None:
        yield make_take(request, context)
    elif _find(context.store, key):
        yield load_take(context.store, key)
    else:
        heard: list[Wave] = []
        for wave in stream(request, progress=unwatched, cancel=context.cancel):
            heard.append(wave)
            yield wave
        if heard:
            samples = np.concatenate([wave.samples for wave in heard])
            _keep(context.store, key, Outcome(0, Wave(samples, heard[0].rate)))


def make_take(request: SpeechRequest, context: RenderContext) -> Wave:
    """The wave of one request, spoken if it is not in the store. Raises `SpeechError`."""
    ((take,), _) = try_takes([request], context)
    if isinstance(take, SpeechError):
        raise take
    return load_take(context.store, take.key)


def outcomes(requests: Sequence[SpeechRequest], context: RenderContext) -> Iterator[Outcome]:
    """The outcome of every request as soon as there is one: at once where its take is in the store,
    else when it is spoken, and kept.
    """
    missing: dict[str, list[int]] = {}
    for index, request in enumerate(requests):
        key = take_key(request, context.engine.fingerprint)
        if take := _find(context.store, key):
            yield Outcome(index, load_take(context.store, key), times=take.times)
        else:
            missing.setdefault(key, []).append(index)
    keys = list(missing)
    spoken = context.engine.synthesize(
        [requests[missing[key][0]] for key in keys], progress=unwatched, cancel=context.cancel
    )
    for outcome in spoken:
        key = keys[outcome.index]
        if isinstance(outcome.result, Wave):
            _keep(context.store, key, outcome)
        for index in missing[key]:
            yield replace(outcome, index=index)


def _speak(
    missing: dict[str, SpeechRequest], context: RenderContext, steps: Progress
) -> Iterator[tuple[str, Take | SpeechError]]:
    """Each take as it is finished, when it has been stored."""
    keys = list(missing)
    outcomes = context.engine.synthesize(
        list(missing.values()), progress=steps, cancel=context.cancel
    )
    for outcome in outcomes:
        for note in outcome.notes:
            spoken = missing[keys[outcome.index]].spoken
            _log.warning("“%.40s”: %s", spoken.text, note)
        key, result = keys[outcome.index], outcome.result
        kept = result if isinstance(result, SpeechError) else _keep(context.store, key, outcome)
        yield key, kept


def _find(store: Store, key: str) -> Take | None:
    blob = store.read(key)
    if blob is None or len(blob) < _HEADER.size:
        return None
    magic, rate, length, level = _HEADER.unpack_from(blob)
    if magic != _MAGIC:
        return None
    kept = np.frombuffer(blob, _TIME, offset=_HEADER.size + 4 * length).reshape(-1, 2)
    times = tuple((begin / _TENTHS, end / _TENTHS) for begin, end in kept.tolist())
    return Take(key, rate, length, level, times)


def _keep(store: Store, key: str, outcome: Outcome) -> Take:
    wave = outcome.result
    assert isinstance(wave, Wave), "what failed is not kept"
    level = loudness(wave.samples[None], wave.rate)
    header = _HEADER.pack(_MAGIC, wave.rate, len(wave.samples), level)
    times = np.rint(np.array(outcome.times).reshape(-1, 2) * _TENTHS).astype(_TIME)
    store.write(key, header + wave.samples.astype("<f4").tobytes() + times.tobytes())
    kept = tuple((begin / _TENTHS, end / _TENTHS) for begin, end in times.tolist())
    return Take(key, wave.rate, len(wave.samples), level, kept)
