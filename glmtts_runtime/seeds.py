"""A request's seed -> the seeds of everything drawn for it."""

from __future__ import annotations

import hashlib


def derived(seed: int, *path: object) -> int:
    """A seed of its own for each path, 0 <= seed < 2**63; equal for equal arguments, always."""
    text = "/".join(str(part) for part in (seed, *path))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1
