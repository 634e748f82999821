"""Speech requests -> takes: each line is spoken once, then found again by what shapes it."""

from __future__ import annotations

import json
import logging
import struct
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass

import numpy as np

from ..audio.loudness import loudness
from ..audio.wave import Wave
from ..documents.counted import counted
from ..glmtts_runtime.engine import SpeechError, SpeechRequest
from ..progress import Progress, unwatched
from ..pronunciation.phonemes import SURE
from ..pronunciation.spoken import Character
from .context import RenderContext
from .store import Store, key_of

_HEADER = struct.Struct("<4sIId")  # magic, rate, samples, loudness
_MAGIC = b"TAKE"

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
    failures = {i: take for i, take in enumerate(takes) if isinstance(take, SpeechError)}
    if failures:
        raise TakesFailedError(failures)
    return [take for take in takes if isinstance(take, Take)], fresh


def try_takes(
    requests: Sequence[SpeechRequest],
    context: RenderContext,
    *,
    phase: str = "speak",
    steps: Progress = unwatched,
) -> tuple[list[Take | SpeechError], int]:
    """The take of every request or why there is none, and how many were not in the store.

    A take is stored the moment it is finished, so an interruption loses at most the lines under
    way. The report of `phase` counts requests, `steps` what the engine counts of those that are
    not in the store: the pieces of long texts.
    """
    store, progress = context.store, context.progress(phase)
    keys = [take_key(request, context.engine.fingerprint) for request in requests]
    takes: dict[str, Take | SpeechError] = {}
    takes |= {key: take for key in set(keys) if (take := _find(store, key))}
    missing = {
        key: request for key, request in zip(keys, requests, strict=True) if key not in takes
    }
    progress(len(takes), len(takes) + len(missing))
    for key, result in _speak(missing, context, steps):
        takes[key] = result if isinstance(result, SpeechError) else _keep(store, key, result)
        progress(len(takes), len(set(keys)))
    return [takes[key] for key in keys], len(missing)


def load_take(store: Store, key: str) -> Wave:
    """The wave of a take; raises LookupError when the store has dropped it since."""
    blob = store.read(key)
    if blob is None:
        raise LookupError(f"take {key[:12]} is no longer in {store.folder}: render again")
    _, rate, _, _ = _HEADER.unpack_from(blob)
    return Wave(np.frombuffer(blob, "<f4", offset=_HEADER.size).astype(np.float32), rate)


def _speak(
    missing: dict[str, SpeechRequest], context: RenderContext, steps: Progress
) -> Iterator[tuple[str, Wave | SpeechError]]:
    keys = list(missing)
    outcomes = context.engine.synthesize(
        list(missing.values()), progress=steps, cancel=context.cancel
    )
    for outcome in outcomes:
        for note in outcome.notes:
            spoken = missing[keys[outcome.index]].spoken
            _log.warning("“%.40s”: %s", spoken.text, note)
        yield keys[outcome.index], outcome.result


def _find(store: Store, key: str) -> Take | None:
    blob = store.read(key)
    if blob is None or len(blob) < _HEADER.size:
        return None
    magic, rate, length, level = _HEADER.unpack_from(blob)
    return Take(key, rate, length, level) if magic == _MAGIC else None


def _keep(store: Store, key: str, wave: Wave) -> Take:
    level = loudness(wave.samples[None], wave.rate)
    header = _HEADER.pack(_MAGIC, wave.rate, len(wave.samples), level)
    store.write(key, header + wave.samples.astype("<f4").tobytes())
    return Take(key, wave.rate, len(wave.samples), level)
