"""References -> Kokoro's speakers: for each the nearest by pitch and timbre, no two the same."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence

from ...mistakes import nearest as nearest_name
from ...pronunciation.chinese.hanzi import has_han
from ..voices.prosody import Prosody
from ..voices.voice import Voice
from .speakers import SPEAKERS, Blend, blend
from .timbre import known, mixed, timbre

SHARES = (0.5, 0.7, 0.3, 0.85, 0.15)
"""Of the first of two speakers in a mixture, in the order in which they are used"""


def speakers(told: str | Mapping[str, float]) -> Blend:
    """What a person wrote of who speaks for a voice: a speaker, or several with weights.

    Raises ValueError (what, newline, remedy).
    """
    weights = {told: 1.0} if isinstance(told, str) else dict(told)
    for name in weights:
        if name not in SPEAKERS:
            raise ValueError(f'Kokoro has no speaker "{name}".\n{nearest_name(name, SPEAKERS)}')
    try:
        return blend(weights)
    except ValueError as error:
        raise ValueError(f"{error}.\nWrite zf_xiaoxiao, or zf_xiaoxiao: 0.6 and others.") from None


def cast(voices: Sequence[Voice], prosody: Callable[[Voice], Prosody]) -> dict[str, Blend]:
    """Who speaks for each voice of a script, by its digest.

    Whoever was named keeps to that; of the others the nearest pair is settled first, speakers
    before mixtures. No two are the same as long as there are any left.
    """
    found = {voice.digest: voice.speakers for voice in voices if voice.speakers}
    waiting = {voice.digest: voice for voice in voices if voice.digest not in found}
    taken = set(found.values())
    ranked = [
        (turn, distance, digest, who)
        for digest, voice in waiting.items()
        for turn, distance, who in _ranked(voice, prosody(voice))
    ]
    for _, _, digest, who in sorted(ranked):
        if digest not in found and who not in taken:
            found[digest] = who
            taken.add(who)
    for digest, voice in waiting.items():
        found.setdefault(digest, nearest(voice, prosody(voice)))
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
    """Each speaker of a language, then every two of one sex: in equal parts, then in others."""
    names = [name for name, speaker in SPEAKERS.items() if speaker.language == language]
    yield from ((0, blend({name: 1.0})) for name in names)
    for turn, share in enumerate(SHARES, start=1):
        for first, second in itertools.combinations(names, 2):
            if SPEAKERS[first].woman is SPEAKERS[second].woman:
                yield turn, blend({first: share, second: 1 - share})
