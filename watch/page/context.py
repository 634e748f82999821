"""What the status page is about: a running service, its settings and its hooks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..hooks.outbox import Outbox
from ..service import Service
from ..settings.file import SettingsFile


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContext:
    """Everything the page looks at."""

    service: Service
    engine: Callable[[], str]
    """What speaks now, as people call it."""
    settings: SettingsFile | None = None
    outbox: Outbox | None = None
