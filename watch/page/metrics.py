"""A service at this moment -> text that Prometheus reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .context import PageContext


def metrics(context: PageContext) -> str:
    """The text format 0.0.4 of Prometheus. Raises `sqlite3.Error`."""
    return "".join(_lines(context))


def _lines(context: PageContext) -> Iterator[str]:
    now = context.service.status()
    yield from _metric("up", "Whether jobs are taken and begun", [("", int(now.paused is None))])
    yield from _metric(
        "jobs",
        "Jobs the journal remembers, by state",
        [(f'{{state="{state}"}}', count) for state, count in sorted(now.counts.items())],
    )
    yield from _metric("inbox_files", "Files that are not yet taken", [("", now.waiting)])
    done = now.throughput
    yield from _metric("jobs_done_last_hour", "Jobs finished lately", [("", done.jobs)])
    yield from _metric("lines_last_hour", "Lines of these jobs", [("", done.lines)])
    yield from _metric("audio_seconds_last_hour", "Length of these jobs", [("", done.seconds)])
    yield from _metric("start_time_seconds", "When the service began", [("", now.since)])
    if now.free is not None:
        yield from _metric("disk_free_bytes", "Room for results", [("", now.free)])
    if now.scanned is not None:
        yield from _metric("last_scan_seconds", "When the inbox was read", [("", now.scanned)])
    if context.outbox:
        counts = sorted(context.outbox.counts().items())
        found = [(f'{{state="{state}"}}', count) for state, count in counts]
        yield from _metric("hook_messages", "Messages for hooks, by state", found)


def _metric(name: str, help: str, values: list[tuple[str, Any]]) -> Iterator[str]:
    yield f"# HELP glmtts_watch_{name} {help}\n# TYPE glmtts_watch_{name} gauge\n"
    for labels, value in values:
        yield f"glmtts_watch_{name}{labels} {value}\n"
