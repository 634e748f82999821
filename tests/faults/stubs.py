"""A renderer that only counts, and a studio: a watched folder in a temporary place to do harm to.

A script for it is lines of text; each becomes a take that is kept, and the output is their hashes.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from comfyui_glmtts.atomic import write_bytes
from comfyui_glmtts.mistakes import InputError, Place
from comfyui_glmtts.progress import Cancel, Report
from comfyui_glmtts.watch.jobs.job import Job
from comfyui_glmtts.watch.jobs.renderer import Made, Order, Plan
from comfyui_glmtts.watch.service import Service
from comfyui_glmtts.watch.settings.settings import Settings

QUICK = {"scan": 0.05, "settle": 0.1, "retries": (0.05, 0.1, 0.2), "low_water": 0}


@dataclass(frozen=True)
class StubRenderer:
    """Every line takes `pace` seconds; `spoken` gets an entry for each that is begun."""

    takes: Path
    spoken: Path
    pace: float = 0.0

    def prepare(self, order: Order) -> Plan:
        lines = order.source.read_text("utf-8").split("\n")
        if lines[0].startswith("broken"):
            raise InputError.at(Place(str(order.source), 1, 1), "It says broken.", "Mend it.")
        words = [line for line in lines if line and line != "..."]
        key = hashlib.sha256("\n".join(words).encode()).hexdigest()

        def make(target: Path, *, report: Report, cancel: Cancel) -> Made:
            return self._make(words, target, report, cancel)

        return Plan(key=key, title=order.source.stem, lines=len(words), make=make)

    def trouble(self) -> str | None:
        return None

    def close(self) -> None:
        pass

    def _make(self, words: list[str], target: Path, report: Report, cancel: Cancel) -> Made:
        fresh = 0
        digests = []
        for done, line in enumerate(words):
            cancel()
            report("speak", done, len(words))
            take = self.takes / hashlib.sha256(line.encode()).hexdigest()
            if not take.exists():
                self._speak(line, take)
                fresh += 1
            digests.append(hashlib.sha256(take.read_bytes()).hexdigest())
        report("speak", len(words), len(words))
        (target / "sound.txt").write_text("\n".join(digests))
        files = [{"name": "sound.txt"}]
        manifest = {"generator": "comfyui-glmtts stub", "files": files, "lines": digests}
        (target / "manifest.json").write_text(json.dumps(manifest))
        return Made(lines=len(words), synthesised=fresh, seconds=float(len(words)))

    def _speak(self, line: str, take: Path) -> None:
        if line == "crash":
            os.abort()
        with self.spoken.open("ab", buffering=0) as log:
            log.write(f"{hashlib.sha256(line.encode()).hexdigest()[:16]}\n".encode())
        if self.pace:
            time.sleep(self.pace)
        take.parent.mkdir(exist_ok=True)
        write_bytes(take, line.encode() * 50)


class Studio:
    """A watched folder and what is needed to look after it."""

    def __init__(self, folder: Path, *, pace: float = 0.0, **settings: object) -> None:
        self.folder = folder
        self.inbox = folder / "inbox"
        (self.inbox / "urgent").mkdir(parents=True, exist_ok=True)
        usual = {**QUICK, "inbox": self.inbox, "state": folder / "state"}
        self.settings = Settings(**{**usual, **settings})
        self.renderer = StubRenderer(folder / "takes", folder / "spoken.log", pace)
        self.told: list[Job] = []

    def service(self, **changes: object) -> Service:
        settings = replace(self.settings, **changes)
        return Service(settings, self.renderer, on_end=self.told.append)

    @contextmanager
    def running(self, **changes: object) -> Iterator[Service]:
        service = self._started(**changes)
        try:
            yield service
        finally:
            service.stop()

    def _started(self, **changes: object) -> Service:
        """Where its state folder cannot be made it is started again, as service managers do."""
        for _ in range(20):
            service = self.service(**changes)
            with suppress(InputError):
                service.start()
                return service
            time.sleep(0.2)
        raise TimeoutError("the service does not start")

    def drop(self, name: str, text: str) -> Path:
        """As a careful uploader does: under a hidden name, then renamed."""
        path = self.inbox / name
        part = path.with_name(f".{path.name}.part")
        part.write_text(text, encoding="utf-8")
        return part.replace(path)

    def real(self) -> None:
        """Render with the preview engine instead."""
        from comfyui_glmtts.glmtts_runtime.preview.engine import PreviewEngine
        from comfyui_glmtts.glmtts_runtime.voices.library import VoiceLibrary
        from comfyui_glmtts.production.context import RenderContext
        from comfyui_glmtts.production.store import Store
        from comfyui_glmtts.watch.rendering.local import LocalRenderer

        store = Store(self.folder / "store")
        context = RenderContext(engine=PreviewEngine(), library=VoiceLibrary([]), store=store)
        self.renderer = LocalRenderer(context)

    def names(self, folder: str) -> list[str]:
        """Names of the scripts in `done` or `failed`."""
        found = (self.inbox / folder).glob("*")
        return sorted(path.name for path in found if ".report." not in path.name)

    def editions(self) -> dict[str, str]:
        """The hash of every published manifest."""
        found = {}
        for manifest in (self.inbox / "out").rglob("manifest.json"):
            if not any(part.startswith(".") for part in manifest.parts[-3:]):
                name = manifest.parent.relative_to(self.inbox / "out").as_posix()
                found[name] = hashlib.sha256(manifest.read_bytes()).hexdigest()
        return found

    def left(self) -> list[str]:
        """What should not be there when all is done: claimed files, stages, private copies."""
        out = [path.name for path in (self.inbox / "out").glob(".glmtts-*")]
        work = [path.name for path in (self.inbox / "work").glob("*/[!.]*")]
        jobs = [path.name for path in (self.folder / "state" / "jobs").glob("*")]
        return out + work + jobs

    def spoken(self) -> list[str]:
        """One entry for each time that a line was begun to be spoken."""
        log = self.folder / "spoken.log"
        return log.read_text().split() if log.exists() else []


@cache
def isolated() -> list[str]:
    """What to put before a command so that mounts and limits are its own, and harm nobody else."""
    spaces = ["unshare", "--mount", "--user", "--map-root-user"]
    allowed = subprocess.run([*spaces, "true"], check=False, capture_output=True).returncode == 0
    return spaces if allowed else spaces[:2]  # root in a container may not nest user name spaces


def in_python(folder: Path, call: str, *, alone: bool = False) -> str:
    """Run an expression of the modules here in a process of its own; returns what it printed."""
    here = str(Path(__file__).parent)
    script = (
        f"import sys; sys.path.insert(0, {here!r}); from pathlib import Path; import {{}}; {{}}"
    )
    module = call.split(".", 1)[0]
    call = call.replace("FOLDER", repr(str(folder)).join(("Path(", ")")))
    command = [
        *(isolated() if alone else ()),
        sys.executable,
        "-c",
        script.format(module, f"print({call})"),
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=3000)
    sys.stderr.write(done.stderr)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.strip().splitlines()[-1]


def wait(until: Callable[[], bool], limit: float = 60.0, what: str = "") -> float:
    """Wait for something; returns how many seconds that took."""
    began = time.monotonic()
    while not until():
        if time.monotonic() - began > limit:
            raise TimeoutError(what or "it did not come about")
        time.sleep(0.01)
    return time.monotonic() - began
