"""Speech requests, voices and outcomes <-> bytes between two machines. Nothing in them is run.

A request is JSON in which voices are their digests; a voice is a JSON line and its samples; an
outcome is a frame: 4 bytes of length, a JSON line, samples. A frame of length 0 says: still here.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import astuple, fields
from typing import Any, TypeVar

import numpy as np

from ..audio.wave import Wave
from ..messages import Message
from ..pronunciation.phonemes import WHERE
from ..pronunciation.spoken import Break, Character, SpokenText
from .engine import Emotion, Outcome, SpeechError, SpeechRequest
from .options import Sampling
from .voices.voice import Speakers, Voice

T = TypeVar("T")

LENGTH = struct.Struct("<I")
ALIVE = LENGTH.pack(0)
"""A frame that holds nothing"""
MOST_CHARACTERS = 20_000
"""Of one request"""
LARGEST_VOICE = 48 << 20
"""Bytes: a minute at 192 kHz"""


class WireError(ValueError):
    """What came is not what these functions write."""


def request_value(request: SpeechRequest) -> dict[str, Any]:
    """A JSON object; the digests in it are of voices that travel by themselves."""
    emotion = request.emotion
    return {
        "text": request.spoken.text,
        "characters": [astuple(one) for one in request.spoken.characters],
        "breaks": [astuple(one) for one in request.spoken.breaks],
        "voice": [request.voice.digest, request.voice.name, request.voice.speakers],
        "emotion": emotion and [
            [[voice.digest, weight] for voice, weight in emotion.parts], emotion.strength,
        ],
        "seed": request.seed,
        "rate": request.rate,
        "sample_rate": request.sample_rate,
        "sampling": astuple(request.sampling),
        "phoneme": request.phoneme,
    }  # fmt: skip


def digests(value: Mapping[str, Any]) -> set[str]:
    """Of the voices that a request's JSON object needs. Raises `WireError`."""
    with _Strict():
        found = {_text(value["voice"][0])}
        if value["emotion"]:
            found |= {_text(digest) for digest, _ in value["emotion"][0]}
    return found


def read_request(value: Mapping[str, Any], voice: Callable[[str], Voice]) -> SpeechRequest:
    """The request of a JSON object. voice: by digest. Raises `WireError`."""
    with _Strict():
        digest, name, speakers = value["voice"]
        if not 0 < len(value["characters"]) <= MOST_CHARACTERS:
            raise WireError(Message("a request has 1 to {} characters", MOST_CHARACTERS))
        return SpeechRequest(
            spoken=SpokenText(
                _text(value["text"]),
                tuple(_of(Character, one) for one in value["characters"]),
                tuple(_of(Break, one) for one in value["breaks"]),
            ),
            voice=called(voice(_text(digest)), _text(name), _speakers(speakers)),
            emotion=_emotion(value["emotion"], voice),
            seed=_within(value["seed"], int, 0, 2**64 - 1),
            rate=_within(value["rate"], float, 0.1, 10),
            sample_rate=_within(value["sample_rate"], int, 8_000, 96_000),
            sampling=_of(Sampling, value["sampling"]),
            phoneme=WHERE[WHERE.index(value["phoneme"])],
        )


def called(voice: Voice, name: str, speakers: Speakers) -> Voice:
    """The same sound under a name, with those who speak for it."""
    return Voice(name, voice.reference, voice.transcript, voice.digest, speakers)


def voice_bytes(voice: Voice) -> bytes:
    """A voice without its name and speakers."""
    head = {"rate": voice.reference.rate, "transcript": voice.transcript}
    return _joined(head, voice.reference.samples.astype("<f4").tobytes())


def read_voice(data: bytes) -> Voice:
    """The voice; its digest is made anew. Raises `WireError`."""
    head, samples = _parted(data)
    with _Strict():
        rate = _within(head["rate"], int, 8_000, 400_000)
        wave = Wave(np.frombuffer(samples, "<f4").astype(np.float32), rate)
        if not np.isfinite(wave.samples).all():
            raise WireError("a voice holds what is no sound")
        return Voice.of("", wave, _text(head["transcript"]))


def outcome_frame(outcome: Outcome) -> bytes:
    """A frame with its length."""
    head: dict[str, Any] = {"index": outcome.index, "notes": outcome.notes, "times": outcome.times}
    if isinstance(outcome.result, SpeechError):
        data = _joined({**head, "error": str(outcome.result)}, b"")
    else:
        samples = outcome.result.samples.astype("<f4").tobytes()
        data = _joined({**head, "rate": outcome.result.rate}, samples)
    return LENGTH.pack(len(data)) + data


def read_outcome(data: bytes) -> Outcome:
    """The outcome of a frame without its length. Raises `WireError`."""
    head, samples = _parted(data)
    with _Strict():
        result: Wave | SpeechError = (
            SpeechError(_text(head["error"]))
            if "error" in head
            else Wave(np.frombuffer(samples, "<f4").astype(np.float32), int(head["rate"]))
        )
        notes = tuple(_text(note) for note in head["notes"])
        times = tuple((float(begin), float(end)) for begin, end in head["times"])
        return Outcome(int(head["index"]), result, notes, times)


def _joined(head: Mapping[str, Any], samples: bytes) -> bytes:
    return json.dumps(head).encode() + b"\n" + samples


def _parted(data: bytes) -> tuple[dict[str, Any], bytes]:
    line, _, samples = data.partition(b"\n")
    with _Strict():
        head = json.loads(line)
        if not isinstance(head, dict) or len(samples) % 4:
            raise WireError("a frame is damaged")
    return head, samples


class _Strict:
    """Whatever does not fit while values are read is a `WireError`."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        if kind is not None and issubclass(
            kind, (KeyError, TypeError, ValueError, IndexError, RecursionError, OverflowError)
        ) and not issubclass(kind, WireError):  # fmt: skip
            raise WireError(Message("it does not fit: {}", error)) from None


def _of(kind: type[T], values: Any) -> T:
    """A flat dataclass of values in the order of its fields, each of its type."""
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    if not isinstance(values, list) or len(values) != len(names):
        raise WireError(Message("a {} has {} values", kind.__name__, len(names)))
    defaults = dict(zip(names, values, strict=True))
    made = kind(**defaults)
    for name, value in defaults.items():
        if not isinstance(value, _KINDS[kind, name]) or value != value:  # noqa: PLR0124 - NaN
            raise WireError(Message("{} is no {}'s", name, kind.__name__))
    return made


_NUMBER = (int, float)
_KINDS: dict[tuple[type, str], tuple[type, ...]] = {
    (Character, "char"): (str,),
    (Character, "at"): (int,),
    (Character, "pinyin"): (str, type(None)),
    (Character, "source"): (str,),
    (Character, "confidence"): _NUMBER,
    (Character, "phones"): (str,),
    (Break, "at"): (int,),
    (Break, "seconds"): _NUMBER,
    (Sampling, "temperature"): _NUMBER,
    (Sampling, "top_p"): _NUMBER,
    (Sampling, "top_k"): (int,),
    (Sampling, "repetition_aware"): (bool,),
}


def _emotion(value: Any, voice: Callable[[str], Voice]) -> Emotion | None:
    if value is None:
        return None
    parts, strength = value
    weighted = tuple((voice(_text(digest)), _within(w, float, 0, 1.001)) for digest, w in parts)
    return Emotion(parts=weighted, strength=_within(strength, float, 0, 1))


def _speakers(value: Any) -> Speakers:
    return tuple((_text(name), _within(weight, float, 0, 1.001)) for name, weight in value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise WireError("a text is missing")
    return value


def _within(value: Any, kind: type[T], low: float, high: float) -> T:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise WireError(Message("{} is not within {} and {}", value, low, high))
    return kind(value)  # type: ignore[call-arg]
