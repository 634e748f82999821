"""A file sent by a browser -> the same file in the inbox, whole, under a name that is free."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterable
from pathlib import Path, PurePath

from ...atomic import TEMPORARY, sync
from ...documents.file_name import file_name
from ...documents.findings import UnfitError
from ...glmtts_runtime.voices.library import AUDIO
from ...messages import Message
from ..files.exchange import move
from ..intake.names import ignored
from ..jobs.job import kind_of
from ..service import Service

_OTHERS = (*AUDIO, ".png", ".jpg", ".jpeg", ".csv", ".tsv", ".pls")


class TakenError(FileExistsError):
    """A file of that name waits in the inbox already."""


async def drop(service: Service, name: str, content: AsyncIterable[bytes], *, urgent: bool) -> str:
    """Put what is sent into the inbox; returns its name there.

    Raises `UnfitError` for a name or a size that cannot be taken, `TakenError`, and OSError.
    """
    settings, layout = service.settings, service.layout
    name = checked_name(name)
    limit = settings.largest if kind_of(name) else settings.largest_asset
    folder = layout.urgent if urgent and kind_of(name) else layout.inbox
    descriptor, part = tempfile.mkstemp(prefix=TEMPORARY, suffix=".part", dir=layout.inbox)
    path = Path(part)
    try:
        with os.fdopen(descriptor, "wb") as file:
            size = 0
            async for block in content:
                size += len(block)
                if size > limit:
                    raise UnfitError(
                        Message("The file is larger than {:.0f} MB.", limit / 1000000.0),
                        "Split it.",
                    )
                await asyncio.to_thread(file.write, block)
        if not size:
            raise UnfitError("The file is empty.", "Choose another.")
        if await asyncio.to_thread(_publish, path, folder, name) is None:
            raise TakenError(name)
    finally:
        path.unlink(missing_ok=True)
    return name


def checked_name(name: str) -> str:
    """The name in NFC; raises `UnfitError` for one that is unsafe or of no use in an inbox."""
    plain = PurePath(name)
    if kind_of(name) is None and plain.suffix.lower() not in _OTHERS:
        known = "Send a .yaml, .txt, .srt, .jsonl or .json file, a recording or a picture."
        raise UnfitError(
            Message("A file of this kind ({}) is not taken.", plain.suffix or "none"), known
        )
    # An audio suffix is cut off by `file_name`, so the stem is checked alone.
    stem = file_name(name[: len(name) - len(plain.suffix)])
    if ignored(stem + plain.suffix):
        raise UnfitError("This is the name of an unfinished file.", "Rename it.")
    return stem + plain.suffix


def _publish(part: Path, folder: Path, name: str) -> Path | None:
    part.chmod(0o644)
    sync(part)
    return move(part, folder, (name,))
