"""What this machine gives a process: cores to work on, the user's folders to keep things in."""

from __future__ import annotations

import os
from pathlib import Path

_NAME = "glmtts"


def cores() -> int:
    """CPUs this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def cache_folder() -> Path:
    """The user's place for what can be made again."""
    import platformdirs

    return Path(platformdirs.user_cache_dir(_NAME, appauthor=False))


def data_folder() -> Path:
    """The user's place for what is to stay: voices, weights."""
    import platformdirs

    return Path(platformdirs.user_data_dir(_NAME, appauthor=False))


def state_folder() -> Path:
    """The user's place for what is remembered from one run to the next."""
    import platformdirs

    return Path(platformdirs.user_state_dir(_NAME, appauthor=False))
