"""What this machine gives a process: cores to work on, the user's folders to keep things in."""

from __future__ import annotations

import os
import platform
from pathlib import Path

_NAME = "glmtts"
_QUOTA = Path("/sys/fs/cgroup/cpu.max")
_CPUS = Path("/sys/devices/system/cpu")


def cores() -> int:
    """CPUs this process may use: those it is let on, no more than a container's share of time."""
    return _within(len(_let_on()), _QUOTA)


def physical_cores(cpus: Path = _CPUS) -> int:
    """The same, threads of one core counted once: two of them multiply no faster than one.

    cpus: the system's folder of them; where it has none every CPU counts.
    """
    siblings = set()
    for cpu in _let_on():
        listed = cpus / f"cpu{cpu}" / "topology" / "thread_siblings_list"
        siblings.add(listed.read_text("ascii").strip() if listed.is_file() else str(cpu))
    return _within(len(siblings), _QUOTA)


def _let_on() -> set[int]:
    if hasattr(os, "sched_getaffinity"):
        return os.sched_getaffinity(0)
    return set(range(os.cpu_count() or 1))


def _within(count: int, quota: Path) -> int:
    """So many CPUs, or fewer where `cpu.max` ("200000 100000": microseconds of a period, of how
    many) has a process wait with them.
    """
    if quota.is_file():
        share, _, period = quota.read_text("ascii").strip().partition(" ")
        if share.isdigit() and period.isdigit() and int(period):
            count = min(count, -(-int(share) // int(period)))
    return max(1, count)


def processor() -> str:
    """The CPU's name, as its maker calls it where the system tells."""
    listed = Path("/proc/cpuinfo")
    if listed.is_file():
        for line in listed.read_text("utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


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
