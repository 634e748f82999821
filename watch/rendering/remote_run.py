"""A prompt and the files it needs -> what a running ComfyUI made of it, fetched into a folder."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import TypeVar

from ...messages import Message
from ...mistakes import InputError
from ...progress import Cancel, Report, unwatched
from ...workflows.answers import public
from ...workflows.client import Server, connected
from ...workflows.prompt import Prompt
from ...workflows.results import remote_files
from ...workflows.settings import check, fill
from ...workflows.tracker import NODES

T = TypeVar("T")

_POLL = 0.2  # s between two looks at whether a job is still wanted


class AwayError(OSError):
    """The server does not answer; it may soon."""


def talk(url: str, work: Coroutine[None, None, T], cancel: Cancel = unwatched) -> T:
    """Run what talks to the server at `url`, which ends when `cancel` raises.

    Raises `AwayError` where nothing answers, and what `work` and `cancel` raise.
    """
    try:
        return asyncio.run(_while_wanted(work, cancel))
    except InputError as error:
        if any(mistake.place.file == "--server" for mistake in error.mistakes):
            raise AwayError(str(error)) from None
        raise
    except asyncio.TimeoutError:
        raise AwayError(Message("The ComfyUI at {} does not answer.", public(url))) from None


async def errand(
    url: str,
    prompt: Prompt,
    files: Mapping[str, Path],
    *,
    where: str,
    folder: Path,
    report: Report,
) -> list[Path]:
    """Upload `files` by their names below `where`, run the prompt, fetch what it saved."""

    def report_phase(phase: str, done: int, total: int) -> None:
        if phase != NODES:
            report(phase, done, total)

    async with connected(url) as server:
        catalogue = await server.catalogue()
        check(prompt, catalogue, "--server")
        for name, path in files.items():
            await _upload(server, path, f"{where}/{name}")
        outputs = await server.run(fill(prompt, catalogue), where, report_phase)
        found = remote_files(outputs)
        saved = [file for file in found if file.type == "output"] or found
        return [await server.fetch(file, folder) for file in saved]


async def _upload(server: Server, path: Path, name: str) -> None:
    sent = await server.upload(path, name=name)
    if sent != name:  # others have put something else there
        raise RuntimeError(f"The server keeps {name} as {sent}.")


async def _while_wanted(work: Coroutine[None, None, T], cancel: Cancel) -> T:
    task = asyncio.ensure_future(work)
    while True:
        done, _ = await asyncio.wait({task}, timeout=_POLL)
        if done:
            return task.result()
        try:
            cancel()
        except BaseException:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            raise
