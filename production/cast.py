"""Script + voice library -> cast: the voice behind every speaker and the emotions lines ask for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..glmtts_runtime.engine import Emotion
from ..glmtts_runtime.voices.library import VoiceLibrary, told_beside, voice_from
from ..glmtts_runtime.voices.voice import Voice
from ..mistakes import InputError, Mistake
from ..scripts.script import EmotionMix, Line, Reference, Script


@dataclass(frozen=True, slots=True)
class Cast:
    """Voices by speaker, and emotion references by the names a script uses."""

    voices: Mapping[str, Voice]
    emotions: Mapping[str, Voice]

    def emotion(self, line: Line, script: Script) -> Emotion | None:
        """The manner of a line: its own, or its speaker's."""
        mix = line.emotion or script.speakers[line.speaker].emotion
        if mix is None:
            return None
        parts = tuple((self.emotions[name], weight) for name, weight in mix.weights)
        return Emotion(parts=parts, strength=mix.strength)


def cast(
    script: Script, library: VoiceLibrary, *, given: Mapping[str, Voice] | None = None
) -> Cast:
    """Find every voice of a script; raises `InputError` with all that cannot be found or read.

    given: voices of speakers who need not be looked for.
    A speaker of a plain text or SRT script has no voice yet: they get the library voice of their
    own name, else the library's voices in turn, those nobody has first, its default before others.
    """
    found: dict[str, Voice] = dict(given or {})
    emotions: dict[str, Voice] = {}
    mistakes: list[Mistake] = []
    for references, voices in (
        (_speakers(script, library, found), found),
        (_emotions(script), emotions),
    ):
        for name, reference in references:
            try:
                voices[name] = _voice(name, reference, library)
            except InputError as error:
                mistakes += error.mistakes
    if mistakes:
        raise InputError(mistakes)
    return Cast(found, emotions)


def _voice(name: str, reference: Reference, library: VoiceLibrary) -> Voice:
    if reference.audio is not None:
        audio = reference.audio
        return told_beside(
            voice_from(audio, reference.transcript, name, place=reference.place), audio
        )
    assert reference.name is not None, "unassigned speakers were given a voice"
    return library.get(reference.name, place=reference.place)


def _speakers(
    script: Script, library: VoiceLibrary, given: Mapping[str, Voice]
) -> Iterator[tuple[str, Reference]]:
    """The other speakers' references, with library voices handed to those who have none."""
    names = library.turns()
    speakers = [speaker for speaker in script.speakers.values() if speaker.name not in given]
    taken = {speaker.voice.name for speaker in speakers} | {speaker.name for speaker in speakers}
    free = [name for name in names if name not in taken] or names
    turn = 0
    for speaker in speakers:
        reference = speaker.voice
        if reference.name is None and reference.audio is None:
            name = speaker.name
            if name not in names and free:
                name = free[turn % len(free)]
                turn += 1
            reference = Reference(place=reference.place, name=name)
        yield speaker.name, reference


def _emotions(script: Script) -> Iterator[tuple[str, Reference]]:
    """The references of every emotion that is used, once each."""
    mixes: list[EmotionMix | None] = [line.emotion for line in script.lines]
    mixes += [speaker.emotion for speaker in script.speakers.values()]
    used = {name: mix.place for mix in mixes if mix for name, _ in mix.weights}
    for name, place in used.items():
        yield name, script.emotions.get(name) or Reference(place=place, name=name)
