"""An announcement, spoken: who speaks it, what the engine is asked for, what shapes its files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass
from typing import TypeAlias

from ...glmtts_runtime.engine import SpeechError, SpeechRequest
from ...mistakes import Place
from ...pronunciation.lexicon.named import named_lexicons
from ...pronunciation.reader import VERSION as READER
from ...scripts.audible_label import RHYTHM
from ...scripts.chimes import chime_path
from ...scripts.script import Language, Line, Pause, Reference, Script, Segment, Sound, Speaker
from ...templates.announcement import Template
from ...version import __version__
from ..cast import Cast, cast
from ..checked import tell, try_takes
from ..context import RenderContext
from ..delivery.output import check_output
from ..label_pace import at_label_pace
from ..sounds import SoundFile, read_sounds
from ..store import key_of
from ..takes import Take
from ..utterances import utterances
from .announcement import Announcement
from .label import NAME as LABEL
from .label import label_segments

VERSION = "1"
"""Of what makes a file of an announcement; part of every key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voicing:
    """How a template is spoken: in whose voices, and with which sounds around."""

    template: Template
    seed: int
    cast: Cast
    sounds: Mapping[str, SoundFile]
    """By path."""
    key: str
    """Of everything but the words that shapes a file."""

    @classmethod
    def of(cls, template: Template, context: RenderContext, *, seed: int = 0) -> Voicing:
        """Find the voices and sounds of a template; raises `InputError` for what there is not."""
        script = _script(template, seed=seed)
        check_output(script)
        voices = cast(script, context.library)
        chimes = [chime for chime in (template.chime_before, template.chime_after) if chime]
        audible = template.disclosure.audible
        if audible and audible.kind == "morse":
            chimes.append(chime_path(RHYTHM))
        cues = [Sound(place=Place(str(template.file)), file=chime) for chime in chimes]
        sounds = read_sounds(cues, template.output.sample_rate, context.store)
        key = _key(template, context, seed, voices, sounds)
        return cls(template=template, seed=seed, cast=voices, sounds=sounds, key=key)


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """One line and what it sounds like, or why it could not be spoken."""

    request: SpeechRequest
    take: Take | SpeechError


SpokenLines: TypeAlias = Mapping[tuple[str, str], SpokenLine]
"""By language and text."""


def announcement_script(announcement: Announcement, template: Template, *, seed: int = 0) -> Script:
    """Chime, languages in order, repeats: all that is heard of an announcement."""
    place = announcement.row.place
    gap = Pause(place=place, seconds=template.gap)
    segments: list[Segment] = []
    if template.chime_before:
        segments += [Sound(place=place, file=template.chime_before), gap]
    label = label_segments(template, announcement.name, announcement.lines, place)
    at_end = template.disclosure.audible is not None and template.disclosure.audible.at == "end"
    segments += [] if at_end else label
    for turn in range(1 if announcement.name == LABEL else template.repeat):
        if turn:
            segments.append(Pause(place=place, seconds=template.repeat_gap))
        for number, (language, lines) in enumerate(announcement.lines.items()):
            if number:
                segments.append(gap)
            segments += [Line(place=place, speaker=language, text=text) for text in lines]
    segments += label if at_end else []
    if template.chime_after:
        segments += [gap, Sound(place=place, file=template.chime_after)]
    language = next(iter(announcement.lines), template.languages[0])
    title = template.title.get(language, template.name)
    return _script(template, seed=seed, language=language, title=title, segments=segments)


def speakers(template: Template) -> dict[str, Speaker]:
    """A speaker a language; one the template does not cast is given a voice of the library."""
    place = Place(str(template.file))
    return {
        language: template.speakers.get(language)
        or Speaker(place=place, name=language, voice=Reference(place=place))
        for language in template.languages
    }


def _script(
    template: Template,
    *,
    seed: int,
    language: Language = "zh",
    title: str = "",
    segments: Sequence[Segment] = (),
) -> Script:
    return Script(
        file=template.file,
        title=title,
        language=language,
        speakers=speakers(template),
        lexicons=template.lexicons,
        seed=seed,
        output=template.output,
        disclosure=template.disclosure,
        segments=tuple(segments),
    )


def speak(
    announcements: Sequence[Announcement], voicing: Voicing, context: RenderContext
) -> SpokenLines:
    """Have every line spoken, each once, whatever announcements and repeats it is in."""
    requests = dict(_requests(announcements, voicing, context))
    takes, _ = try_takes(list(requests.values()), context)
    tell(list(requests.values()), takes)
    return {
        line: SpokenLine(request, take)
        for (line, request), take in zip(requests.items(), takes, strict=True)
    }


def _requests(
    announcements: Sequence[Announcement], voicing: Voicing, context: RenderContext
) -> Iterator[tuple[tuple[str, str], SpeechRequest]]:
    """Language and text of each line, and what the engine is asked for."""
    template = voicing.template
    for language in template.languages:
        lines: dict[str, Line] = {}
        for one in announcements:
            place, is_label = one.row.place, one.name == LABEL
            told = label_segments(template, one.name, one.lines, place)
            for label in told:
                if isinstance(label, Line) and label.speaker == language:
                    lines.setdefault(label.text, label)
            for text in one.lines.get(language, ()):
                line = Line(place=place, speaker=language, text=text, is_label=is_label)
                lines.setdefault(text, line)
        every = list(lines.values())
        script = _script(template, seed=voicing.seed, language=language, segments=every)
        requests = utterances(script, voicing.cast, context)
        requests = at_label_pace(template.disclosure, every, requests, context)
        for text, request in zip(lines, requests, strict=True):
            yield (language, text), request


def _key(
    template: Template,
    context: RenderContext,
    seed: int,
    voices: Cast,
    sounds: Mapping[str, SoundFile],
) -> str:
    """The key of everything but the words that shapes a file."""
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
        who, manners, output, seed, astuple(context.sampling), lexicon.digest, READER,
        template.disclosure.key, context.labelling.key,
    ]  # fmt: skip
    engine, checking = context.engine.fingerprint, context.checking
    heard_by = [checking.fingerprint] if checking else []
    return key_of("announcement", VERSION, __version__, engine, json.dumps(shape), *heard_by)
