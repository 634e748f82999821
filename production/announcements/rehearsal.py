"""Announcements -> what will be said and how long it takes, without an engine: a dry run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...pronunciation.chinese.hanzi import is_han
from ...pronunciation.lexicon.named import named_lexicons
from ...pronunciation.lint import lint_spoken
from ...pronunciation.reader import Reader
from ...pronunciation.spoken import SpokenText
from ...scripts.script import Language, Sound
from ...templates.announcement import Template
from ..schedule import SPEECH_LEVEL, schedule
from ..sounds import read_sounds
from ..store import Store
from ..takes import Take
from .announcement import Announcement
from .voicing import announcement_script, speakers

AT_ONCE = 256

_SYLLABLES = 4.6  # a second, of Mandarin read out
_LETTERS = 14.0  # a second, of English
_STOP, _COMMA = 0.35, 0.2  # s
_STOPS, _COMMAS = frozenset("。！？.!?;；:："), frozenset("，,、")
_RATE = 24_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """One announcement as it will be."""

    announcement: Announcement
    spoken: dict[Language, tuple[SpokenText, ...]]
    doubts: tuple[str, ...]
    """Readings worth an ear, in words."""
    seconds: float
    """Estimated, of the whole file: chimes, gaps and repeats included."""


def rehearse(
    announcements: Sequence[Announcement], template: Template, store: Store
) -> Iterator[Rehearsed]:
    """Read every announcement; `store` remembers how long the chimes are."""
    reader = Reader(named_lexicons([str(name) for name in template.lexicons]))
    for start in range(0, len(announcements), AT_ONCE):
        part = announcements[start : start + AT_ONCE]
        spoken = _spoken(part, template, reader)
        for one in part:
            yield _rehearsed(one, template, spoken, store)


def seconds(spoken: SpokenText, rate: float = 1.0) -> float:
    """About how long a line takes at a speaking rate."""
    chars = [character.char for character in spoken.characters]
    syllables = sum(map(is_han, chars))
    letters = sum(char.isalnum() for char in chars) - syllables
    inside = chars[:-1]  # what ends a line is followed by a gap of its own
    pauses = _STOP * sum(char in _STOPS for char in inside)
    pauses += _COMMA * sum(char in _COMMAS for char in inside)
    pauses += sum(pause.seconds for pause in spoken.breaks)
    return (syllables / _SYLLABLES + letters / _LETTERS) / rate + pauses


def _spoken(
    announcements: Sequence[Announcement], template: Template, reader: Reader
) -> dict[tuple[str, str], SpokenText]:
    """Every different line, by language and text."""
    found: dict[tuple[str, str], SpokenText] = {}
    for language in template.languages:
        texts = list(
            dict.fromkeys(text for one in announcements for text in one.lines.get(language, ()))
        )
        read = reader.read_all(texts, language=language, speaker=language)
        found.update({(language, text): line for text, line in zip(texts, read, strict=True)})
    return found


def _rehearsed(
    announcement: Announcement,
    template: Template,
    spoken: dict[tuple[str, str], SpokenText],
    store: Store,
) -> Rehearsed:
    script = announcement_script(announcement, template)
    rates = {language: speaker.rate for language, speaker in speakers(template).items()}
    lengths = [
        seconds(spoken[line.speaker, line.text], rates[line.speaker]) for line in script.lines
    ]
    takes = [Take("", _RATE, round(_RATE * length), SPEECH_LEVEL) for length in lengths]
    cues = [segment for segment in script.segments if isinstance(segment, Sound)]
    sounds = read_sounds(cues, script.output.sample_rate, store)
    timeline = schedule(script, takes, sounds)
    lines = {
        language: tuple(spoken[language, text] for text in texts)
        for language, texts in announcement.lines.items()
    }
    doubts = dict.fromkeys(
        finding.what
        for texts in lines.values()
        for text in texts
        for finding in lint_spoken(text, announcement.row.place)
    )
    return Rehearsed(
        announcement=announcement, spoken=lines, doubts=tuple(doubts), seconds=timeline.seconds
    )
