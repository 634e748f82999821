"""Lines of people -> a Script: whose voices are unassigned, and what was guessed of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from ...messages import Message
from ..script import Language, Line, Reference, Script, Segment, Speaker
from .names import Names

_CJK = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_SHOWN = 12
_NARRATORS: dict[Language, str] = {"zh": "旁白", "en": "Narrator"}


def narrator(language: Language) -> str:
    """The name of whoever speaks before anybody is named."""
    return _NARRATORS[language]


def guess_language(text: str) -> Language:
    """Chinese if there is any Chinese character."""
    return "zh" if _CJK.search(text) else "en"


def join(first: str, second: str) -> str:
    """Two parts of one sentence, with a space between unless Chinese stands on either side."""
    between = "" if _CJK.match(first[-1:]) or _CJK.match(second[:1]) else " "
    return f"{first}{between}{second}" if first and second else first or second


def dialogue(path: Path, segments: Sequence[Segment], language: Language, found: Names) -> Script:
    """The script of these segments; speakers in order of appearance, their voices unassigned."""
    speakers: dict[str, Speaker] = {}
    for segment in segments:
        if isinstance(segment, Line) and segment.speaker not in speakers:
            speakers[segment.speaker] = Speaker(
                place=segment.place,
                name=segment.speaker,
                voice=Reference(place=segment.place),
            )
    return Script(
        file=path,
        title=path.stem,
        language=language,
        speakers=speakers,
        segments=tuple(segments),
        notes=tuple(_told(found)),
        unsure=found.unsure,
    )


def listed(names: Sequence[str]) -> str:
    """The first of many, and how many are left."""
    more = len(names) - _SHOWN
    shown = ", ".join(names[:_SHOWN])
    return Message("{} and {} more", shown, more) if more > 0 else shown


def _told(found: Names) -> Iterator[str]:
    """Who was taken as a speaker, since a name is not read; and what might be one or not."""
    if found.counts:
        who = [f"{name} ({count})" for name, count in found.counts]
        yield Message("Taken as speakers, with the lines each begins: {}.", listed(who))
    taken = [f'"{name}"' for name in found.unsure if name in found.speak]
    if taken:
        template = (
            "Begin one line each, taken as speakers: {}; --speakers and --no-speakers decide."
        )
        yield Message(template, listed(taken))
    read = [f'"{name}"' for name in found.unsure if name not in found.speak]
    if read:
        template = "Begin one line each, read with it: {}; --speakers and --no-speakers decide."
        yield Message(template, listed(read))
