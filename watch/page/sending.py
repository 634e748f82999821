"""A file of a finished job -> the bytes a player asks for, read through the folder's jail."""

from __future__ import annotations

import asyncio
import os
from contextlib import ExitStack
from typing import BinaryIO
from urllib.parse import quote

from aiohttp import web

from ...documents.findings import UnfitError
from ...http_server.ranges import UnsatisfiableError, byte_range
from ..files.jail import open_inside
from ..jobs.job import Job
from .context import PageContext
from .view import manifest_of

_BLOCK = 256 << 10  # bytes
_LARGEST = 1 << 40
_TYPES = {
    ".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".m4b": "audio/mp4",
    ".opus": "audio/ogg", ".wav": "audio/wav",
    ".flac": "audio/flac", ".png": "image/png", ".json": "application/json",
    ".srt": "text/plain; charset=utf-8", ".vtt": "text/vtt; charset=utf-8",
}  # fmt: skip
_SHOWN = ("audio/", "image/")


async def send(
    request: web.Request, context: PageContext, job: Job, name: str
) -> web.StreamResponse:
    """Send the file `name`, if the job's manifest lists it; 404 for anything else."""
    with ExitStack() as stack:
        file = await asyncio.to_thread(_open, stack, context, job, name)
        if file is None:
            raise web.HTTPNotFound(text="There is no such file.\n")
        status = os.fstat(file.fileno())
        length = status.st_size
        headers = {**_headers(name), "ETag": f'"{status.st_mtime_ns:x}-{length:x}"'}
        try:
            asked = byte_range(_current_range(request, headers["ETag"]), length)
        except UnsatisfiableError:
            headers["Content-Range"] = f"bytes */{length}"
            raise web.HTTPRequestRangeNotSatisfiable(headers=headers) from None
        first, last = asked or (0, length)
        if asked:
            headers["Content-Range"] = f"bytes {first}-{last - 1}/{length}"
        answer = web.StreamResponse(status=206 if asked else 200, headers=headers)
        answer.content_length = last - first
        await answer.prepare(request)
        if request.method != "HEAD":
            await _copy(file, first, last, answer)
        return answer


def _open(stack: ExitStack, context: PageContext, job: Job, name: str) -> BinaryIO | None:
    """The open file, if it is one of the job's."""
    manifest = manifest_of(context, job) or {}
    if name not in [file.get("name") for file in manifest.get("files", ())]:
        return None
    try:
        out = context.service.layout.out
        return stack.enter_context(open_inside(out, f"{job.target}/{name}", limit=_LARGEST))
    except (OSError, UnfitError):
        return None


async def _copy(file: BinaryIO, first: int, last: int, answer: web.StreamResponse) -> None:
    file.seek(first)
    left = last - first
    while left > 0:
        block = await asyncio.to_thread(file.read, min(_BLOCK, left))
        if not block:
            return
        left -= len(block)
        await answer.write(block)


def _current_range(request: web.Request, tag: str) -> str | None:
    """The range asked for, unless it is one of a file that has changed since."""
    if request.headers.get("If-Range", tag) != tag:
        return None
    return request.headers.get("Range")


def _headers(name: str) -> dict[str, str]:
    suffix = name[name.rfind(".") :].lower() if "." in name else ""
    kind = _TYPES.get(suffix, "application/octet-stream")
    manner = "inline" if kind.startswith(_SHOWN) else "attachment"
    shown = quote(name.rpartition("/")[2], safe="")
    return {
        "Content-Type": kind,
        "Content-Disposition": f"{manner}; filename*=UTF-8''{shown}",
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
    }
