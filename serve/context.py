"""What the server speaks with, and how much of it at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..production.context import RenderContext
from .counters import Counters
from .jobs import Jobs
from .turns import Turns


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeContext:
    """Everything the handlers work with."""

    render: RenderContext
    """Its engine speaks for people who wait."""
    bulk: RenderContext
    """Its engine lets those go first."""
    turns: Turns
    jobs: Jobs
    counters: Counters
    scratch: Path
    """A folder for what is uploaded, gone with the server"""
