"""Waves as they come -> 16-bit little-endian PCM without a header, for a player to play."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from ..audio.wave import Wave


def write_pcm(waves: Iterator[Wave], target: str) -> None:
    """Write each wave the moment it is there. target: a file, or - for standard output.

    What a player must be told, the rate, goes to standard error. A player that stops listening
    ends it quietly.
    """
    import numpy as np

    with nullcontext(sys.stdout.buffer) if target == "-" else Path(target).open("wb") as file:
        for number, wave in enumerate(waves):
            if number == 0:
                print(f"{wave.rate} Hz, 16 bits, mono", file=sys.stderr)
            samples = np.clip(np.rint(wave.samples * 32_767), -32_768, 32_767)
            if not _written(file, samples.astype("<i2").tobytes()):
                return


def _written(file: BinaryIO, data: bytes) -> bool:
    """Whether anybody still listens."""
    try:
        file.write(data)
        file.flush()
    except BrokenPipeError:
        return False
    return True
