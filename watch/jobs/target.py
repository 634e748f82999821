"""A job -> the folder under `out` that its files go to, by the settings' naming."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import PurePath

from ...documents.file_name import file_name
from ...documents.findings import UnfitError
from ..settings.settings import Settings
from .job import Job


def target(
    settings: Settings, job: Job, owner: Callable[[str], str | None], *, title: str = ""
) -> str:
    """The folder's path relative to `out`; raises `UnfitError` where a name cannot be used.

    owner: the name that a folder belongs to, if any. Two files of one stem do not share a folder:
    the later is called after its whole name.
    """
    date = datetime.datetime.fromtimestamp(job.arrived).astimezone().date().isoformat()
    for stem in (PurePath(job.name).stem, job.name.replace(".", "-")):
        name = file_name(stem)
        try:
            called = file_name(title) if title else name
        except UnfitError:
            called = name
        folder = settings.result_folder(name=name, title=called, date=date, content=job.content)
        if owner(str(folder)) in {None, job.name}:
            break
    return str(folder)
