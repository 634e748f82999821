"""A running service -> a live picture of it in a terminal; nothing where nobody looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from ..watch.jobs.job import Job
    from ..watch.service import Service

_MOST = 8  # jobs shown of each kind


@cache
def console() -> Console:
    """Standard error, drawn to by the picture and by the lines of the log above it."""
    from rich.console import Console

    return Console(stderr=True)


def printable(text: str) -> str:
    """The text without what commands a terminal: names of dropped files may hold anything."""
    return "".join(sign if sign.isprintable() or sign == "\n" else "·" for sign in text)


@contextmanager
def display(service: Service, engine: str) -> Iterator[Callable[[], None]]:
    """Gives what draws the picture anew; log lines go by above it."""
    if not console().is_terminal:
        yield lambda: None
        return
    import sqlite3

    from rich.live import Live

    with Live(console=console(), auto_refresh=False, transient=True) as live:

        def show() -> None:
            try:
                live.update(_picture(service, engine), refresh=True)
            except sqlite3.Error:
                return  # the service says why, in its log

        yield show


def _picture(service: Service, engine: str) -> RenderableType:
    from rich.console import Group
    from rich.panel import Panel
    from rich.table import Table
    from rich.text import Text

    now, journal = service.status(), service.journal
    jobs = Table.grid(padding=(0, 2))
    for job in journal.running()[:_MOST]:
        jobs.add_row("▶", Text(printable(job.name), style="bold"), _bar(job), _phase(job))
    for job in journal.queue(_MOST):
        jobs.add_row("·", Text(printable(job.name)), "", Text(_waits(job), style="dim"))
    counts = now.counts
    numbers = Text.assemble(
        (f"{counts.get('queued', 0)} waiting", "cyan"), "  ",
        (f"{counts.get('done', 0)} done", "green"), "  ",
        (f"{counts.get('failed', 0)} failed", "red" if counts.get("failed") else "dim"), "  ",
        (f"{now.throughput.seconds / 60:.0f} min of audio in the last hour", "dim"),
    )  # fmt: skip
    state = Text(f"paused: {now.paused}", style="yellow") if now.paused else numbers
    title = f"{service.settings.inbox} · {engine}"
    return Panel(Group(jobs, state) if jobs.rows else state, title=title, title_align="left")


def _bar(job: Job) -> RenderableType:
    from rich.progress_bar import ProgressBar

    return ProgressBar(total=max(1, job.total), completed=job.done, width=24)


def _phase(job: Job) -> str:
    if job.state == "publishing":
        return "publishing"
    if job.phase == "speak":
        return f"{job.done} of {job.total} lines"
    return job.phase or "reading"


def _waits(job: Job) -> str:
    return f"try {job.attempts + 1}" if job.attempts else job.priority.name.lower()
