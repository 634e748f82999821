"""The fields of a request for speech, as OpenAI's clients send them -> what is to be spoken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from ..audio.streaming import RATE, StreamFormat
from ..documents import fields
from ..documents.record import Record
from ..documents.strict_yaml import Scalar, Table
from ..glmtts_runtime.engine import SpeechRequest
from ..mistakes import Place, nearest
from ..production.batch import TaskOutput, task_request
from ..production.context import RenderContext
from ..pronunciation.chinese.hanzi import has_han
from ..scripts.script import LANGUAGES, EmotionMix, Reference
from ..scripts.segments import seed
from ..scripts.tasks import Task
from .body import number

KEYS = (
    "input", "model", "voice", "instructions", "response_format", "speed", "stream_format",
    "language", "seed",
)  # fmt: skip
"""OpenAI's fields, and two of our own"""
LONGEST = 4096
"""Characters of a text, as OpenAI has it"""
FORMATS: tuple[StreamFormat, ...] = get_args(StreamFormat)
TYPES: dict[StreamFormat, str] = {
    "mp3": "audio/mpeg", "opus": "audio/ogg", "aac": "audio/aac", "flac": "audio/flac",
    "wav": "audio/wav", "pcm": "audio/pcm",
}  # fmt: skip
"""Media types"""
MODELS = ("tts-1", "tts-1-hd", "gpt-4o-mini-tts")
"""Names of OpenAI's models, which programs ask for: the engine answers to them"""

_FORMATS: dict[str, StreamFormat] = {format: format for format in FORMATS}


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechOrder:
    """A request that was read and can be spoken."""

    request: SpeechRequest
    text: str
    format: StreamFormat
    stream: Literal["audio", "sse"] | None
    """None: the whole take, which scripts find again"""


def read_order(record: Record, context: RenderContext) -> SpeechOrder:
    """Raises `InputError` with every mistake; places are the names of fields."""
    findings = record.findings
    text = record.read("input", fields.words(LONGEST), "")
    for key in ("input", "voice"):
        if record.table.get(key) is None:
            findings.add(Place(key), f"`{key}` is missing.", "Give it.")
    models = (context.engine.name, *MODELS)
    record.read("model", fields.choice({name: name for name in models}))
    format = record.read("response_format", fields.choice(_FORMATS)) or "mp3"
    streams: dict[str, Literal["audio", "sse"]] = {"audio": "audio", "sse": "sse"}
    stream = record.read("stream_format", fields.choice(streams))
    speed = record.read("speed", number(0.25, 4), 1.0)
    names = context.library.names()
    voice = _voice(record, names)
    emotion = record.read("instructions", fields.words(LONGEST))
    task = Task(
        place=Place("input"),
        number=1,
        name="speech",
        text=text,
        voice=Reference(place=Place("voice"), name=voice),
        emotion=_emotion(emotion, names, record) if emotion else None,
        seed=record.read("seed", seed),
        language=record.read("language", fields.choice(LANGUAGES))
        or ("zh" if has_han(text) else "en"),
    )
    findings.check()
    request = task_request(task, TaskOutput(sample_rate=RATE), context)
    return SpeechOrder(
        request=replace(request, rate=speed), text=text, format=format, stream=stream
    )


def _voice(record: Record, names: Sequence[str]) -> str:
    """`"leo"` or `{"id": "leo"}`."""
    given = record.table.get("voice")
    if isinstance(given, Table):
        given = Record.of(given, ("id",), record.findings).table.get("id") or Scalar(
            Place("voice"), ""
        )
    if given is None:
        return ""
    name = given.text if isinstance(given, Scalar) else ""
    if name not in names:
        what = f'There is no voice "{name[:80]}".' if name else "A voice is a name."
        record.findings.add(Place("voice"), what, nearest(name[:80], names))
    return name


def _emotion(asked: str, names: Sequence[str], record: Record) -> EmotionMix | None:
    """The emotion that `instructions` name: a recording of the library, in any case."""
    place = Place("instructions")
    found = next((name for name in names if name.casefold() == asked.casefold()), None)
    if found is None:
        known = ", ".join(names[:20])
        what = "Instructions are the name of an emotion, a recording of the library."
        record.findings.add(place, what, f"There are: {known}.")
        return None
    return EmotionMix(place=place, weights=((found, 1.0),))
