"""The `voices` and `emotions` of a YAML script -> speakers, references and emotion mixes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from ..documents import fields
from ..documents.findings import Findings, UnfitError, quoted
from ..documents.record import Record, read, table_at
from ..documents.strict_yaml import Items, Node, Scalar, Table
from ..messages import Message
from ..mistakes import Place
from .script import EmotionMix, Reference, Speaker

T = TypeVar("T")

VOICE_KEYS = ("voice", "reference", "transcript", "emotion", "rate", "gain")
EMOTION_KEYS = ("reference", "transcript")
SEGMENT_KEYS = (
    "line", "speaker", "emotion", "seed", "rate", "gain", "take", "overlap",
    "pause", "chapter", "url", "image",
    "sound", "fade_in", "fade_out", "start", "length", "loop", "under", "lead", "duck",
    "repeat", "segments", "include",
)  # fmt: skip
"""No speaker is called one of these, so that `name: text` can be told from `pause: 1s`."""

MOST_NAMES = 200
MOST_IN_A_MIX = 8
LONGEST_TRANSCRIPT = 1000

rate = fields.ratio(0.5, 2)
gain = fields.decibels(-60, 24)
STRENGTH = "strength"


def read_voices(
    node: Node | None, find: Callable[[str], Path], findings: Findings
) -> dict[str, Speaker]:
    """Speakers by name; a speaker whose entry is wrong is there all the same, so lines know it."""

    def speaker(key: Scalar, name: str, value: Node) -> Speaker:
        if name in SEGMENT_KEYS:
            findings.add(
                key.place,
                Message("A speaker cannot be called {}.", quoted(name)),
                "Choose another name; this one is a keyword.",
            )
        if not isinstance(value, Table):
            return Speaker(place=key.place, name=name, voice=_library(value, findings))
        record = Record.of(value, VOICE_KEYS, findings)
        return Speaker(
            place=key.place,
            name=name,
            voice=_reference(record, key.place, find),
            emotion=read_emotion(value.get("emotion"), findings),
            rate=record.read("rate", rate, 1.0),
            gain=record.read("gain", gain, 0.0),
        )

    return _named(node, "voices", speaker, findings)


def read_emotions(
    node: Node | None, find: Callable[[str], Path], findings: Findings
) -> dict[str, Reference]:
    """References by the emotion's name."""

    def emotion(key: Scalar, name: str, value: Node) -> Reference:
        if name == STRENGTH:
            findings.add(
                key.place,
                Message('An emotion cannot be called "{}".', STRENGTH),
                "Choose another name; this one is a keyword.",
            )
        if not isinstance(value, Table):
            return _library(value, findings)
        return _reference(Record.of(value, EMOTION_KEYS, findings), key.place, find)

    return _named(node, "emotions", emotion, findings)


def read_emotion(node: Node | None, findings: Findings) -> EmotionMix | None:
    """`calm`, or `{calm: 70%, excited: 30%, strength: 80%}` with weights brought to a sum of 1."""
    if node is None:
        return None
    if isinstance(node, Scalar):
        name = read(node, fields.label, "", findings)
        return EmotionMix(place=node.place, weights=((name, 1.0),))
    if isinstance(node, Items):
        findings.add(
            node.place, "An emotion is no list.", "Write one name, or {calm: 70%, excited: 30%}."
        )
        return None
    weights: dict[str, float] = {}
    strength = 1.0
    for key, value in node.entries:
        if key.text == STRENGTH:
            strength = read(value, fields.ratio(0, 1), 1.0, findings)
        else:
            weights[read(key, fields.label, "", findings)] = read(
                value, fields.ratio(0, 100), 1.0, findings
            )
    total = sum(weights.values())
    if not total:
        findings.add(
            node.place, "No emotion here has any weight.", "Write {calm: 70%, excited: 30%}."
        )
        return None
    if len(weights) > MOST_IN_A_MIX:
        findings.add(
            node.place,
            Message("More than {} emotions are mixed.", MOST_IN_A_MIX),
            "Leave some out.",
        )
    parts = tuple((name, weight / total) for name, weight in weights.items() if weight)
    return EmotionMix(place=node.place, weights=parts, strength=strength)


def _named(
    node: Node | None, what: str, make: Callable[[Scalar, str, Node], T], findings: Findings
) -> dict[str, T]:
    table = table_at(node, f'"{what}"', findings)
    if table is None:
        return {}
    if len(table.entries) > MOST_NAMES:
        findings.stop(
            table.place, Message("More than {} {}.", MOST_NAMES, what), "Leave out those not used."
        )
    return {
        key.text: make(key, read(key, fields.label, key.text, findings), value)
        for key, value in table.entries
    }


def _library(node: Node, findings: Findings) -> Reference:
    return Reference(place=node.place, name=read(node, fields.label, None, findings))


def _reference(record: Record, place: Place, find: Callable[[str], Path]) -> Reference:
    """The library voice or the recording that a record names."""
    name = record.read("voice", fields.label)
    audio = record.read("reference", find)
    transcript = record.read("transcript", fields.words(LONGEST_TRANSCRIPT), "")
    given = {key.text for key, _ in record.table.entries}
    problem = _contradiction(given)
    if problem:
        record.findings.add(place, problem.what, problem.remedy)
    return Reference(place=place, name=name, audio=audio, transcript=transcript)


def _contradiction(given: set[str]) -> UnfitError | None:
    if {"voice", "reference"} <= given:
        return UnfitError(
            "Both a library voice and a recording are given.", "Keep `voice` or `reference`."
        )
    if "reference" in given and "transcript" not in given:
        return UnfitError(
            "A recording without its words.", "Add `transcript: ` and what is said in it."
        )
    if "transcript" in given and "reference" not in given:
        return UnfitError("A transcript without a recording.", "Add `reference: ` and the file.")
    if not given & {"voice", "reference"}:
        return UnfitError(
            "No voice is given.",
            "Add `voice: ` and a library name, or `reference: ` and `transcript: `.",
        )
    return None
