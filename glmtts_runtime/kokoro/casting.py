"""References -> Kokoro's speakers: for each the nearest by pitch and timbre, no two the same."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from ...messages import Message
from ...mistakes import InputError, Mistake, Place
from ...mistakes import nearest as nearest_name
from ...pronunciation.chinese.hanzi import has_han
from ..voices.prosody import Prosody
from ..voices.voice import Voice
from .speakers import SPEAKERS, Blend, blend
from .timbre import known, mixed, timbre

SHARES = (0.5, 0.7, 0.3, 0.85, 0.15)
"""Of the first of two speakers in a mixture, in the order in which they are used"""


def known_only(voices: Sequence[Voice]) -> list[Voice]:
    """The voices with the speakers they name as a `blend`; InputError for those there are not."""
    mistakes = [
        Mistake(
            Place(voice.name),
            Message('Kokoro has no speaker "{}".', name),
            nearest_name(name, SPEAKERS),
        )
        for voice in voices
        for name, _ in voice.speakers
        if name not in SPEAKERS
    ]
    if mistakes:
        raise InputError(mistakes)
    return [
        replace(voice, speakers=voice.speakers and blend(dict(voice.speakers))) for voice in voices
    ]


def cast(voices: Sequence[Voice], prosody: Callable[[Voice], Prosody]) -> dict[str, Blend]:
    """Who speaks for each voice of a script, by its digest.

    Whoever was named keeps to that. The others are served in their order, so that a voice that is
    added changes none before it: each has the nearest that is free, speakers before mixtures.
    """
    found = {voice.digest: voice.speakers for voice in voices if voice.speakers}
    taken = set(found.values())
    for voice in voices:
        if voice.digest in found:
            continue
        ranked = sorted(_ranked(voice, prosody(voice)))
        who = next((who for _, _, who in ranked if who not in taken), ranked[0][2])
        found[voice.digest] = who
        taken.add(who)
    return found


def nearest(voice: Voice, prosody: Prosody) -> Blend:
    """The speaker nearest to a reference, of those who learnt its language."""
    return min(_ranked(voice, prosody))[2]


def _ranked(voice: Voice, prosody: Prosody) -> list[tuple[int, float, Blend]]:
    """The turn of each of `_candidates`, and how far it is from a reference."""
    own = timbre(voice.reference, prosody.hertz)
    return [
        (turn, own.distance(mixed([(known()[name], weight) for name, weight in who])), who)
        for turn, who in _candidates("zh" if has_han(voice.transcript) else "en")
    ]


def _candidates(language: str) -> Iterator[tuple[int, Blend]]:
    """Each speaker of a language, the clear ones first, then every two of one sex who are clear: in
    equal parts, then in others.
    """
    names = [name for name, speaker in SPEAKERS.items() if speaker.language == language]
    yield from ((0 if SPEAKERS[name].clear else 1, blend({name: 1.0})) for name in names)
    clear = [name for name in names if SPEAKERS[name].clear]
    for turn, share in enumerate(SHARES, start=2):
        for first, second in itertools.combinations(clear, 2):
            if SPEAKERS[first].woman is SPEAKERS[second].woman:
                yield turn, blend({first: share, second: 1 - share})
