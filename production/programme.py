"""Script + timeline -> a programme: all that its files are made from and have to measure."""

from __future__ import annotations

import os
from dataclasses import dataclass

from ..audio.tags import Chapter as ChapterTag
from ..audio.tags import Picture, Tags, read_picture
from ..mistakes import InputError, Mistake, Place
from ..scripts.platforms import PLATFORMS
from ..scripts.script import Chapter, Format, Script
from .fit import Fit
from .formats import codec_of, is_telephone, sample_rates
from .mastering.master import MasteringContext, Target
from .timeline import Mark, Timeline

LONGEST_NAME = 200
"""Bytes of a script's name: what is made of it has suffixes, and file systems keep 255."""

_TELEPHONE = -26.0  # LUFS: about -20 dBm0, what networks are planned for


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """What is to be delivered."""

    script: Script
    timeline: Timeline
    tags: Tags
    chapters: tuple[ChapterTag, ...]
    context: MasteringContext
    name: str
    """File name without a suffix."""
    fit: Fit | None = None
    """How it was brought to its length, where one was asked for."""

    @property
    def target(self) -> Target:
        asked = self.script.output.loudness
        if isinstance(asked, float):
            return Target(loudness=asked)
        if asked is None and all(map(is_telephone, self.script.output.formats)):
            return Target(loudness=_TELEPHONE)
        platform = asked or PLATFORMS["apple"]
        mono = self.timeline.channels == 1
        return Target(
            loudness=platform.mono if mono else platform.stereo, true_peak=platform.true_peak
        )


def programme(
    script: Script,
    timeline: Timeline,
    context: MasteringContext,
    name: str,
    fit: Fit | None = None,
) -> Programme:
    """Gather a programme whose output has been checked."""
    metadata = script.metadata
    place = Place(str(script.file))
    tags = Tags(
        title=script.title,
        author=metadata.author,
        album=metadata.album,
        date=metadata.date,
        description=metadata.description,
        language=script.language,
        season=metadata.season,
        episode=metadata.episode,
        cover=read_picture(metadata.cover, place) if metadata.cover else None,
    )
    chapters = tuple(_chapter(mark, place) for mark in timeline.marks)
    return Programme(
        script=script,
        timeline=timeline,
        tags=tags,
        chapters=chapters,
        context=context,
        name=name,
        fit=fit,
    )


def _chapter(mark: Mark, place: Place) -> ChapterTag:
    picture: Picture | None = read_picture(mark.image, place) if mark.image else None
    return ChapterTag(start=mark.start, title=mark.title, url=mark.url or "", picture=picture)


def check_output(script: Script) -> None:
    """Raise `InputError` for pictures nobody can use, formats that lack the sample rate, and a name
    that leaves no room for the suffixes of what is made."""
    mistakes = []
    if len(os.fsencode(script.output.name or script.file.stem)) > LONGEST_NAME:
        what = "The name of this file is too long for those that are made of it."
        remedy = f"Shorten it to {LONGEST_NAME} bytes, or give `output` a `name`."
        mistakes.append(Mistake(Place(str(script.file)), what, remedy))
    for format in script.output.formats:
        mistakes += _format_mistakes(script, format)
    mistakes += _picture_mistakes(script)
    if mistakes:
        raise InputError(mistakes)


def _format_mistakes(script: Script, format: Format) -> list[Mistake]:
    output = script.output
    place = output.place or Place(str(script.file))
    mistakes = []
    rates = sample_rates(format)
    if output.sample_rate not in rates:
        what = f"{format} files cannot have a sample rate of {output.sample_rate} Hz."
        remedy = f"Set output.sample_rate to one of: {', '.join(map(str, rates))}."
        mistakes.append(Mistake(place, what, remedy))
    codec = codec_of(format)
    if codec and output.channels > codec.channels:
        what = f"{format} files have one channel."
        remedy = "Write `channels: mono`, or `profile: phone`."
        mistakes.append(Mistake(place, what, remedy))
    return mistakes


def _picture_mistakes(script: Script) -> list[Mistake]:
    cover = script.metadata.cover, script.metadata.place or Place(str(script.file))
    pictures = [(mark.image, mark.place) for mark in script.segments if isinstance(mark, Chapter)]
    mistakes: list[Mistake] = []
    for picture, place in [cover, *pictures]:
        try:
            if picture:
                read_picture(picture, place)
        except InputError as error:
            mistakes += error.mistakes
    return mistakes
