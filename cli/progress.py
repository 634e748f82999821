"""Live progress on standard error for people; silence for programs and logs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..progress import Report


@contextmanager
def progress(*, quiet: bool) -> Iterator[Report]:
    """A report callback that draws one bar per kind of work."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    bars = Progress(
        TextColumn("{task.description:>8}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=quiet or not console.is_terminal,
    )
    tasks = {}

    def report(what: str, done: int, total: int) -> None:
        if what not in tasks:
            tasks[what] = bars.add_task(what, total=total)
        bars.update(tasks[what], completed=done, total=total)

    with bars:
        yield report
