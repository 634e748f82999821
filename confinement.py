"""What a worker process gives up before it reads what strangers wrote: memory, files, processes.

POSIX only: Windows has no such limits for a process on itself, macOS none on memory that it keeps.
"""

from __future__ import annotations

import math
import os
import sys
import time
from contextlib import suppress


def confine(*, memory: int, descriptors: int) -> None:
    """Take away what this process needs no longer.

    memory: bytes of address space on top of what it has now (Linux); descriptors: numbers below
    which new ones may be. Nothing can be written to files, no process started, no core dumped.
    """
    if sys.platform == "win32":
        return
    import resource

    def lower(limit: int, value: int) -> None:
        hard = resource.getrlimit(limit)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        with suppress(OSError, ValueError):  # a system that does not know the limit
            resource.setrlimit(limit, (value, value))

    if sys.platform == "linux":
        lower(resource.RLIMIT_AS, _address_space() + memory)
    lower(resource.RLIMIT_CORE, 0)
    lower(resource.RLIMIT_FSIZE, 0)
    lower(resource.RLIMIT_NOFILE, descriptors)
    if hasattr(resource, "RLIMIT_NPROC"):
        lower(resource.RLIMIT_NPROC, 0)


def grant(seconds: int) -> None:
    """Let the process use so many seconds of the processor more, then end it.

    This is for a worker whose parent is gone; a parent that is there watches the clock.
    """
    if sys.platform == "win32":
        return
    import resource

    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    soft = math.ceil(time.process_time()) + seconds
    if hard == resource.RLIM_INFINITY or soft < hard:
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _address_space() -> int:
    """Bytes this process has mapped, on Linux; a generous guess where /proc is hidden."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 - no pathlib in a worker
            pages = int(file.read().split()[0])
    except OSError:
        return 1 << 30
    return pages * os.sysconf("SC_PAGE_SIZE")
