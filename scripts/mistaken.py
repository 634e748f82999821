"""A script with mistakes -> the part of it that is right, which later checks can go on with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..mistakes import InputError, Mistake
from .script import EmotionMix, Line, Reference, Script, Segment, Sound, Speaker


class MistakenScriptError(InputError):
    """A script was understood but for these mistakes."""

    def __init__(self, mistakes: Sequence[Mistake], script: Script) -> None:
        super().__init__(mistakes)
        self.right = right_part(script, mistakes)
        """What can be looked at further. Its lines may name speakers whom it does not know."""


def right_part(script: Script, mistakes: Sequence[Mistake]) -> Script:
    """The script without the voices, emotions, sounds and texts that could not be read."""
    wrong = {mistake.place for mistake in mistakes}

    def whole(reference: Reference) -> bool:
        named = reference.name is not None or reference.audio is not None
        return named and reference.place not in wrong

    def sure(mix: EmotionMix | None) -> EmotionMix | None:
        known = mix and all(name and name not in unclear for name, _ in mix.weights)
        return mix if known else None

    def segments() -> Iterator[Segment]:
        for segment in script.segments:
            if isinstance(segment, Line):
                if segment.text:
                    yield replace(segment, emotion=sure(segment.emotion))
            elif not isinstance(segment, Sound) or segment.file.name:
                yield segment

    unclear = {name for name, voice in script.emotions.items() if not whole(voice)}
    speakers: dict[str, Speaker] = {
        name: replace(speaker, emotion=sure(speaker.emotion))
        for name, speaker in script.speakers.items()
        if whole(speaker.voice)
    }
    emotions = {name: one for name, one in script.emotions.items() if name not in unclear}
    return replace(script, speakers=speakers, emotions=emotions, segments=tuple(segments()))
