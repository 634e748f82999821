"""A template's disclosure -> where announcements say that they are synthetic.

Travellers who hear a label before each call stop listening, so by default it is a file of its own
in the folder, `ai-label`, for the station to play once a day; or it is in every file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ...mistakes import Place
from ...scripts.audible_label import RHYTHM
from ...scripts.chimes import chime_path
from ...scripts.script import Language, Line, Segment, Sound
from ...templates.announcement import Template
from ...templates.rows import Row
from .announcement import Announcement

NAME = "ai-label"
"""Of the file with the label alone"""


def label_texts(template: Template, languages: Iterable[Language]) -> dict[Language, list[str]]:
    """What is said in each language; a sentence that two would say, the first says."""
    audible = template.disclosure.audible
    texts: dict[Language, list[str]] = {}
    if audible is None or audible.kind == "morse":
        return texts
    said: set[str] = set()
    for language in languages:
        texts[language] = [
            text for text in template.disclosure.sentences(language) if text not in said
        ]
        said.update(texts[language])
    return {language: found for language, found in texts.items() if found}


def daily_label(template: Template) -> Announcement | None:
    """The announcement that is the label alone, where that is wanted."""
    audible = template.disclosure.audible
    if audible is None or audible.every == "file":
        return None
    place = template.disclosure.place or Place(str(template.file))
    lines = label_texts(template, template.languages)
    return Announcement(
        name=NAME,
        row=Row(place, 0, {}),
        lines={language: tuple(texts) for language, texts in lines.items()},
    )


def label_segments(
    template: Template, name: str, lines: Mapping[Language, tuple[str, ...]], place: Place
) -> list[Segment]:
    """What an announcement of that name has of a label beside its own lines."""
    audible = template.disclosure.audible
    if audible is None or (audible.every == "day" and name != NAME):
        return []
    if audible.kind == "morse":
        return [Sound(place=place, file=chime_path(RHYTHM), is_label=True)]
    if name == NAME:  # its own lines are the label
        return []
    return [
        Line(place=place, speaker=language, text=text, is_label=True)
        for language, texts in label_texts(template, lines).items()
        for text in texts
    ]
