"""The `output` and `metadata` of a YAML script -> the files asked for and their tags."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Literal, get_args

from ..documents import fields
from ..documents.file_name import file_name
from ..documents.findings import Findings
from ..documents.record import Record, read, table_at
from ..documents.strict_yaml import Node, Scalar
from .platforms import loudness
from .profiles import PROFILES
from .script import EpisodeType, Format, Metadata, Output

OUTPUT_KEYS = (
    "profile", "formats", "sample_rate", "channels", "loudness", "duration", "stretch", "name",
    "stems", "lines", "chapter_files", "review", "check",
)  # fmt: skip
METADATA_KEYS = (
    "author", "album", "cover", "date", "description", "season", "episode", "type", "explicit",
    "link", "guid",
)  # fmt: skip
LONGEST = 86_400.0  # s
MOST_STRETCHED = 0.25

_FORMATS: dict[str, Format] = {name: name for name in get_args(Format)}
_PROFILE = fields.choice(PROFILES)
_CHANNELS: dict[str, Literal[1, 2]] = {"mono": 1, "stereo": 2, "1": 1, "2": 2}
_TYPES: dict[str, EpisodeType] = {"full": "full", "trailer": "trailer", "bonus": "bonus"}


USUAL = Output()
"""What scripts that say nothing of it get."""


def with_profile(profile: Output, usual: Output) -> Output:
    """`usual`, but with the files, rate, channels and loudness of a profile."""
    return replace(
        usual,
        formats=profile.formats,
        sample_rate=profile.sample_rate,
        channels=profile.channels,
        loudness=profile.loudness,
    )


def read_output(node: Node | None, findings: Findings, usual: Output = USUAL) -> Output:
    """The output section on top of `usual`, key by key; or just the name of a profile."""
    if isinstance(node, Scalar):
        return with_profile(read(node, _PROFILE, usual, findings), usual)
    table = table_at(node, '"output"', findings)
    if table is None:
        return usual
    record = Record.of(table, OUTPUT_KEYS, findings)
    usual = with_profile(record.read("profile", _PROFILE, usual), usual)
    formats = record.read_list("formats", fields.choice(_FORMATS))
    output = Output(
        formats=formats or usual.formats,
        sample_rate=record.read("sample_rate", fields.sample_rate, usual.sample_rate),
        channels=record.read("channels", fields.choice(_CHANNELS), usual.channels),
        loudness=record.read("loudness", loudness, usual.loudness),
        duration=record.read("duration", fields.duration(1, LONGEST), usual.duration),
        stretch=record.read("stretch", fields.ratio(0, MOST_STRETCHED), usual.stretch),
        name=record.read("name", file_name, usual.name),
        stems=record.read("stems", fields.flag, usual.stems),
        lines=record.read("lines", fields.flag, usual.lines),
        chapter_files=record.read("chapter_files", fields.flag, usual.chapter_files),
        review=record.read("review", fields.flag, usual.review),
        check=record.read("check", fields.flag, usual.check),
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
        date=record.read("date", fields.moment, default.date),
        description=record.read("description", fields.words(4000), default.description),
        season=record.read("season", number, default.season),
        episode=record.read("episode", number, default.episode),
        type=record.read("type", fields.choice(_TYPES), default.type),
        explicit=record.read("explicit", fields.flag, default.explicit),
        link=record.read("link", fields.url, default.link),
        guid=record.read("guid", fields.title, default.guid),
        place=record.place("cover"),
    )
