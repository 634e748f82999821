"""What a watched folder does and where its parts lie: plain values, their defaults sensible."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

Watching: TypeAlias = Literal["auto", "events", "poll"]


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
