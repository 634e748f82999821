"""How busy a machine is with other things, so that a figure can say what it is worth."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from comfyui_glmtts.machine import cores

if sys.platform != "win32":
    import resource

QUIET = 0.95
"""The share of a core below which others are noticed."""


def load() -> float | None:
    """Processes that wanted to run in the last minute; None where the system does not count."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else None


def shared(seconds: float = 0.4) -> float:
    """The share of a core that a process got which wanted all of it."""
    start, spent = time.perf_counter(), time.process_time()
    while time.perf_counter() - start < seconds:
        pass
    return min(1.0, (time.process_time() - spent) / (time.perf_counter() - start))


def told() -> str:
    """A line about the machine's other work, and a warning where there is any."""
    share, waiting = shared(), load()
    line = f"{cores()} cores, a process got {100 * share:.0f} % of one"
    if waiting is not None:
        line += f", load {waiting:.1f}"
    if share < QUIET or (waiting or 0.0) > cores():
        line += ". NOT QUIET: trust ratios of CPU seconds, not times"
    return line


def peak() -> int:
    """Bytes this process held at most; 0 where the system does not tell."""
    if sys.platform == "win32":
        return 0
    status = Path("/proc/self/status")
    if status.is_file():  # rusage begins with what the process had that started this one
        held = status.read_text().partition("VmHWM:")[2].split()
        return int(held[0]) * 1024
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used if sys.platform == "darwin" else used * 1024


def work() -> float:
    """CPU seconds of this process and of those it started that have ended."""
    if sys.platform == "win32":
        return time.process_time()
    own, others = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime
