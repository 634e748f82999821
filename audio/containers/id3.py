"""Tags and chapters -> an ID3v2.3 tag (id3.org/id3v2.3.0, id3v2-chapters-1.0).

Version 2.3 with UTF-16 text is what every player, car radio and file manager reads; podcast
players read its CHAP and CTOC frames.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

from ..tags import ISO_639_2, Chapter, Picture, Tags

UTF_16 = b"\1"
LATIN_1 = b"\0"
FRONT_COVER = b"\3"
OTHER_PICTURE = b"\0"
NO_OFFSET = 0xFFFFFFFF
TOP_LEVEL_AND_ORDERED = 3
ORDERED = 1
MOST_LISTED = 255


def tag(tags: Tags, chapters: Sequence[Chapter], rate: int, length: int) -> bytes:
    """The whole tag for `length` samples at `rate`; its size does not depend on `length`."""
    parts = (_texts(tags), _labels(tags), _chapters(chapters, rate, length), _cover(tags))
    frames = b"".join(frame for part in parts for frame in part)
    assert len(frames) < 1 << 28, "a tag holds 256 MB at most"
    size = bytes(len(frames) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\3\0\0" + size + frames


def _texts(tags: Tags) -> Iterator[bytes]:
    language = ISO_639_2[tags.language] if tags.language else ""
    year, _, rest = tags.date.partition("-")
    month, _, day = rest.partition("-")
    texts = {
        "TIT2": tags.title,
        "TPE1": tags.author,
        "TALB": tags.album,
        "TYER": year,
        "TDAT": day + month if day else "",
        "TLAN": language,
        "TRCK": str(tags.episode or ""),
        "TPOS": str(tags.season or ""),
        "TDES": tags.description,  # Apple's; where podcast players look for show notes
    }
    for name, text in texts.items():
        if text:
            yield _frame(name, UTF_16 + _utf16(text))
    if tags.description:
        head = UTF_16 + (language or "und").encode() + _utf16("") + b"\0\0"
        yield _frame("COMM", head + _utf16(tags.description))


def _labels(tags: Tags) -> Iterator[bytes]:
    for label in tags.labels:
        yield _frame("TXXX", LATIN_1 + label.name.encode() + b"\0" + label.value.encode())


def _cover(tags: Tags) -> Iterator[bytes]:
    if tags.cover:
        yield _picture(tags.cover, FRONT_COVER)


def _chapters(chapters: Sequence[Chapter], rate: int, length: int) -> Iterator[bytes]:
    if not chapters:
        return
    names = [f"ch{number}".encode() + b"\0" for number in range(len(chapters))]
    yield from _contents(names)
    starts = [chapter.start for chapter in chapters]
    for name, chapter, end in zip(names, chapters, [*starts[1:], length], strict=True):
        times = (round(1000 * sample / rate) for sample in (chapter.start, end))
        inner = _frame("TIT2", UTF_16 + _utf16(chapter.title))
        if chapter.url:
            url = chapter.url.encode("latin-1", "ignore")
            inner += _frame("WXXX", LATIN_1 + b"\0" + url)
        if chapter.picture:
            inner += _picture(chapter.picture, OTHER_PICTURE)
        yield _frame("CHAP", name + struct.pack(">4I", *times, NO_OFFSET, NO_OFFSET) + inner)


def _contents(names: Sequence[bytes]) -> Iterator[bytes]:
    """The list of chapters; of more than 255, which one byte cannot count, a list of lists."""
    if len(names) <= MOST_LISTED:
        yield _listed(b"toc\0", TOP_LEVEL_AND_ORDERED, names)
        return
    parts = [names[at : at + MOST_LISTED] for at in range(0, len(names), MOST_LISTED)]
    lists = [f"toc{number}".encode() + b"\0" for number in range(len(parts))]
    yield _listed(b"toc\0", TOP_LEVEL_AND_ORDERED, lists)
    for name, part in zip(lists, parts, strict=True):
        yield _listed(name, ORDERED, part)


def _listed(name: bytes, flags: int, names: Sequence[bytes]) -> bytes:
    return _frame("CTOC", name + bytes((flags, len(names))) + b"".join(names))


def _picture(picture: Picture, kind: bytes) -> bytes:
    return _frame("APIC", LATIN_1 + picture.type.encode() + b"\0" + kind + b"\0" + picture.data)


def _frame(name: str, content: bytes) -> bytes:
    return struct.pack(">4sIH", name.encode(), len(content), 0) + content


def _utf16(text: str) -> bytes:
    return b"\xff\xfe" + text.replace("\0", "").encode("utf-16-le")
