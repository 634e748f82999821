"""Waves as they come -> 16-bit little-endian PCM, bare or as a WAV file, for a player to play."""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ..messages import Message
from ..mistakes import InputError, Place
from .language import tell

if TYPE_CHECKING:
    from ..audio.wave import Wave

_BARE = {"", ".pcm", ".raw", ".s16", ".s16le"}
_WAV = ".wav"
_SIZES = (4, 40)  # where a WAV file's two sizes lie
_UNKNOWN = 0xFFFFFFFF  # a size that players take for "until the end"


def check_target(target: str) -> None:
    """Raises `InputError` for a name whose suffix promises what PCM is not."""
    suffix = Path(target).suffix.lower()
    if target != "-" and suffix not in _BARE | {_WAV}:
        what = Message("What is streamed is 16-bit PCM, no {} file.", suffix)
        remedy = "Name it .wav or .pcm, or leave --stream out to make a finished file."
        raise InputError.at(Place("--stream"), what, remedy)


def write_pcm(waves: Iterator[Wave], target: str) -> None:
    """Write each wave the moment it is there. target: a file, or - for standard output.

    A name that ends in .wav gets a header, whose sizes are filled in at the end. What a player of
    bare PCM must be told, the rate, goes to standard error. A player that stops listening ends it
    quietly. The file is opened with the first wave: until then an older one stays as it was.
    """
    import numpy as np

    first = next(waves, None)
    if first is None:
        return
    tell(Message("{} Hz, 16 bits, mono", first.rate), err=True)
    with nullcontext(sys.stdout.buffer) if target == "-" else Path(target).open("wb") as file:
        if Path(target).suffix.lower() == _WAV:
            file.write(_header(first.rate))
        for wave in chain([first], waves):
            samples = np.clip(np.rint(wave.samples * 32_767), -32_768, 32_767)
            if not _written(file, samples.astype("<i2").tobytes()):
                return
        if Path(target).suffix.lower() == _WAV and file.seekable():
            _fill_in(file)


def _header(rate: int) -> bytes:
    """Of a WAV file of unknown length: 16 bits, mono."""
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate, 2 * rate, 2, 16)
    head = struct.pack("<4sI4s", b"RIFF", _UNKNOWN, b"WAVE")
    return head + form + struct.pack("<4sI", b"data", _UNKNOWN)


def _fill_in(file: BinaryIO) -> None:
    """Write the sizes into the header of a WAV file that has been written to its end."""
    end = file.seek(0, os.SEEK_END)
    for at in _SIZES:
        file.seek(at)
        file.write(struct.pack("<I", end - at - 4))


def _written(file: BinaryIO, data: bytes) -> bool:
    """Whether anybody still listens."""
    try:
        file.write(data)
        file.flush()
    except BrokenPipeError:
        return False
    return True
