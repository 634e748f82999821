"""A real `glmtts serve` on the preview engine, for the tests of its routes and its page."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

from http_ask import Answer, ask


class Serve:
    """A server in a process of its own."""

    def __init__(
        self,
        home: Path,
        *arguments: str,
        engine: str = "preview",
        address: str = "127.0.0.1:0",
        **environment: str,
    ):
        self.home, self._log = home, home / "log"
        folders = {
            "HOME": str(home),
            "XDG_DATA_HOME": str(home / "data"),
            "GLMTTS_CACHE": str(home / "takes"),
            "GLMTTS_ENGINE": engine,
        }
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "comfyui_glmtts", "serve", address, *arguments],
                cwd=home,
                stderr=log,
                env={**os.environ, **folders, **environment},
            )
        pattern = re.compile(r"serving (http://\S+)/")
        end = time.monotonic() + 60
        while not (found := pattern.findall(self._log.read_text())):
            assert time.monotonic() < end, self._log.read_text()
            assert self.process.poll() is None, self._log.read_text()
            time.sleep(0.05)
        self.url: str = found[0]

    @property
    def log(self) -> str:
        return self._log.read_text()

    def ask(self, path: str, method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
        """One request; `_` in header names is `-`."""
        return ask(self.url, path, method, body, **headers)

    def post(self, path: str, value: object, **headers: str) -> Answer:
        """A JSON body."""
        return self.ask(
            path, "POST", json.dumps(value).encode(), Content_Type="application/json", **headers
        )

    def form(self, path: str, *fields: tuple[str, str | None, bytes]) -> Answer:
        """A multipart form of (name, file name or None, content)."""
        parts = b""
        for name, file, content in fields:
            named = f'; filename="{file}"' if file is not None else ""
            head = f'--x\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'
            parts += head.encode() + content + b"\r\n"
        return self.ask(
            path, "POST", parts + b"--x--\r\n", Content_Type="multipart/form-data; boundary=x"
        )

    def memory(self) -> int:
        """Resident bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found
        return int(found[1]) * 1024

    def kill(self) -> None:
        """End it as a power cut does."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """End it as a service does; returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)
