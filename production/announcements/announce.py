"""Announcements -> a finished file each in a folder; what is there already as it should be, stays.

A run that was killed goes on where it stopped: a file gets its name whole, then its line in the
audit log, and what has no line is made again (from the same takes, to the same bytes).
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, TypeAlias

from ...atomic import TEMPORARY, InUseError, exclusive, replacing
from ...glmtts_runtime.engine import Cancel
from ...mistakes import InputError, Mistake, Place
from ...scripts.script import Format, Script, Sound
from ..cast import Cast, cast
from ..deliver import audio, check_output, programme
from ..mastering.master import Studio
from ..render import Report
from ..schedule import schedule
from ..sounds import SoundFile, read_sounds
from ..store import file_digest, key_of
from ..takes import Take
from .announcement import Announcement
from .audit import Entry, Log, finished, write_manifest
from .voicing import Spoken, Voicing, announcement_script, settings_key, speak, speakers

AT_ONCE = 64
"""Announcements whose lines are given to the engine together."""

_LOCK = f"{TEMPORARY}lock"
_TRIM = 16  # times AT_ONCE between two looks at the size of the store

Clock: TypeAlias = Callable[[], datetime]


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


def utc() -> datetime:
    """The clock on the wall."""
    return datetime.now(timezone.utc)


def announce(
    announcements: Sequence[Announcement],
    target: Path,
    voicing: Voicing,
    *,
    whole: bool = True,
    prune: bool = False,
    report: Report,
    cancel: Cancel,
    clock: Clock = utc,
) -> Announced:
    """Make every file that is not in `target` as it should be.

    whole: whether these are all announcements of the template, so that its other files are
    leftovers; `prune` deletes them. Raises `InputError` for what a person can fix. An announcement
    that fails keeps no other from being made.
    """
    try:
        target.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        what, remedy = "This is not a folder.", "Choose another one with --output."
        raise InputError.at(Place(str(target)), what, remedy) from None
    try:
        with exclusive(target / _LOCK), Log(target) as log:
            run = _Run.of(voicing, target, log, report=report, cancel=cancel, clock=clock)
            return run.all(announcements, whole=whole, prune=prune)
    except InUseError:
        raise InputError.at(
            Place(str(target)),
            "Another process is writing to this folder.",
            "Wait for it to finish, or choose another folder with --output.",
        ) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """An announcement of which files are to be made."""

    announcement: Announcement
    files: tuple[tuple[Format, str, str], ...]
    """Format, name and key of each."""


@dataclass(slots=True, kw_only=True)
class _Run:
    """One run: what all announcements share, and what was found in the folder."""

    voicing: Voicing
    target: Path
    log: Log
    report: Report
    cancel: Cancel
    clock: Clock
    voices: Cast
    sounds: dict[str, SoundFile]
    settings: str
    """The key of everything but the words that shapes a file."""
    entries: dict[str, Entry]

    @classmethod
    def of(
        cls,
        voicing: Voicing,
        target: Path,
        log: Log,
        *,
        report: Report,
        cancel: Cancel,
        clock: Clock,
    ) -> _Run:
        template, store = voicing.template, voicing.store
        place = Place(str(template.file))
        example = Script(
            file=template.file, title="", speakers=speakers(template), output=template.output
        )
        check_output(example)
        voices = cast(example, voicing.library)
        chimes = [chime for chime in (template.chime_before, template.chime_after) if chime]
        cues = [Sound(place=place, file=chime) for chime in chimes]
        sounds = read_sounds(cues, template.output.sample_rate, store)
        settings = settings_key(voicing, voices, sounds)
        return cls(
            voicing=voicing,
            target=target,
            log=log,
            report=report,
            cancel=cancel,
            clock=clock,
            voices=voices,
            sounds=sounds,
            settings=settings,
            entries=finished(target),
        )

    def all(self, announcements: Sequence[Announcement], *, whole: bool, prune: bool) -> Announced:
        jobs = [job for one in announcements if (job := self._job(one)).files]
        files = tuple(name for one in announcements for name in self._names(one))
        self._check_owners(files)
        done, failed, rendered = len(announcements) - len(jobs), list[Mistake](), list[str]()
        self.report("announce", done, len(announcements))
        for number, start in enumerate(range(0, len(jobs), AT_ONCE), 1):
            part = jobs[start : start + AT_ONCE]
            for ending in self._make(part):
                done += 1
                if isinstance(ending, Mistake):
                    failed.append(ending)
                else:
                    rendered += ending
                self.report("announce", done, len(announcements))
            if number % _TRIM == 0:
                self.voicing.store.trim()
        removed = self._leftovers(files) if whole else ()
        if prune:
            self._prune(removed)
        self.voicing.store.trim()
        write_manifest(self.target, self.entries.values())
        return Announced(
            folder=self.target,
            files=files,
            rendered=tuple(rendered),
            kept=len(files) - sum(len(job.files) for job in jobs),
            failed=tuple(failed),
            removed=removed,
            pruned=prune,
        )

    def _names(self, announcement: Announcement) -> list[str]:
        return [announcement.file(format) for format in self.voicing.template.output.formats]

    def _job(self, announcement: Announcement) -> _Job:
        """The files of an announcement that are not as they should be."""
        said = json.dumps(announcement.said, ensure_ascii=False)
        stale = []
        for format in self.voicing.template.output.formats:
            name = announcement.file(format)
            key = key_of(self.settings, format, said)
            entry = self.entries.get(name)
            if entry is None or entry.key != key or not self._is_there(entry):
                stale.append((format, name, key))
        return _Job(announcement=announcement, files=tuple(stale))

    def _is_there(self, entry: Entry) -> bool:
        try:
            return (self.target / entry.file).stat().st_size == entry.bytes
        except OSError:
            return False

    def _check_owners(self, files: Sequence[str]) -> None:
        """Raise `InputError` for names that belong to files of other templates."""
        own = self.voicing.template.name
        mistakes = [
            Mistake(
                Place(str(self.target / name)),
                f'This file is of the template "{self.entries[name].template}".',
                "Choose another folder, or another `name` in the template.",
            )
            for name in files
            if name in self.entries and self.entries[name].template != own
        ]
        if mistakes:
            raise InputError(mistakes[:100])

    def _make(self, jobs: Sequence[_Job]) -> Iterator[list[str] | Mistake]:
        """Speak and write some announcements; gives the names of each one's files, or why not."""
        wanted = [job.announcement for job in jobs]
        spoken = speak(
            wanted,
            self.voices,
            self.voicing,
            progress=lambda done, total: self.report("speak", done, total),
            cancel=self.cancel,
        )
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for ending in pool.map(lambda job: self._write(job, spoken), jobs):
                if isinstance(ending, Mistake):
                    yield ending
                    continue
                self.log.append(ending)
                for line in ending:
                    self.entries[line["file"]] = Entry.of(line)
                yield [line["file"] for line in ending]

    def _write(
        self,
        job: _Job,
        spoken: Spoken,
    ) -> list[dict[str, Any]] | Mistake:
        """Write the files of one announcement; gives their lines of the log."""
        announcement = job.announcement
        script = announcement_script(announcement, self.voicing.template, seed=self.voicing.seed)
        takes: list[Take] = []
        for line in script.lines:
            take = spoken[line.speaker, line.text].take
            if isinstance(take, Exception):
                return Mistake(announcement.row.place, f'"{announcement.name}": {take}', "")
            takes.append(take)
        output = script.output
        timeline = schedule(
            script, takes, self.sounds, rate=output.sample_rate, channels=output.channels
        )
        studio = Studio(
            store=self.voicing.store,
            sounds={sound.digest: sound for sound in self.sounds.values()},
            cancel=self.cancel,
        )
        whole = programme(script, timeline, studio, announcement.name)
        lines = []
        for format, name, key in job.files:
            with replacing(self.target / name) as temporary:
                _, length = audio(whole, format, temporary, lambda _what, _done, _total: None)
                made = {
                    "sha256": file_digest(temporary),
                    "bytes": temporary.stat().st_size,
                    "seconds": round(length / output.sample_rate, 6),
                }
            lines.append(self._line(announcement, name, key, spoken) | made)
        return lines

    def _line(
        self,
        announcement: Announcement,
        name: str,
        key: str,
        spoken: Spoken,
    ) -> dict[str, Any]:
        """What the log tells of a file besides what it measures."""
        template, engine = self.voicing.template, self.voicing.engine
        said = []
        for language, lines in announcement.said.items():
            asked = [spoken[language, text].request for text in lines]
            said.append(
                {
                    "language": language,
                    "text": list(lines),
                    "spoken": [request.spoken.spoken for request in asked],
                    "voice": {"name": asked[0].voice.name, "digest": asked[0].voice.digest},
                }
            )
        return {
            "time": self.clock().isoformat(timespec="milliseconds"),
            "file": name,
            "template": {"name": template.name, "sha256": template.digest},
            "row": announcement.row.number,
            "data": announcement.row.digest,
            "key": key,
            "said": said,
            "seed": self.voicing.seed,
            "engine": {"name": engine.name, "fingerprint": engine.fingerprint},
        }

    def _leftovers(self, files: Sequence[str]) -> tuple[str, ...]:
        own, wanted = self.voicing.template.name, set(files)
        return tuple(
            sorted(
                name
                for name, entry in self.entries.items()
                if entry.template == own and name not in wanted
            )
        )

    def _prune(self, names: Sequence[str]) -> None:
        """Delete files, and tell the log so. Only plain names are ever deleted."""
        for name in names:
            if Path(name).name == name:
                (self.target / name).unlink(missing_ok=True)
            self.log.append([{"time": self.clock().isoformat(), "removed": name}])
            del self.entries[name]
