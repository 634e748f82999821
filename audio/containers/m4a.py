"""AAC packets, tags and chapters -> an M4A file that plays from its first bytes on.

ISO 14496-12 and -14, the QuickTime File Format for the chapter track, and iTunes' metadata.
Layout: ftyp, moov, mdat; in mdat the chapters' titles, then the packets. Chapters are written
twice: as a text track, which Apple's players read, and as Nero's chpl, which others read. Labels
are QuickTime's keys, as the AIGC label is asked to be, in a `meta` of their own.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..codec import CODECS, decoder_setup
from ..encoded import Encoded
from ..tags import ISO_639_2, Chapter, Label, Tags
from .head import replace_head

FRAME = 1024  # samples of a packet
CHUNK = 48  # packets in a row: about a second
UNITY = struct.pack(">9I", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)  # matrix
SOUND, TITLES = 1, 2  # tracks
FILE_TYPE = b"M4A \0\0\2\0M4A mp42isom"
BOOK_TYPE = b"M4B \0\0\2\0M4B M4A mp42isom"
BOOK = 2  # iTunes' kind of media: players keep the place in it and offer its chapters

_PICTURES = {"image/jpeg": 13, "image/png": 14}  # kinds of data


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stream:
    """What the index has to know about the packets."""

    rate: int
    channels: int
    length: int
    """samples heard"""
    sizes: Sequence[int]
    """bytes of each packet"""
    book: bool = False
    """an audiobook, M4B: the same but for what it says it is"""


def write_book(
    path: Path, pieces: Iterable[Encoded], tags: Tags, chapters: Sequence[Chapter]
) -> int:
    """Write an audiobook, as `write` writes an M4A file."""
    return write(path, pieces, tags, chapters, book=True)


def write(
    path: Path,
    pieces: Iterable[Encoded],
    tags: Tags,
    chapters: Sequence[Chapter],
    *,
    book: bool = False,
) -> int:
    """Write the file and return its length in samples."""
    sizes = array("I")
    length = 0
    with path.open("w+b") as file:
        for last in pieces:
            sizes.extend(map(len, last.packets))
            file.writelines(last.packets)
            length += last.length
        assert length, "a file has at least one piece"
        sizes.extend(map(len, last.tail))
        file.writelines(last.tail)
        stream = _Stream(
            rate=last.rate, channels=last.channels, length=length, sizes=sizes, book=book
        )
        replace_head(file, 0, _head(stream, tags, chapters))
    return length


def _head(stream: _Stream, tags: Tags, chapters: Sequence[Chapter]) -> bytes:
    """Everything before the packets."""
    assert len(stream.sizes) * FRAME < 1 << 32, "the index counts samples in 32 bits"
    titles = [_title(chapter) for chapter in chapters]
    head = _box("ftyp", BOOK_TYPE if stream.book else FILE_TYPE)
    data = len(head) + len(_movie(stream, tags, chapters, titles, data=0)) + 8
    head += _movie(stream, tags, chapters, titles, data=data)
    payload = sum(map(len, titles)) + sum(stream.sizes)
    return head + struct.pack(">I4s", 8 + payload, b"mdat") + b"".join(titles)


def _title(chapter: Chapter) -> bytes:
    """A sample of the chapter track: a title, marked as UTF-8."""
    text = chapter.title.encode()[:0xFFFF]
    return struct.pack(">H", len(text)) + text + struct.pack(">I4sI", 12, b"encd", 0x100)


def _movie(
    stream: _Stream, tags: Tags, chapters: Sequence[Chapter], titles: Sequence[bytes], *, data: int
) -> bytes:
    """The index of a file whose titles and packets start at byte `data`."""
    tracks = [_sound_track(stream, tags, bool(chapters), data + sum(map(len, titles)))]
    if chapters:
        tracks.append(_title_track(stream, chapters, titles, data))
    header = struct.pack(">4I", 0, 0, stream.rate, stream.length)
    header += struct.pack(">IH10x", 1 << 16, 1 << 8) + UNITY + bytes(24)
    header += struct.pack(">I", len(tracks) + 1)
    notes = _notes(stream, tags, chapters)
    return _box("moov", _full("mvhd", header), *tracks, *notes)


def _sound_track(stream: _Stream, tags: Tags, chaptered: bool, data: int) -> bytes:
    # The edit starts after the priming and ends with the programme, not with the last packet.
    edits = [(stream.length, CODECS["m4a"].delay)]
    reference = [_box("tref", _box("chap", struct.pack(">I", TITLES)))] if chaptered else []
    chunks = -(-len(stream.sizes) // CHUNK)
    offsets, position = array("I"), data
    for start in range(0, len(stream.sizes), CHUNK):
        offsets.append(position)
        position += sum(stream.sizes[start : start + CHUNK])
    rest = len(stream.sizes) - (chunks - 1) * CHUNK
    runs = [(1, CHUNK, 1), (chunks, rest, 1)] if chunks > 1 else [(1, rest, 1)]
    table = _box(
        "stbl",
        _full("stsd", struct.pack(">I", 1), _sound_description(stream)),
        _full("stts", struct.pack(">3I", 1, len(stream.sizes), FRAME)),
        _full("stsc", struct.pack(">I", len(runs)), *(struct.pack(">3I", *run) for run in runs)),
        _sizes(stream.sizes),
        _full("stco", struct.pack(">I", len(offsets)), _words(offsets)),
    )
    return _box(
        "trak",
        _track_header(SOUND, stream.length, enabled=True),
        _edits(edits),
        *reference,
        _media(
            stream.rate,
            len(stream.sizes) * FRAME,
            tags,
            kind="soun",
            header=_full("smhd", bytes(4)),
            table=table,
        ),
    )


def _title_track(
    stream: _Stream, chapters: Sequence[Chapter], titles: Sequence[bytes], data: int
) -> bytes:
    starts = [chapter.start for chapter in chapters]
    spans = [b - a for a, b in zip(starts, [*starts[1:], stream.length], strict=True)]
    edits = [(sum(spans), 0)]
    if starts[0]:  # nothing before the first chapter
        edits.insert(0, (starts[0], -1))
    times = b"".join(struct.pack(">II", 1, span) for span in spans)
    table = _box(
        "stbl",
        _full("stsd", struct.pack(">I", 1), _title_description()),
        _full("stts", struct.pack(">I", len(spans)), times),
        _full("stsc", struct.pack(">4I", 1, 1, len(titles), 1)),
        _sizes([len(title) for title in titles]),
        _full("stco", struct.pack(">II", 1, data)),
    )
    graphics = _full("gmin", struct.pack(">H3HhH", 0x40, 0x8000, 0x8000, 0x8000, 0, 0))
    return _box(
        "trak",
        _track_header(TITLES, stream.length, enabled=False),
        _edits(edits),
        _media(
            stream.rate,
            sum(spans),
            Tags(),
            kind="text",
            header=_box("gmhd", graphics, _box("text", UNITY)),
            table=table,
        ),
    )


def _track_header(number: int, length: int, *, enabled: bool) -> bytes:
    content = struct.pack(">5I8x", 0, 0, number, 0, length)
    content += struct.pack(">HHHH", 0, 0, 0x100 if enabled else 0, 0) + UNITY + bytes(8)
    return _full("tkhd", content, flags=7 if enabled else 2)


def _edits(edits: Sequence[tuple[int, int]]) -> bytes:
    """(samples shown, sample of the media to start at, -1 for nothing) in order."""
    entries = b"".join(struct.pack(">IiI", span, start, 1 << 16) for span, start in edits)
    return _box("edts", _full("elst", struct.pack(">I", len(edits)), entries))


def _media(rate: int, length: int, tags: Tags, *, kind: str, header: bytes, table: bytes) -> bytes:
    letters = ISO_639_2[tags.language] if tags.language else "und"
    language = 0
    for letter in letters.encode():
        language = language << 5 | letter - 0x60
    times = struct.pack(">4IHH", 0, 0, rate, length, language, 0)
    here = _full("dref", struct.pack(">I", 1), _full("url ", flags=1))
    handler = struct.pack(">I4s12x", 0, kind.encode()) + b"\0"
    inner = _box("minf", header, _box("dinf", here), table)
    return _box("mdia", _full("mdhd", times), _full("hdlr", handler), inner)


def _sound_description(stream: _Stream) -> bytes:
    """An mp4a sample entry with its elementary stream descriptor."""
    setup = decoder_setup(CODECS["m4a"], stream.rate, stream.channels)
    rate = CODECS["m4a"].bit_rate(stream.channels)
    decoder = struct.pack(">BB3sII", 0x40, 0x15, bytes(3), rate, rate) + _descriptor(5, setup)
    descriptors = struct.pack(">HB", SOUND, 0) + _descriptor(4, decoder) + _descriptor(6, b"\2")
    entry = struct.pack(">6xH8xHHHHI", 1, stream.channels, 16, 0, 0, stream.rate << 16)
    return _box("mp4a", entry, _full("esds", _descriptor(3, descriptors)))


def _descriptor(tag: int, content: bytes) -> bytes:
    assert len(content) < 128, "one byte tells a descriptor's size"
    return bytes((tag, len(content))) + content


def _title_description() -> bytes:
    """A QuickTime text sample entry: default font, box and colours."""
    return _box("text", struct.pack(">6xH", 1) + bytes(43))


def _sizes(sizes: Sequence[int]) -> bytes:
    return _full("stsz", struct.pack(">II", 0, len(sizes)), _words(sizes))


def _words(values: Sequence[int]) -> bytes:
    return struct.pack(f">{len(values)}I", *values)


def _notes(stream: _Stream, tags: Tags, chapters: Sequence[Chapter]) -> Iterator[bytes]:
    """What iTunes and Nero keep beside the tracks."""
    items = b"".join(_items(tags))
    if stream.book:
        items += _box("stik", _data(21, bytes([BOOK])))
    boxes = []
    if chapters:
        boxes.append(_nero_chapters(chapters[:255], stream.rate))
    if items:
        handler = _full("hdlr", struct.pack(">I4s4s9x", 0, b"mdir", b"appl"))
        boxes.append(_full("meta", handler, _box("ilst", items)))
    if tags.labels:  # after iTunes' own: what reads one `meta` alone reads the first
        boxes.append(_keyed(tags.labels))
    if boxes:
        yield _box("udta", *boxes)


def _keyed(labels: Sequence[Label]) -> bytes:
    """Labels as QuickTime's metadata: a list of keys, and items called by their numbers."""
    handler = _full("hdlr", struct.pack(">I4s13x", 0, b"mdta"))
    names = (_box("mdta", label.name.encode()) for label in labels)
    keys = _full("keys", struct.pack(">I", len(labels)), *names)
    items = (
        struct.pack(">II", 8 + len(data), number) + data
        for number, label in enumerate(labels, 1)
        if (data := _data(1, label.value.encode()))
    )
    return _full("meta", handler, keys, _box("ilst", *items))


def _items(tags: Tags) -> Iterator[bytes]:
    texts = {
        "©nam": tags.title,
        "©ART": tags.author,
        "©alb": tags.album,
        "©day": tags.date,
        "desc": tags.description,
        "ldes": tags.description,
    }
    for name, text in texts.items():
        if text:
            yield _box(name, _data(1, text.encode()))
    for name, number in (("trkn", tags.episode), ("disk", tags.season)):
        if number and number < 1 << 16:
            yield _box(name, _data(0, struct.pack(">4H", 0, number, 0, 0)))
    if tags.cover:
        yield _box("covr", _data(_PICTURES[tags.cover.type], tags.cover.data))


def _data(kind: int, data: bytes) -> bytes:
    return _box("data", struct.pack(">II", kind, 0), data)


def _nero_chapters(chapters: Sequence[Chapter], rate: int) -> bytes:
    listed = chapters[:255]  # a byte counts them; the text track has all
    content = struct.pack(">IB", 0, len(listed))
    for chapter in listed:
        title = chapter.title.encode()[:255].decode("utf-8", "ignore").encode()
        content += struct.pack(">QB", chapter.start * 10_000_000 // rate, len(title)) + title
    return _full("chpl", content, version=1)


def _full(name: str, *content: bytes, version: int = 0, flags: int = 0) -> bytes:
    return _box(name, struct.pack(">I", version << 24 | flags), *content)


def _box(name: str, *content: bytes) -> bytes:
    size = 8 + sum(map(len, content))
    return struct.pack(">I4s", size, name.encode("latin-1")) + b"".join(content)
