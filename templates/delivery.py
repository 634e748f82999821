"""The `output` and `metadata` of a YAML script -> the files asked for and their tags."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from . import fields
from .file_name import file_name
from .findings import Findings
from .record import Record, table_at
from .script import EpisodeType, Format, Metadata, Output
from .strict_yaml import Node

OUTPUT_KEYS = (
    "formats", "sample_rate", "channels", "loudness", "duration", "stretch", "name", "stems",
    "lines", "review",
)  # fmt: skip
METADATA_KEYS = (
    "author", "album", "cover", "date", "description", "season", "episode", "type", "explicit",
    "link", "guid",
)  # fmt: skip
LONGEST = 86_400.0  # s
MOST_STRETCHED = 0.25

_FORMATS: dict[str, Format] = {
    "mp3": "mp3", "m4a": "m4a", "opus": "opus", "wav": "wav", "flac": "flac",
}  # fmt: skip
_CHANNELS: dict[str, Literal[1, 2]] = {"mono": 1, "stereo": 2, "1": 1, "2": 2}
_TYPES: dict[str, EpisodeType] = {"full": "full", "trailer": "trailer", "bonus": "bonus"}


def read_output(node: Node | None, findings: Findings, default: Output) -> Output:
    """The output section on top of `default`, key by key."""
    table = table_at(node, '"output"', findings)
    if table is None:
        return default
    record = Record.of(table, OUTPUT_KEYS, findings)
    formats = record.read_list("formats", fields.choice(_FORMATS))
    output = Output(
        formats=formats or default.formats,
        sample_rate=record.read("sample_rate", fields.sample_rate, default.sample_rate),
        channels=record.read("channels", fields.choice(_CHANNELS), default.channels),
        loudness=record.read("loudness", fields.loudness, default.loudness),
        duration=record.read("duration", fields.duration(1, LONGEST), default.duration),
        stretch=record.read("stretch", fields.ratio(0, MOST_STRETCHED), default.stretch),
        name=record.read("name", file_name, default.name),
        stems=record.read("stems", fields.flag, default.stems),
        lines=record.read("lines", fields.flag, default.lines),
        review=record.read("review", fields.flag, default.review),
        place=record.place("sample_rate"),
    )
    if len(set(formats)) < len(formats):
        findings.add(record.place("formats"), "A format is listed twice.", "List it once.")
    if table.get("formats") and not formats and not findings:
        findings.add(record.place("formats"), "No format is listed.", "Write `formats: [mp3]`.")
    return output


def read_metadata(
    node: Node | None, find: Callable[[str], Path], findings: Findings, default: Metadata
) -> Metadata:
    """The metadata section on top of `default`, key by key."""
    table = table_at(node, '"metadata"', findings)
    if table is None:
        return default
    record = Record.of(table, METADATA_KEYS, findings)
    number = fields.integer(1, 999_999)
    return Metadata(
        author=record.read("author", fields.title, default.author),
        album=record.read("album", fields.title, default.album),
        cover=record.read("cover", find, default.cover),
        date=record.read("date", fields.date, default.date),
        description=record.read("description", fields.words(4000), default.description),
        season=record.read("season", number, default.season),
        episode=record.read("episode", number, default.episode),
        type=record.read("type", fields.choice(_TYPES), default.type),
        explicit=record.read("explicit", fields.flag, default.explicit),
        link=record.read("link", fields.url, default.link),
        guid=record.read("guid", fields.title, default.guid),
        place=record.place("cover"),
    )
