"""A service at this moment -> the JSON that the page, and anybody's program, reads."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from ...documents.findings import UnfitError
from ...messages import catalog
from ...mistakes import Mistake
from ..files.jail import read_inside
from ..jobs.job import Job
from .context import PageContext

SHOWN = 50
"""Jobs of each kind, at most"""

_MOST_PROBLEMS = 100
_MOST_PARTS = 2000  # files, and lines, of one job
_MOST_MANIFEST = 64 << 20  # bytes
_MANIFEST = "manifest.json"


def status(context: PageContext, shown: int = SHOWN) -> dict[str, Any]:
    """Everything at a glance; times are seconds since 1970. Raises `sqlite3.Error`."""
    service = context.service
    now, journal = service.status(), service.journal
    return {
        "version": 1,
        "inbox": str(service.settings.inbox),
        "engine": context.engine(),
        "since": now.since,
        "paused": now.paused,
        "watching": now.watching,
        "waiting": now.waiting,
        "ignored": list(now.ignored),
        "free": now.free,
        "low": service.settings.low_water,
        "scanned": now.scanned,
        "counts": now.counts,
        "throughput": asdict(now.throughput),
        "settings": _settings(context),
        "hooks": context.outbox.counts() if context.outbox and service.settings.hooks else None,
        "running": [_job(job) for job in journal.running()],
        "queue": [_job(job) for job in journal.queue(shown)],
        "done": [_job(job) for job in journal.done(shown)],
        "failed": [_job(job) for job in journal.failed(shown)],
    }


def details(context: PageContext, job: Job) -> dict[str, Any]:
    """One job with what was made of it; nothing where newer files have taken the place."""
    manifest = manifest_of(context, job) or {}
    return {
        **_job(job),
        "title": manifest.get("title", ""),
        "files": [
            {key: file.get(key) for key in ("name", "bytes", "seconds", "loudness", "true_peak")}
            for file in manifest.get("files", ())[:_MOST_PARTS]
        ],
        "spoken": [
            {key: line.get(key) for key in ("line", "speaker", "text", "start", "end")}
            for line in manifest.get("lines", ())[:_MOST_PARTS]
        ],
        "chapters": manifest.get("chapters", []),
    }


def manifest_of(context: PageContext, job: Job) -> dict[str, Any] | None:
    """The manifest of a finished job's files, if those in the folder are still its own."""
    service = context.service
    if not job.target or not job.ended:
        return None
    name = f"{job.target}/{_MANIFEST}"
    try:
        data = read_inside(service.layout.out, name, limit=_MOST_MANIFEST)
        if hashlib.sha256(data).hexdigest() != service.journal.manifest(job.id):
            return None
        found = json.loads(data)
    except (OSError, UnfitError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _job(job: Job) -> dict[str, Any]:
    entry = asdict(job)
    for private in ("content", "key", "target", "evidence"):
        del entry[private]
    return {
        **entry,
        "priority": job.priority.name.lower(),
        "problems": problems(job.problems),
    }


def mistake(what: str, remedy: str) -> dict[str, Any]:
    """What is wrong and what to do, in English, and in Chinese for whoever chose that."""
    zh = catalog("zh")
    return {"what": what, "remedy": remedy, "zh": {"what": zh(what), "remedy": zh(remedy)}}


def problems(mistakes: Sequence[Mistake]) -> list[dict[str, Any]]:
    """Mistakes, each with its place spelled out."""
    return [
        {"place": str(one.place), "line": one.place.line, **mistake(one.what, one.remedy)}
        for one in mistakes[:_MOST_PROBLEMS]
    ]


def _settings(context: PageContext) -> dict[str, Any] | None:
    if context.settings is None:
        return None
    return {"file": str(context.settings.path), "problems": problems(context.settings.mistakes)}
