"""Files that are to be kept for a while only -> gone after it: scripts done, failures, results.

A file's own times say when it was written and not when it came here, so the sweep remembers when it
first saw each. A memory that is lost makes things stay longer, never shorter.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from ..atomic import TEMPORARY, write_text
from ..production.delivery.publish import GENERATOR, MANIFEST
from .files.fence import fenced
from .settings.layout import Layout
from .settings.settings import Settings

_DAY = 86_400.0  # s
_MEMORY = "retention.json"
_DEEPEST = 4  # parts of a folder of results, by the naming

_log = logging.getLogger(__name__)


def sweep(settings: Settings, layout: Layout, now: float) -> list[Path]:
    """Remove what has been there for longer than the settings keep it; returns what was removed.

    Uploads that a death of the process left unfinished go too, after a day.
    `now` is in seconds since 1970. Raises OSError for what the disk does.
    """
    memory = _read(layout.state / _MEMORY)
    seen: dict[str, float] = {}
    removed = list(_abandoned(layout.inbox, now))
    for path, keep in _kept(settings, layout):
        mark = _mark(path)
        if mark is None:
            continue
        since = min(memory.get(mark, now), now)
        seen[mark] = since
        if now - since > keep:
            with fenced(f"{path} cannot be removed"):
                _remove(path, layout)
                removed.append(path)
                del seen[mark]
                _log.info("removed %s, kept for %.0f days", path, keep / _DAY)
    if seen != memory:
        write_text(layout.state / _MEMORY, json.dumps(seen, indent=1))
    return removed


def forget(layout: Layout) -> None:
    """Take everything for new: the clock was set, and the times noted so far were of another."""
    (layout.state / _MEMORY).unlink(missing_ok=True)


def _kept(settings: Settings, layout: Layout) -> Iterator[tuple[Path, float]]:
    """Everything that will go, and how many seconds it is kept."""
    for folder, keep in ((layout.done, settings.keep_done), (layout.failed, settings.keep_failed)):
        if keep is not None and folder.is_dir():
            files = sorted(folder.iterdir())
            yield from ((file, keep) for file in files if not file.name.startswith(TEMPORARY))
    if settings.keep_out is not None and layout.out.is_dir():
        for folder in sorted(_results(layout.out, _DEEPEST)):
            yield folder, settings.keep_out


def _abandoned(inbox: Path, now: float) -> Iterator[Path]:
    """Removes uploads of the page that nobody will finish."""
    for part in inbox.glob(f"{TEMPORARY}*.part"):
        with fenced(f"{part} cannot be removed"):
            if now - part.lstat().st_mtime > _DAY:
                part.unlink()
                yield part


def _results(folder: Path, deepest: int) -> Iterator[Path]:
    """Folders of results inside another: those with a manifest that we wrote."""
    with os.scandir(folder) as entries:
        below = [entry for entry in entries if entry.is_dir(follow_symlinks=False)]
    for entry in below:
        path = Path(entry.path)
        if entry.name.startswith(TEMPORARY):
            continue
        if _ours(path / MANIFEST):
            yield path
        elif deepest > 1:
            yield from _results(path, deepest - 1)


def _ours(manifest: Path) -> bool:
    try:
        written = json.loads(manifest.read_text("utf-8"))["generator"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return isinstance(written, str) and written.startswith(GENERATOR)


def _mark(path: Path) -> str | None:
    """What tells a file from a later one of its name; for results their manifest does."""
    try:
        folder = path.is_dir() and not path.is_symlink()
        status = (path / MANIFEST if folder else path).lstat()
    except OSError:
        return None
    return f"{path}|{status.st_mtime_ns}|{status.st_size}|{status.st_ino}"


def _remove(path: Path, layout: Layout) -> None:
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
        return
    away = path.with_name(f"{TEMPORARY}{layout.service}-old")
    shutil.rmtree(away, ignore_errors=True)
    path.rename(away)  # at once, and never half
    shutil.rmtree(away)
    above = path.parent
    while above != layout.out and not any(above.iterdir()):
        above.rmdir()
        above = above.parent


def _read(path: Path) -> dict[str, float]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {key: float(at) for key, at in found.items() if isinstance(at, (int, float))}
