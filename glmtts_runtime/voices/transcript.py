"""What a recording says, as a person wrote it down -> one line of words."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from ...messages import Message
from ...mistakes import InputError, Place

LARGEST_TRANSCRIPT = 16_384
"""Bytes"""


def read_text(path: Path, place: Place) -> str:
    """A small UTF-8 file on one line; raises InputError at `place`."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_TRANSCRIPT + 1)
    except OSError as error:
        raise InputError.at(
            place, Message("{} cannot be read ({}).", path, error.strerror), "Check the path."
        ) from error
    if len(data) > LARGEST_TRANSCRIPT:
        raise InputError.at(
            place, "This is too long for a transcript.", "Write down just what the recording says."
        )
    try:
        return " ".join(data.decode("utf-8-sig").split())
    except UnicodeDecodeError as error:
        raise InputError.at(
            place, Message("{} is not UTF-8 text.", path), "Save it as UTF-8."
        ) from error


def checked_transcript(text: str) -> str:
    """The words on one line; raises InputError when there are none or far too many."""
    words = " ".join(unicodedata.normalize("NFC", text).split())
    if not words:
        raise InputError.at(
            Place("TRANSCRIPT"),
            "The words of the recording are missing.",
            "Give them with --text or --text-file, exactly as they are spoken.",
        )
    if len(words.encode()) > LARGEST_TRANSCRIPT:
        raise InputError.at(
            Place("TRANSCRIPT"),
            "This is too long for a transcript.",
            "Write down just what the recording says.",
        )
    return words
