"""A file's bytes -> its text. UTF-8, or UTF-16 with its mark; every line ends in a line feed."""

from __future__ import annotations

import codecs
import os
import re
import stat
from itertools import islice
from pathlib import Path

from ..messages import Message
from ..mistakes import InputError, Place, nearest
from .findings import quoted

# Editors disagree on which of these end a line, so a message could not name the right one; the rest
# are invisible. Tab, line feed and carriage return are the exceptions.
INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]"
)
_LISTED = 300
_SAVE_AS_UTF8 = "Save the file as UTF-8."


def read_bytes(path: Path, file: str, *, limit: int) -> bytes:
    """The bytes of a regular file of at most `limit` bytes; `file` is what messages call it.

    Raises InputError if there is no such file, it is something else, too large or unreadable.
    """
    place = Place(file)
    if not _encodable(file):
        raise InputError.at(place, "This name is not valid text.", "Rename the file or its folder.")
    try:
        mode = path.stat().st_mode
        if stat.S_ISREG(mode):
            with path.open("rb") as stream:
                data = stream.read(limit + 1)
    except FileNotFoundError:
        raise InputError.at(
            place, "There is no such file.", nearest(path.name[:255], neighbours(path.parent))
        ) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError.at(place, Message("The file cannot be read: {}.", reason), "") from None
    if not stat.S_ISREG(mode):
        kind = "a folder" if stat.S_ISDIR(mode) else "not a regular file"
        raise InputError.at(place, Message("This is {}.", kind), "Give the name of a file.")
    if len(data) > limit:
        size = f"{limit // 2**20} MiB" if limit >= 2**20 else f"{limit // 2**10} KiB"
        raise InputError.at(place, Message("The file is larger than {}.", size), "Split it.")
    return data


def neighbours(folder: Path) -> list[str]:
    """Names of files in a folder, for suggestions; none if there is no such folder."""
    try:
        with os.scandir(folder) as entries:
            return [entry.name for entry in islice(entries, _LISTED) if entry.is_file()]
    except OSError:
        return []


def decode(data: bytes, file: str) -> str:
    """The text of a file; `file` is what messages call it.

    Raises InputError for any other encoding and for control characters, with the line.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = _utf16(data, file)
    else:
        text = _utf8(data.removeprefix(codecs.BOM_UTF8), file)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if found := INVISIBLE.search(text):
        place = place_at(text, found.start(), file)
        raise InputError.at(place, *_invisible(found.group()))
    return text


def place_at(text: str, index: int, file: str) -> Place:
    """Line and column of `text[index]`, both from 1."""
    start = text.rfind("\n", 0, index) + 1
    return Place(file, text.count("\n", 0, index) + 1, index - start + 1)


def _utf16(data: bytes, file: str) -> str:
    try:
        return data.decode("utf-16")
    except UnicodeDecodeError:
        raise InputError.at(Place(file), "The file is broken UTF-16.", _SAVE_AS_UTF8) from None


def _utf8(data: bytes, file: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        gbk = _looks_like_gbk(data)
        # The first bytes of a GBK text may happen to be UTF-8, hence not `error.start`.
        at = next(i for i, byte in enumerate(data) if byte > 127) if gbk else error.start
        before = data[:at].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        place = Place(file, before.count(b"\n") + 1)
        seen = "GBK" if gbk else "another encoding or no text at all"
        what = Message("The file is not UTF-8; it looks like {}.", seen)
        raise InputError.at(place, what, _SAVE_AS_UTF8) from None


def _looks_like_gbk(data: bytes) -> bool:
    try:
        return not INVISIBLE.search(data.decode("gb18030"))
    except UnicodeDecodeError:
        return False


def _invisible(char: str) -> tuple[str, str]:
    """What and remedy for a character nobody can see."""
    if char == "\0":
        return "A NUL character: the file is binary or UTF-16 without its mark.", _SAVE_AS_UTF8
    if char == "\ufeff":
        return "A byte order mark in the middle of the file.", "Delete and retype this spot."
    if char in "\x85\u2028\u2029":
        return (
            Message("An invisible line separator, {}.", quoted(char)),
            "Replace it by an ordinary line end.",
        )
    return Message("An invisible control character, {}.", quoted(char)), "Delete it."


def _encodable(name: str) -> bool:
    """Whether files can say this name; one with bytes that are no text cannot be said."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
