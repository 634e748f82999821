"""What a ComfyUI sent back -> its manifest, its length, and why parts of it are missing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from ...audio import recording
from ...mistakes import InputError, Mistake
from ...production.batch import SUMMARY
from ...production.publish import write_file_list
from ...scripts.tasks import TaskList


def write_manifest(target: Path, title: str, *, engine: str, url: str) -> None:
    """List everything in a folder; like every manifest it holds nothing of the run."""
    files = sorted(path for path in target.rglob("*") if path.is_file())
    names = [file.relative_to(target).as_posix() for file in files]
    write_file_list(target, names, {"name": engine, "server": url}, title=title)


def problems(listed: TaskList, summary: Path) -> Iterator[Mistake]:
    """Why tasks failed, by the summary the server sent."""
    for bad in listed.rejected:
        yield from bad.mistakes
    try:
        endings = json.loads(summary.read_text("utf-8"))["tasks"]
        failed = {one["number"]: one["reasons"] for one in endings if one["state"] == "failed"}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RuntimeError(f"The server sent no {SUMMARY}, or a damaged one.") from error
    for task in listed.tasks:
        for reason in failed.get(task.number, ()):
            yield Mistake(task.place, str(reason).partition(": ")[2] or str(reason), "")


def seconds(file: Path) -> float:
    """How long a sound is, by its own word; raises RuntimeError for what is none."""
    try:
        return recording.seconds(file)
    except InputError as error:
        raise RuntimeError(f"The server sent a damaged {file.name}: {error}.") from error
