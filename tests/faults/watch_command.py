"""A real `glmtts watch` on the preview engine, for the tests of its page and its command line."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

QUICK = "watch: 1\narrival: {settle: 0s, scan: 100ms}\nlimits: {disk_low: 1 MB}\n"
GOOD = "glmtts: 1\ntitle: 早安\nvoices: {A: xiaoyu}\nsegments: [A: 早上好。, A: 今天是星期一。]\n"
BROKEN = "glmtts: 1\nvoices: {Ann: leo}\nsegments:\n  - Anne: Good morning.\n"


class Watch:
    """A service in a process of its own, watching `home/inbox`."""

    def __init__(
        self,
        home: Path,
        *arguments: str,
        settings: str = QUICK,
        before: Sequence[str] = (),
        **environment: str,
    ):
        """`before` is put before the command, and `environment` into its environment."""
        self.inbox = home / "inbox"
        self.inbox.mkdir(parents=True, exist_ok=True)
        (home / "watch.yaml").write_text(settings)
        self.log = home / "log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*before, sys.executable, "-c", _RUN, "watch", str(self.inbox), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                env={**os.environ, **_folders(home), **environment},
            )

    def until(self, true: Callable[[], Any], seconds: float = 60) -> Any:
        """Wait for something that will be so soon, while the service lives."""
        end = time.monotonic() + seconds
        while not (found := true()):
            assert time.monotonic() < end, self.log.read_text()
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.05)
        return found

    @property
    def url(self) -> str:
        """Of its page, without the slash at the end."""
        pattern = re.compile(r"status at (http://\S+)/")
        return str(self.until(lambda: pattern.findall(self.log.read_text()))[-1])

    def drop(self, name: str, text: str | bytes) -> None:
        """Put a file into the inbox as a careful program does."""
        part = self.inbox / f".{name}.part"
        part.write_bytes(text if isinstance(text, bytes) else text.encode())
        part.rename(self.inbox / name)

    def status(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.url}/status.json") as answer:
            found: dict[str, Any] = json.load(answer)
            return found

    def ended(self, state: str, name: str) -> dict[str, Any]:
        """Wait for the end of a job; returns it."""
        jobs = lambda: [job for job in self.status()[state] if job["name"] == name]  # noqa: E731
        found: list[dict[str, Any]] = self.until(jobs)
        return found[0]

    def children(self, program: str) -> int:
        """How many programs of that name it has started that still run."""
        command = ["ps", "-A", "-o", "ppid=", "-o", "comm="]
        listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        running = [line.split() for line in listed.splitlines()]
        return running.count([str(self.process.pid), program])

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End it in order; returns the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.process.communicate(timeout=20)
        return self.process.returncode


# Shells of tests may ignore SIGINT, and a child inherits that.
_RUN = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
    "from comfyui_glmtts.cli import main; main()"
)


def _folders(home: Path) -> dict[str, str]:
    return {
        "GLMTTS_CACHE": str(home / "cache"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_DATA_HOME": str(home / "data"),
    }
