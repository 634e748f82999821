"""Announcements -> a finished file each in a folder; what is there already as it should be, stays.

A run that was killed goes on where it stopped: a file gets its name whole, then its line in the
audit log, and what has no line is made again (from the same takes, to the same bytes).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...documents.file_name import same_file
from ...machine import cores
from ...messages import Message
from ...mistakes import InputError, Mistake
from ...templates.announcement import Template
from ..context import RenderContext
from ..delivery.deliverable import produce_id
from ..made import made_file, voice_entry
from ..store import key_of
from .announcement import Announcement
from .files import AnnouncementFile, AnnouncementJob, laid_out, log_line, write_file
from .folder import AnnouncementFolder, Clock, utc
from .label import NAME as LABEL
from .label import daily_label
from .voicing import SpokenLines, Voicing, speak

AT_ONCE = 64
"""Announcements whose lines are given to the engine together."""

_TRIM = 16  # times AT_ONCE between two looks at the size of the store


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """How a run ended."""

    folder: Path
    files: tuple[str, ...]
    """All the announcements asked for have, in order."""
    rendered: tuple[str, ...]
    """Those that were made or made anew."""
    kept: int
    """How many were as they should be."""
    failed: tuple[Mistake, ...]
    """One for each announcement that could not be spoken."""
    removed: tuple[str, ...]
    """Files of this template that no row asks for any more."""
    pruned: bool
    """Whether those were deleted."""


def announce(
    announcements: Sequence[Announcement],
    target: Path,
    voicing: Voicing,
    context: RenderContext,
    *,
    whole: bool = True,
    prune: bool = False,
    clock: Clock = utc,
) -> Announced:
    """Make every file that is not in `target` as it should be.

    whole: whether these are all announcements of the template, so that its other files are
    leftovers; `prune` deletes them. Raises `InputError` for what a person can fix. An announcement
    that fails keeps no other from being made.
    """
    template = voicing.template
    announcements = _with_label(announcements, template)
    formats = template.output.formats
    files = tuple(one.file(format) for one in announcements for format in formats)
    with AnnouncementFolder.opened(target, clock) as folder:
        folder.check_owner(template.name, files)
        jobs = [job for one in announcements if (job := _job(one, voicing, folder)).files]
        endings = list(_endings(jobs, len(announcements), folder, voicing, context))
        removed = folder.leftovers(template.name, files) if whole else ()
        if prune:
            folder.delete(removed)
        context.store.trim()
        folder.write_manifest()
    return Announced(
        folder=target,
        files=files,
        rendered=tuple(
            name for ending in endings if not isinstance(ending, Mistake) for name in ending
        ),
        kept=len(files) - sum(len(job.files) for job in jobs),
        failed=tuple(ending for ending in endings if isinstance(ending, Mistake)),
        removed=removed,
        pruned=prune,
    )


def _with_label(
    announcements: Sequence[Announcement], template: Template
) -> Sequence[Announcement]:
    """Also the one that is the label alone, where that is wanted.

    Raises `InputError` for a row whose file is called like it.
    """
    label = daily_label(template)
    if label is None:
        return announcements
    for one in announcements:
        if same_file(one.name) == LABEL:
            what = Message('"{}" is the file with the label that is heard.', LABEL)
            raise InputError.at(one.row.place, what, "Give the row another name.")
    return (*announcements, label)


def _job(
    announcement: Announcement, voicing: Voicing, folder: AnnouncementFolder
) -> AnnouncementJob:
    """The files of an announcement that are not as they should be."""
    words = json.dumps(announcement.lines, ensure_ascii=False)
    files = (
        AnnouncementFile(format, announcement.file(format), key_of(voicing.key, format, words))
        for format in voicing.template.output.formats
    )
    return AnnouncementJob(
        announcement, tuple(file for file in files if not folder.has(file.name, file.key))
    )


def _endings(
    jobs: Sequence[AnnouncementJob],
    total: int,
    folder: AnnouncementFolder,
    voicing: Voicing,
    context: RenderContext,
) -> Iterator[list[str] | Mistake]:
    """Make all files that are wanted; gives the names of each one's files, or why it failed."""
    done = total - len(jobs)
    context.report("announce", done, total)
    for number, start in enumerate(range(0, len(jobs), AT_ONCE), 1):
        for ending in _make(jobs[start : start + AT_ONCE], folder, voicing, context):
            done += 1
            yield ending
            context.report("announce", done, total)
        if number % _TRIM == 0:
            context.store.trim()


def _make(
    jobs: Sequence[AnnouncementJob],
    folder: AnnouncementFolder,
    voicing: Voicing,
    context: RenderContext,
) -> Iterator[list[str] | Mistake]:
    """Speak the lines of some announcements together, then write the files of each."""
    spoken = speak([job.announcement for job in jobs], voicing, context)

    def written(job: AnnouncementJob) -> list[dict[str, Any]] | Mistake:
        return _written(job, spoken, folder, voicing, context)

    with ThreadPoolExecutor(cores()) as pool:
        for lines in pool.map(written, jobs):
            if isinstance(lines, Mistake):
                yield lines
                continue
            folder.add(lines)
            _note(lines, folder, voicing, context)
            yield [line["file"] for line in lines]


def _note(
    lines: Sequence[dict[str, Any]],
    folder: AnnouncementFolder,
    voicing: Voicing,
    context: RenderContext,
) -> None:
    """Note finished files in the log of what was made, too."""
    if context.labelling.log is None:
        return
    made = [
        made_file(path, line["sha256"], produce_id(path), context.labelling)
        for line in lines
        for path in [folder.path / line["file"]]
    ]
    template = voicing.template
    context.labelling.log.record(
        "announce",
        context.labelling.with_producer(template.disclosure),
        made,
        language=template.languages[0],
        source=template.file.name,
        engine=context.engine.name,
        voices={name: voice_entry(voice) for name, voice in voicing.cast.voices.items()},
    )


def _written(
    job: AnnouncementJob,
    spoken: SpokenLines,
    folder: AnnouncementFolder,
    voicing: Voicing,
    context: RenderContext,
) -> list[dict[str, Any]] | Mistake:
    """Write the files of one announcement; gives their lines of the log."""
    one = job.announcement
    whole = laid_out(one, spoken, voicing, context)
    if isinstance(whole, Mistake):
        return whole
    lines = []
    for file in job.files:
        measured = write_file(whole, file, folder.path)
        now = folder.clock()
        line = log_line(file, one, spoken, voicing, engine=context.engine, now=now)
        lines.append(line | measured)
    return lines
