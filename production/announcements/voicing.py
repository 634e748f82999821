"""An announcement, spoken: who speaks it, what the engine is asked for, what shapes its files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, field
from typing import TypeAlias

from ...glmtts_runtime.engine import Cancel, Engine, Progress, Sampling, SpeechRequest
from ...glmtts_runtime.voices.library import VoiceLibrary
from ...mistakes import Place
from ...pronunciation.lexicon.named import named_lexicons
from ...pronunciation.reader import VERSION as READER
from ...scripts.script import Language, Line, Pause, Reference, Script, Segment, Sound, Speaker
from ...templates.announcement import Template
from ...version import __version__
from ..cast import Cast
from ..sounds import SoundFile
from ..store import Store, key_of
from ..takes import Take, TakesFailedError, make_takes
from ..utterances import speech_rate, utterances
from .announcement import Announcement

VERSION = "1"
"""Of what makes a file of an announcement; part of every key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voicing:
    """How a template is spoken, and by whom."""

    template: Template
    engine: Engine
    library: VoiceLibrary
    store: Store
    sampling: Sampling = field(default_factory=Sampling)
    seed: int = 0


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """One line and what it sounds like, or why it could not be spoken."""

    request: SpeechRequest
    take: Take | Exception


Spoken: TypeAlias = Mapping[tuple[str, str], SpokenLine]
"""By language and text."""


def announcement_script(announcement: Announcement, template: Template, *, seed: int = 0) -> Script:
    """Chime, languages in order, repeats: all that is heard of an announcement."""
    place = announcement.row.place
    gap = Pause(place=place, seconds=template.gap)
    segments: list[Segment] = []
    if template.chime_before:
        segments += [Sound(place=place, file=template.chime_before), gap]
    for turn in range(template.repeat):
        if turn:
            segments.append(Pause(place=place, seconds=template.repeat_gap))
        for number, (language, lines) in enumerate(announcement.said.items()):
            if number:
                segments.append(gap)
            segments += [Line(place=place, speaker=language, text=text) for text in lines]
    if template.chime_after:
        segments += [gap, Sound(place=place, file=template.chime_after)]
    languages = tuple(announcement.said)
    return Script(
        file=template.file,
        title=template.title.get(languages[0], template.name),
        language=languages[0],
        speakers=speakers(template),
        lexicons=template.lexicons,
        seed=seed,
        output=template.output,
        segments=tuple(segments),
    )


def speakers(template: Template) -> dict[str, Speaker]:
    """A speaker a language; one the template does not cast is given a voice of the library."""
    place = Place(str(template.file))
    return {
        language: template.speakers.get(language)
        or Speaker(place=place, name=language, voice=Reference(place=place))
        for language in template.languages
    }


def requests(
    said: Sequence[tuple[Place, str]], language: Language, voices: Cast, voicing: Voicing
) -> list[SpeechRequest]:
    """What the engine is asked for lines of one language, each with its place."""
    template = voicing.template
    script = Script(
        file=template.file,
        title="",
        language=language,
        speakers=speakers(template),
        lexicons=template.lexicons,
        seed=voicing.seed,
        segments=tuple(Line(place=place, speaker=language, text=text) for place, text in said),
    )
    rate = speech_rate(voicing.engine, template.output.sample_rate)
    return utterances(script, voices, sample_rate=rate, sampling=voicing.sampling)


def speak(
    announcements: Sequence[Announcement],
    voices: Cast,
    voicing: Voicing,
    *,
    progress: Progress,
    cancel: Cancel,
) -> Spoken:
    """Have every line spoken, each once, whatever announcements and repeats it is in."""
    asked = _asked(announcements, voices, voicing)
    takes = _takes(list(asked.values()), voicing, progress, cancel)
    return {
        line: SpokenLine(request, take)
        for (line, request), take in zip(asked.items(), takes, strict=True)
    }


def _asked(
    announcements: Sequence[Announcement], voices: Cast, voicing: Voicing
) -> dict[tuple[str, str], SpeechRequest]:
    """A request for each line, by language and text."""
    found: dict[tuple[str, str], SpeechRequest] = {}
    for language in voicing.template.languages:
        places: dict[str, Place] = {}
        for one in announcements:
            for text in one.said.get(language, ()):
                places.setdefault(text, one.row.place)
        said = [(place, text) for text, place in places.items()]
        asked = requests(said, language, voices, voicing)
        found.update({(language, text): ask for text, ask in zip(places, asked, strict=True)})
    return found


def _takes(
    asked: Sequence[SpeechRequest], voicing: Voicing, progress: Progress, cancel: Cancel
) -> list[Take | Exception]:
    """The take of every request, or why there is none."""
    failures: dict[int, Exception] = {}
    engine, store = voicing.engine, voicing.store
    try:
        takes, _ = make_takes(asked, engine, store, progress=progress, cancel=cancel)
    except TakesFailedError as error:
        failures.update(error.failures)
        good = [request for index, request in enumerate(asked) if index not in failures]
        takes, _ = make_takes(good, engine, store, progress=progress, cancel=cancel)
    found = iter(takes)
    return [failures.get(index) or next(found) for index in range(len(asked))]


def settings_key(voicing: Voicing, voices: Cast, sounds: Mapping[str, SoundFile]) -> str:
    """The key of everything but the words that shapes a file."""
    template = voicing.template
    lexicon = named_lexicons([str(name) for name in template.lexicons])
    who = [
        [language, voices.voices[language].digest, speaker.rate, speaker.gain]
        for language, speaker in speakers(template).items()
    ]
    manners = [
        [name, voices.emotions[name].digest, weight, speaker.emotion.strength]
        for speaker in speakers(template).values()
        if speaker.emotion
        for name, weight in speaker.emotion.weights
    ]
    output = asdict(template.output) | {"place": None, "formats": None}
    shape = [
        template.title, template.gap, template.repeat, template.repeat_gap,
        [str(template.chime_before), str(template.chime_after)],
        [sound.digest for sound in sounds.values()],
        who, manners, output, voicing.seed, astuple(voicing.sampling), lexicon.digest, READER,
    ]  # fmt: skip
    return key_of(
        "announcement", VERSION, __version__, voicing.engine.fingerprint, json.dumps(shape)
    )
