"""The name of the processor."""

from __future__ import annotations

import platform
from pathlib import Path


def name() -> str:
    """As its maker calls it, where the system tells."""
    listed = Path("/proc/cpuinfo")
    if listed.is_file():
        for line in listed.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
