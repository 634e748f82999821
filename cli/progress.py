"""Live progress on standard error: bars for people, a line now and then for logs, or silence."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ..progress import Report

EVERY = 10.0
"""s between two lines where nobody looks at a terminal"""


@contextmanager
def progress(*, quiet: bool) -> Iterator[Report]:
    """A report callback that draws one bar per kind of work, or writes a line every ten seconds."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
    from rich.progress import TimeRemainingColumn as TimeLeftColumn

    console = Console(stderr=True)
    if not quiet and not console.is_terminal:
        yield lines(time.monotonic, lambda line: print(line, file=sys.stderr, flush=True))
        return
    bars = Progress(
        TextColumn("{task.description:>8}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeLeftColumn(),
        console=console,
        disable=quiet,
    )
    tasks = {}

    def report(what: str, done: int, total: int) -> None:
        if what not in tasks:
            tasks[what] = bars.add_task(what, total=total)
        bars.update(tasks[what], completed=done, total=total)

    with bars:
        yield report


def lines(clock: Callable[[], float], write: Callable[[str], None]) -> Report:
    """A report that writes a line at most every `EVERY` seconds of `clock`: `speak 3 of 9, …`.

    How long is left is judged by what was done since the phase began here.
    """
    begun: dict[str, tuple[float, int]] = {}
    last = clock()

    def report(what: str, done: int, total: int) -> None:
        nonlocal last
        now = clock()
        since, before = begun.setdefault(what, (now, done))
        if now - last < EVERY:
            return
        last = now
        left = ""
        if done > before:
            seconds = round((now - since) / (done - before) * (total - done))
            left = f", about {seconds // 60}:{seconds % 60:02d} left"
        write(f"{what}: {done} of {total}{left}")

    return report
