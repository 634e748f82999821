"""An announcement whose lines are spoken -> its files, each with its line of the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ...atomic import replacing
from ...digests import file_digest
from ...glmtts_runtime.engine import Engine
from ...mistakes import Mistake
from ...progress import unwatched
from ...scripts.script import Format
from ..context import RenderContext
from ..delivery.audio_file import write_audio
from ..delivery.programme import Programme, programme
from ..delivery.publish import engine_entry
from ..schedule import schedule
from ..takes import Take
from .announcement import Announcement
from .voicing import SpokenLines, Voicing, announcement_script


@dataclass(frozen=True, slots=True)
class AnnouncementFile:
    """A file that is to be made."""

    format: Format
    name: str
    key: str
    """Of everything that shapes it."""


@dataclass(frozen=True, slots=True)
class AnnouncementJob:
    """An announcement and those of its files that are to be made."""

    announcement: Announcement
    files: tuple[AnnouncementFile, ...]


def laid_out(
    announcement: Announcement, spoken: SpokenLines, voicing: Voicing, context: RenderContext
) -> Programme | Mistake:
    """What is heard of an announcement, or why one of its lines could not be spoken."""
    script = announcement_script(announcement, voicing.template, seed=voicing.seed)
    takes: list[Take] = []
    for line in script.lines:
        take = spoken[line.speaker, line.text].take
        if not isinstance(take, Take):
            return Mistake(announcement.row.place, f'"{announcement.name}": {take}', "")
        takes.append(take)
    timeline = schedule(script, takes, voicing.sounds)
    sounds = voicing.sounds.values()
    return programme(script, timeline, context, announcement.name, sounds=sounds)


def write_file(programme: Programme, file: AnnouncementFile, folder: Path) -> dict[str, Any]:
    """Write a file whole; what the log tells of it as a file."""
    with replacing(folder / file.name) as temporary:
        _, length = write_audio(programme, file.format, temporary, unwatched)
        return {
            "sha256": file_digest(temporary),
            "bytes": temporary.stat().st_size,
            "seconds": round(length / programme.timeline.rate, 6),
        }


def log_line(
    file: AnnouncementFile,
    announcement: Announcement,
    spoken: SpokenLines,
    voicing: Voicing,
    *,
    engine: Engine,
    now: datetime,
) -> dict[str, Any]:
    """What the log tells of a file besides what it measures."""
    template = voicing.template
    return {
        "time": now.isoformat(timespec="milliseconds"),
        "file": file.name,
        "template": {"name": template.name, "sha256": template.digest},
        "row": announcement.row.number,
        "data": announcement.row.digest,
        "key": file.key,
        "said": [
            _in_one_language(language, lines, spoken)
            for language, lines in announcement.lines.items()
        ],
        "seed": voicing.seed,
        "engine": engine_entry(engine),
    }


def _in_one_language(
    language: str, lines: tuple[str, ...], spoken: SpokenLines
) -> Mapping[str, Any]:
    requests = [spoken[language, text].request for text in lines]
    voice = requests[0].voice
    return {
        "language": language,
        "text": list(lines),
        "spoken": [request.spoken.spoken for request in requests],
        "voice": {"name": voice.name, "digest": voice.digest},
    }
