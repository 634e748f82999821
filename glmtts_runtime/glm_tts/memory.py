"""A device -> the memory that is free on it."""

from __future__ import annotations

from pathlib import Path

import torch

ROOM = 1 << 30
"""Bytes left to what the flow and the vocoder pass on."""


def free(device: torch.device) -> int | None:
    """Bytes that could be taken now; None where nobody tells."""
    if device.type == "cuda":
        unused, _ = torch.cuda.mem_get_info(device)
        # What torch holds and nothing uses can be taken as well.
        return unused + torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
    told = Path("/proc/meminfo")
    if device.type == "cpu" and told.is_file():
        for line in told.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return None


def has_room(device: torch.device, wanted: int) -> bool:
    """Whether so many bytes can be taken and `ROOM` is left."""
    unused = free(device)
    return wanted == 0 or unused is None or wanted + ROOM <= unused
