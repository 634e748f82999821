"""A script and its disclosure -> the script with the label that is heard in its place.

The label is a line, or the rhythm as a sound, like any other: what is laid out, mixed, measured,
subtitled and cut into chapters follows by itself. It counts as a line of the script.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..messages import Message
from ..mistakes import InputError, Place, nearest
from .chimes import chime_path
from .disclosure import Audible
from .script import Chapter, Line, Reference, Script, Segment, Sound, Speaker

RHYTHM = "ai"
"""The chime that is the rhythm short-long, short-short"""


def labelled(script: Script) -> Script:
    """The script with the label its disclosure asks for, and no other.

    Raises `InputError` for a chapter there is not.
    """
    segments = [segment for segment in script.segments if not _is_label(segment)]
    audible = script.disclosure.audible
    if audible is None:
        return replace(script, segments=tuple(segments))
    place = script.disclosure.place or Place(str(script.file))
    speaker = _speaker(script, audible, place)
    label: list[Segment]
    if audible.kind == "morse" or speaker is None:
        label = [Sound(place=place, file=chime_path(RHYTHM), is_label=True)]
    else:
        label = [
            Line(place=place, speaker=speaker.name, text=text, is_label=True)
            for text in script.disclosure.sentences(script.language)
        ]
    at = _position(segments, audible, place)
    speakers = dict(script.speakers)
    if speaker is not None:
        speakers.setdefault(speaker.name, speaker)
    return replace(script, speakers=speakers, segments=(*segments[:at], *label, *segments[at:]))


def _is_label(segment: Segment) -> bool:
    return isinstance(segment, Line | Sound) and segment.is_label


def _speaker(script: Script, audible: Audible, place: Place) -> Speaker | None:
    """Who says it: the voice named, or who speaks first; None where there is nobody."""
    if audible.kind == "morse":
        return None
    if audible.voice is None:
        first = next((line for line in script.lines if not line.is_label), None)
        return script.speakers[first.speaker] if first else None
    known = script.speakers.get(audible.voice)
    reference = Reference(place=place, name=audible.voice)
    return known or Speaker(place=place, name=audible.voice, voice=reference)


def _position(segments: Sequence[Segment], audible: Audible, place: Place) -> int:
    """Before which segment: at the start that is inside the first chapter, before any music."""
    if audible.at == "end":
        return len(segments)
    if audible.at == "start":
        return next((n for n, one in enumerate(segments) if not isinstance(one, Chapter)), 0)
    titles: dict[str, int] = {}
    for number, segment in enumerate(segments):
        if isinstance(segment, Chapter):
            titles.setdefault(segment.title, number + 1)
    if audible.chapter not in titles:
        what = Message(
            'No chapter is called "{}", where the label is to be heard.', audible.chapter
        )
        raise InputError.at(place, what, nearest(audible.chapter[:80], titles))
    return titles[audible.chapter]
