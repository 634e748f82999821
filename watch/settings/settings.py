"""What a watched folder does and where its parts lie: plain values, their defaults sensible."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Literal, TypeAlias

from ...glmtts_runtime.options import EngineOptions
from ...scripts.disclosure import Disclosure
from ...scripts.output import USUAL
from ...scripts.script import Output
from .hook import Hook

Watching: TypeAlias = Literal["auto", "events", "poll"]

PLACEHOLDERS = ("name", "title", "date", "hash")
_PLACEHOLDER = re.compile(r"\{([a-z]*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One watched folder."""

    inbox: Path
    out: Path | None = None
    """None: `out` in the inbox; so for the next two."""
    done: Path | None = None
    failed: Path | None = None
    state: Path | None = None
    """Journal and private copies, on a local disk; None: in the user's own state folder."""

    scan: float = 2.0
    """s between two looks at the inbox"""
    settle: float = 5.0
    """s a file stays as it is before it is taken"""
    marked: bool = False
    """Take only YAML that ends in a line `...`, or what has an empty file NAME.ready beside it."""
    watching: Watching = "auto"
    """Whether file system events wake the scan: auto is no on network mounts."""

    jobs: int = 2
    """rendered at once"""
    largest: int = 16 << 20
    """bytes of a dropped file"""
    largest_asset: int = 1 << 30
    """bytes of a file that a script refers to"""
    low_water: int = 1 << 30
    """bytes free below which nothing is taken or begun"""
    retries: tuple[float, ...] = (5.0, 30.0, 120.0)
    """s before each further try of what may pass"""
    duplicates: Literal["skip", "render"] = "skip"
    roots: tuple[Path, ...] = ()
    """Folders that scripts may take files from, besides the inbox; trusted."""
    remember: int = 20_000
    """ended jobs kept in the journal"""

    engine: EngineOptions = field(default_factory=EngineOptions)
    voices: tuple[Path, ...] = ()
    """Folders of voices, searched before the user's own library."""
    lexicons: tuple[Path | str, ...] = ()
    """In front of every script's own: files, and bundled dictionaries by name."""
    output: Output = USUAL
    """Where a script says nothing of it."""
    disclosure: Disclosure = field(default_factory=Disclosure)
    """Where a script or a template says nothing of it."""
    naming: str = "{name}"
    """Of the folder of results in `out`; see `result_folder`."""
    keep_done: float | None = None
    """s until a script leaves `done`; None: it stays. So for the next two."""
    keep_failed: float | None = None
    keep_out: float | None = None
    hooks: tuple[Hook, ...] = ()

    def result_folder(self, *, name: str, title: str, date: str, content: str) -> PurePosixPath:
        """Where results go, relative to `out`, by the `naming`.

        `name` and `title` are file names; `date` is that of the arrival, as 2026-11-22; `content`
        is the hex digest of what was dropped.
        """
        values = {"name": name, "title": title, "date": date, "hash": content[:8]}
        return PurePosixPath(_PLACEHOLDER.sub(lambda found: values[found[1]], self.naming))
