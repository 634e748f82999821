"""Files -> a short digest that changes when their contents do, without reading gigabytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

SAMPLES, SAMPLE = 16, 64 * 2**10
"""Stretches read of a large file, from its first byte to its last, and the bytes of each."""


def fingerprint(files: Iterable[Path]) -> str:
    """Hex; of the names, the sizes, and all of a small file or `SAMPLES` stretches of a large one.

    Other weights differ nearly everywhere, so that a sample tells them apart.
    """
    digest = hashlib.sha256()
    for file in files:
        size = file.stat().st_size
        digest.update(f"{file.name}\0{size}\0".encode())
        with file.open("rb") as opened:
            if size <= SAMPLES * SAMPLE:
                digest.update(opened.read())
                continue
            for number in range(SAMPLES):
                opened.seek((size - SAMPLE) * number // (SAMPLES - 1))
                digest.update(opened.read(SAMPLE))
    return digest.hexdigest()[:32]


def blob(file: Path) -> str:
    """The name git gives a file's contents, by which a repository's web pages show it."""
    digest = hashlib.sha1(f"blob {file.stat().st_size}\0".encode(), usedforsecurity=False)
    with file.open("rb") as opened:
        while block := opened.read(2**20):
            digest.update(block)
    return digest.hexdigest()
