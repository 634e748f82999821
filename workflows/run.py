"""A workflow file, settings and a server's address -> its results in a folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..progress import Report
from .client import connected
from .document import read_workflow
from .flatten import flatten
from .results import remote_files, texts
from .settings import apply, check, fill, uploads
from .ui_workflow import UIWorkflow


@dataclass(frozen=True, slots=True)
class Results:
    """What came back."""

    files: tuple[Path, ...]
    texts: dict[str, list[str]]
    """By the title of a node: what it shows as text."""


async def run_workflow(
    path: Path, settings: Sequence[str], *, url: str, folder: Path, report: Report
) -> Results:
    """Run the workflow in `path` with `settings` (`node.input=value`) and fetch its results.

    Raises `InputError` for what a person can fix and `ServerError` for a run that fails.
    Cancelling the task cancels the run.
    """
    file = str(path)
    found = read_workflow(path)
    async with connected(url) as server:
        catalogue = await server.catalogue()
        prompt = flatten(found, catalogue) if isinstance(found, UIWorkflow) else found
        check(prompt, catalogue, file)
        prompt = fill(apply(prompt, settings, catalogue), catalogue)
        for needed in uploads(prompt, catalogue, path.parent):
            name = await server.upload(needed.path)
            prompt = prompt.having(prompt.nodes[needed.node].having(**{needed.input: name}))
        outputs = await server.run(prompt, file, report)
        files = [await server.fetch(each, folder) for each in remote_files(outputs)]
    shown = {str(prompt.nodes[name]): lines for name, lines in texts(outputs).items()}
    return Results(tuple(files), shown)
