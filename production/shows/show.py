"""A show's folder and its finished episodes: what has changed, and what its feed tells."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from ...atomic import write_bytes
from ...audio.tags import read_picture
from ...digests import file_digest
from ...messages import Message
from ...mistakes import InputError, Mistake, Place
from ...scripts.show import Show
from ..delivery.publish import MANIFEST
from ..text_tracks.notes import NotedChapter
from .feed import FEED, PublishedEpisode, feed, is_due
from .feed_check import Problem, cover_problems, problems
from .feed_xml import MOST_BYTES, from_bytes, to_bytes
from .starter import PLACEHOLDERS

OUT = "out"
"""What a web server is given: a folder per episode, the cover and the feed."""

_MOST_BYTES = 64 << 20  # of a manifest


def out_folder(show: Show, episode: Path) -> Path:
    """Where an episode's files go."""
    return show.folder / OUT / episode.stem


def is_current(folder: Path, made_from: str) -> bool:
    """Whether a folder holds all files of what has this digest, none of them cut short."""
    manifest = _manifest(folder / MANIFEST)
    if manifest is None or manifest.get("made_from") != made_from:
        return False
    sizes = {folder / file["name"]: file["bytes"] for file in manifest["files"]}
    return all(path.is_file() and path.stat().st_size == size for path, size in sizes.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenFeed:
    """A feed that was written."""

    file: Path
    episodes: int
    """Listed in it."""
    waiting: tuple[PublishedEpisode, ...]
    """Finished, but dated later than now."""
    warnings: tuple[Mistake, ...]
    """What directories would advise against."""


def write_feed(show: Show, now: datetime) -> WrittenFeed:
    """Bring the show's feed up to date, and its cover beside it.

    An episode dated later than `now` waits. Raises `InputError` with all that directories would
    refuse; the feed then is as it was.
    """
    _check_placeholders(show)
    path = show.folder / OUT / FEED
    before = _read(path)
    episodes = list(_published(show))
    due = [episode for episode in episodes if is_due(episode, now)]
    picture = read_picture(show.cover, Place(str(show.file))) if show.cover else None
    name = f"cover-{file_digest(show.cover)[:8]}{show.cover.suffix.lower()}" if show.cover else None
    root = feed(show, due, cover=name, before=before, now=now)
    data = to_bytes(root)
    found = [*problems(from_bytes(data)), *(cover_problems(picture) if picture else ())]
    fatal = [_mistake(problem, show) for problem in found if problem.fatal]
    if fatal:
        raise InputError(fatal)
    if picture and name and not (path.parent / name).is_file():
        write_bytes(path.parent / name, picture.data)
    if data != before:
        write_bytes(path, data)
    return WrittenFeed(
        file=path,
        episodes=_listed(root),
        waiting=tuple(episode for episode in episodes if episode not in due),
        warnings=tuple(_mistake(problem, show) for problem in found if not problem.fatal),
    )


def _check_placeholders(show: Show) -> None:
    """Raise `InputError` for what a new show has in place of what only its maker knows."""
    said = {
        "title": show.title,
        "author": show.author,
        "owner.email": show.owner_email,
        "link": show.link,
        "url": show.url,
    }
    mistakes = [
        Mistake(
            Place(str(show.file)),
            Message('"{}" is still the example of a new show: {}', key, said[key]),
            "Write your own before anybody subscribes.",
        )
        for key, example in PLACEHOLDERS.items()
        if said[key] == example
    ]
    if mistakes:
        raise InputError(mistakes)


def _listed(root: ET.Element) -> int:
    return len(root.findall("channel/item"))


def _mistake(problem: Problem, show: Show) -> Mistake:
    """A problem with its place: the show's file, and the episode's title where it is one's."""
    if problem.where == "show":
        return Mistake(Place(str(show.file)), problem.what, problem.remedy)
    return Mistake(Place(str(show.file.parent)), f"{problem.where}: {problem.what}", problem.remedy)


def _published(show: Show) -> Iterator[PublishedEpisode]:
    """Every finished episode, in the order of the folders' names."""
    for path in sorted((show.folder / OUT).glob(f"*/{MANIFEST}")):
        manifest = _manifest(path)
        if manifest is None:
            what, remedy = "This is no manifest.", "Delete its folder and render it again."
            raise InputError.at(Place(str(path)), what, remedy)
        yield PublishedEpisode(
            name=path.parent.name,
            title=manifest["title"],
            seconds=manifest["seconds"],
            files={file["name"]: file["bytes"] for file in manifest["files"]},
            chapters=[
                NotedChapter(seconds=mark["start"], title=mark["title"], url=mark.get("url"))
                for mark in manifest["chapters"]
            ],
            speakers=list(manifest["voices"]),
            generated=any("produce_id" in file for file in manifest["files"]),
            **{key: manifest["metadata"][key] for key in _METADATA if key in manifest["metadata"]},
        )


_METADATA: Sequence[str] = (
    "description", "author", "date", "season", "episode", "type", "explicit", "link", "guid",
)  # fmt: skip


def _manifest(path: Path) -> dict[str, Any] | None:
    """A manifest of this version; None for anything else."""
    try:
        manifest = json.loads(_read(path, _MOST_BYTES) or b"null")
    except ValueError:
        return None
    known = isinstance(manifest, dict) and manifest.get("version") == 1 and "metadata" in manifest
    return manifest if known else None


def _read(path: Path, most: int = MOST_BYTES) -> bytes | None:
    """The bytes of a file; None where there is none."""
    if not path.is_file():
        return None
    if path.stat().st_size > most:
        raise InputError.at(Place(str(path)), "This file is too large.", "Move it away.")
    return path.read_bytes()
