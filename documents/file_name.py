"""A name somebody wants for a file -> one that every system can store, or UnfitError."""

from __future__ import annotations

import re
import unicodedata

from ..messages import Message
from .findings import UnfitError, quoted

LONGEST = 120
"""Bytes in UTF-8; a suffix and the mark of a temporary file still fit in the usual 255."""

_SUFFIX = re.compile(r"\.(wav|flac|mp3|m4a|m4b|opus|ogg)$", re.IGNORECASE)
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)


def file_name(text: str) -> str:
    """The name without an audio suffix, in NFC; UnfitError for what any system refuses."""
    name = _SUFFIX.sub("", unicodedata.normalize("NFC", text.strip()))
    if not name:
        raise UnfitError("The file name is empty.", "Write one.")
    if found := re.search(r'[/\\:*?"<>|\x00-\x1f]', name):
        raise UnfitError(
            Message("The file name {} holds {}.", quoted(name), quoted(found[0])),
            "Leave this character out.",
        )
    if name[0] == "." or name[-1] in ". ":
        raise UnfitError(
            Message("The file name {} begins or ends with a dot.", quoted(name)), "Leave it out."
        )
    if _RESERVED.fullmatch(name):
        raise UnfitError(
            Message("Windows keeps the file name {} to itself.", quoted(name)), "Choose another."
        )
    if len(name.encode("utf-8")) > LONGEST:
        raise UnfitError(
            Message("The file name {} is too long.", quoted(name)),
            Message("Keep to {} bytes.", LONGEST),
        )
    return name


def same_file(name: str) -> str:
    """What two names share that some systems cannot tell apart."""
    return unicodedata.normalize("NFC", name).casefold()
