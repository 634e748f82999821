"""A TorchScript archive -> the same, after a look at the program inside it.

TorchScript runs in its own interpreter, without Python, but it is a program all the same and parts
of it may run while it loads. So its source is read first, and an archive is refused whose source
reaches for files or for operators outside torch. This narrows what a swapped file could do; it does
not make an untrusted one safe, so only the file of a checkpoint folder that a person named is read.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from ....messages import Message
from ....mistakes import InputError, Place
from .stored import AGAIN, DAMAGED

MOST_SOURCE = 16 * 2**20
"""Bytes of source in an archive."""
FORBIDDEN = re.compile(
    r"\b(?:from_file|torch\.save|torch\.load|aten::save|aten::load|torch\.classes|os\.|open\()"
    r"|\bops\.(?!prim\.|aten\.)"
)


def checked(path: Path) -> None:
    """Raises InputError for what is not such an archive, or reaches out of it."""
    place = Place(str(path))
    try:
        with zipfile.ZipFile(path) as archive:
            sources = [entry for entry in archive.infolist() if "/code/" in entry.filename]
            if sum(entry.file_size for entry in sources) > MOST_SOURCE:
                raise InputError.at(place, "holds more source than a vocoder has.", AGAIN)
            texts = [archive.read(e).decode("utf-8") for e in sources if e.filename.endswith(".py")]
    except DAMAGED as error:
        raise InputError.at(
            place, Message("is not a TorchScript file: {}.", error), AGAIN
        ) from error
    if not texts:
        raise InputError.at(place, "is not a TorchScript file: it holds no program.", AGAIN)
    for text in texts:
        if found := FORBIDDEN.search(text):
            what = Message(
                "its program uses {}, which no vocoder needs; it was not loaded.", found.group()
            )
            raise InputError.at(place, what, AGAIN)
