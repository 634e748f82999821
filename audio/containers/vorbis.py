"""Tags and chapters -> Vorbis comments and FLAC picture blocks, which FLAC and Ogg Opus share.

xiph.org/vorbis/doc/v-comment.html, RFC 9639 section 8.8, wiki.xiph.org/Chapter_Extension.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator, Sequence

from ..tags import ISO_639_2, Chapter, Picture, Tags

FRONT_COVER = 3
VENDOR = "glmtts"


def comments(
    tags: Tags, chapters: Sequence[Chapter], rate: int, *, cover: Picture | None = None
) -> bytes:
    """A comment header: vendor, then every comment; the cover as one of them when given."""
    lines = [f"{name}={value}".encode() for name, value in _fields(tags, chapters, rate)]
    if cover:
        lines.append(b"METADATA_BLOCK_PICTURE=" + base64.b64encode(picture(cover)))
    return _text(VENDOR.encode()) + struct.pack("<I", len(lines)) + b"".join(map(_text, lines))


def picture(cover: Picture) -> bytes:
    """The content of a FLAC picture block."""
    kind = cover.type.encode()
    head = struct.pack(">II", FRONT_COVER, len(kind)) + kind + struct.pack(">I", 0)
    size = struct.pack(">5I", cover.width, cover.height, 24, 0, len(cover.data))
    return head + size + cover.data


def _fields(tags: Tags, chapters: Sequence[Chapter], rate: int) -> Iterator[tuple[str, str]]:
    texts = {
        "TITLE": tags.title,
        "ARTIST": tags.author,
        "ALBUM": tags.album,
        "DATE": tags.date,
        "DESCRIPTION": tags.description,
        "TRACKNUMBER": str(tags.episode or ""),
        "DISCNUMBER": str(tags.season or ""),
        "LANGUAGE": ISO_639_2[tags.language] if tags.language else "",
    }
    yield from ((name, text) for name, text in texts.items() if text)
    yield from ((label.name, label.value) for label in tags.labels)
    for number, chapter in enumerate(chapters, 1):
        seconds, milliseconds = divmod(round(1000 * chapter.start / rate), 1000)
        minutes, seconds = divmod(seconds, 60)
        hours, minutes = divmod(minutes, 60)
        name = f"CHAPTER{number:03d}"
        yield name, f"{hours:02d}:{minutes:02d}:{seconds:02d}.{milliseconds:03d}"
        yield name + "NAME", chapter.title
        if chapter.url:
            yield name + "URL", chapter.url


def _text(data: bytes) -> bytes:
    return struct.pack("<I", len(data)) + data
