"""The `output` and `metadata` of a YAML script -> the files asked for and their tags."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from . import fields
from .file_name import file_name
from .findings import Findings
from .record import Record, table_at
from .script import Format, Metadata, Output
from .strict_yaml import Node

OUTPUT_KEYS = ("formats", "sample_rate", "channels", "loudness", "name", "stems", "lines")
METADATA_KEYS = ("author", "album", "cover", "date", "description")

USUAL = Output()
"""What scripts that say nothing of it get."""

_FORMATS: dict[str, Format] = {
    "mp3": "mp3", "m4a": "m4a", "opus": "opus", "wav": "wav", "flac": "flac",
}  # fmt: skip
_CHANNELS: dict[str, Literal[1, 2]] = {"mono": 1, "stereo": 2, "1": 1, "2": 2}


def read_output(node: Node | None, findings: Findings, usual: Output = USUAL) -> Output:
    """The output section; `usual` where it says nothing."""
    table = table_at(node, '"output"', findings)
    if table is None:
        return usual
    record = Record.of(table, OUTPUT_KEYS, findings)
    formats = record.read_list("formats", fields.choice(_FORMATS))
    output = Output(
        formats=formats or usual.formats,
        sample_rate=record.read("sample_rate", fields.sample_rate, usual.sample_rate),
        channels=record.read("channels", fields.choice(_CHANNELS), usual.channels),
        loudness=record.read("loudness", fields.loudness, usual.loudness),
        name=record.read("name", file_name),
        stems=record.read("stems", fields.flag, usual.stems),
        lines=record.read("lines", fields.flag, usual.lines),
        place=record.place("sample_rate"),
    )
    if len(set(formats)) < len(formats):
        findings.add(record.place("formats"), "A format is listed twice.", "List it once.")
    if table.get("formats") and not formats and not findings:
        findings.add(record.place("formats"), "No format is listed.", "Write `formats: [mp3]`.")
    return output


def read_metadata(node: Node | None, find: Callable[[str], Path], findings: Findings) -> Metadata:
    """The metadata section; empty where it says nothing."""
    table = table_at(node, '"metadata"', findings)
    if table is None:
        return Metadata()
    record = Record.of(table, METADATA_KEYS, findings)
    return Metadata(
        author=record.read("author", fields.title, ""),
        album=record.read("album", fields.title, ""),
        cover=record.read("cover", find),
        date=record.read("date", fields.date, ""),
        description=record.read("description", fields.words(4000), ""),
        place=record.place("cover"),
    )
