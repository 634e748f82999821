"""Files -> the SHA-256 by which their contents are told apart and checked."""

from __future__ import annotations

import hashlib
from pathlib import Path

_BLOCK = 1 << 20  # bytes


def file_digest(*files: Path) -> str:
    """Hex SHA-256 of the bytes of files, one after the other. Raises OSError."""
    digest = hashlib.sha256()
    for path in files:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    return digest.hexdigest()
