"""A file with sound in it, and its header once that is known -> the header before the sound."""

from __future__ import annotations

from typing import BinaryIO

STEP = 1 << 20  # bytes moved at a time


def replace_head(file: BinaryIO, size: int, head: bytes) -> None:
    """Put `head` in place of the first `size` bytes, which are at most as many."""
    growth = len(head) - size
    assert growth >= 0, "a file only grows"
    end = file.seek(0, 2)
    while growth and end > size:
        start = max(size, end - STEP)
        file.seek(start)
        part = file.read(end - start)
        file.seek(start + growth)
        file.write(part)
        end = start
    file.seek(0)
    file.write(head)
