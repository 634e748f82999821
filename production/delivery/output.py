"""What a script asks for as output -> whether there can be such files."""

from __future__ import annotations

import os

from ...audio.tags import read_picture
from ...messages import Message
from ...mistakes import InputError, Mistake, Place
from ...scripts.script import Chapter, Format, Script
from .formats import codec_of, sample_rates

LONGEST_NAME = 200
"""Bytes of a script's name: what is made of it has suffixes, and file systems keep 255."""


def check_output(script: Script) -> None:
    """Raise `InputError` for pictures nobody can use, formats that lack the sample rate, and a name
    that leaves no room for the suffixes of what is made."""
    mistakes = []
    if len(os.fsencode(script.output.name or script.file.stem)) > LONGEST_NAME:
        what = "The name of this file is too long for those that are made of it."
        remedy = Message("Shorten it to {} bytes, or give `output` a `name`.", LONGEST_NAME)
        mistakes.append(Mistake(Place(str(script.file)), what, remedy))
    if script.output.chapter_files and not any(isinstance(one, Chapter) for one in script.segments):
        none = "There are no chapters to make files of."
        add = "Add headings, or `- chapter: title`."
        mistakes.append(Mistake(Place(str(script.file)), none, add))
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
        what = Message("{} files cannot have a sample rate of {} Hz.", format, output.sample_rate)
        remedy: str = Message("Set output.sample_rate to one of: {}.", ", ".join(map(str, rates)))
        mistakes.append(Mistake(place, what, remedy))
    codec = codec_of(format)
    if codec and output.channels > codec.channels:
        what = Message("{} files have one channel.", format)
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
