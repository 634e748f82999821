"""Real ComfyUI servers with the pack as a custom node, each started once.

`python tests/editor/hosts.py` has to have run; the environment variable GLMTTS_HOSTS names its
folder where that is not .hosts.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from .hosts import FOLDER, NEWEST, OLDEST, PACK, Host

PACK_NAME = "comfyui-glmtts"
"""The folder under custom_nodes; pages find the pack's help by it."""


@dataclass(frozen=True)
class Ran:
    """How a prompt ended, as the server's history tells it."""

    outputs: dict[str, dict[str, list[Any]]]
    """By node id: what the node shows, kind by kind (`text`, `audio`, `images`)."""
    cached: list[str]
    """Ids of the nodes that did not run because nothing they depend on had changed."""
    error: dict[str, Any] | None
    """Of the node that failed: `node_id`, `node_type`, `exception_type`, `exception_message`."""
    interrupted: bool


class RejectedError(AssertionError):
    """The server would not queue a prompt; `answer` is its whole answer."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__(json.dumps(answer, indent=1, ensure_ascii=False))
        self.answer = answer


@dataclass(frozen=True)
class Server:
    """A running ComfyUI with folders of its own under `base`."""

    host: Host
    base: Path
    url: str
    log_file: Path = field(repr=False)

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path, timeout=30) as answer:
            return json.load(answer)

    def bytes(self, path: str) -> bytes:
        with urllib.request.urlopen(self.url + path, timeout=30) as answer:
            read: bytes = answer.read()
            return read

    def post(self, path: str, body: dict[str, Any]) -> Any:
        request = urllib.request.Request(
            self.url + path, json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def queue(self, prompt: dict[str, Any]) -> str:
        """Queue a workflow in API format; returns the id of the prompt."""
        wanted = str(uuid.uuid4())
        try:
            # Older servers tell what a cached node shows only to a client.
            self.post("/prompt", {"prompt": prompt, "prompt_id": wanted, "client_id": "tests"})
        except urllib.error.HTTPError as error:
            with error:
                raise RejectedError(json.load(error)) from None
        return wanted

    def wait(self, prompt_id: str, seconds: float = 60) -> Ran:
        """Wait for the end of a prompt, whatever it is."""
        until = time.monotonic() + seconds
        while prompt_id not in (history := self.get(f"/history/{prompt_id}")):
            assert time.monotonic() < until, (
                f"Not finished after {seconds} s.\n{self.log()[-4000:]}"
            )
            time.sleep(0.05)
        entry = history[prompt_id]
        told = dict(entry["status"]["messages"])
        return Ran(
            outputs=entry["outputs"],
            cached=told.get("execution_cached", {}).get("nodes", []),
            error=told.get("execution_error"),
            interrupted="execution_interrupted" in told,
        )

    def run(self, prompt: dict[str, Any], seconds: float = 60) -> Ran:
        """Queue a workflow in API format and wait for its end."""
        return self.wait(self.queue(prompt), seconds)

    def file(self, shown: dict[str, str]) -> Path:
        """A file that a node showed, e.g. one item of `outputs[id]["audio"]`."""
        return self.base / shown["type"] / shown["subfolder"] / shown["filename"]

    def log(self) -> str:
        """Everything the server has written so far."""
        return self.log_file.read_text("utf-8", errors="replace")


@contextmanager
def serving(
    host: Host,
    base: Path,
    pack: Path = PACK,
    arguments: tuple[str, ...] = (),
    lent: str = "",
    environment: dict[str, str] | None = None,
) -> Iterator[Server]:
    """Start `host` with the pack from the folder `pack`; it is killed at the end.

    lent: a package it has beside its own, of those in `hosts.LENT`.
    """
    hosts = hosts_folder()
    python = host.python(hosts)
    assert python.exists(), "Install the servers first: python tests/editor/hosts.py"
    for name in ("custom_nodes", "models/tts", "input", "output", "temp", "user"):
        (base / name).mkdir(parents=True, exist_ok=True)
    if not (base / "custom_nodes" / PACK_NAME).exists():
        (base / "custom_nodes" / PACK_NAME).symlink_to(pack, target_is_directory=True)
    port = _free_port()
    log_file = base / "log.txt"
    command = [python, "main.py", "--cpu", "--disable-api-nodes", "--disable-auto-launch"]
    command += ["--listen", "127.0.0.1", "--port", str(port), "--base-directory", base, *arguments]
    command += ["--database-url", f"sqlite:///{base / 'user' / 'comfyui.db'}"]
    private = {"XDG_CACHE_HOME": str(base / "cache"), "XDG_DATA_HOME": str(base / "data")}
    if lent:
        private["PYTHONPATH"] = str(hosts / lent)
    without = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=host.tree(hosts),
            env={**without, **private, **(environment or {}), "PYTHONUNBUFFERED": "1"},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    server = Server(host=host, base=base, url=f"http://127.0.0.1:{port}", log_file=log_file)
    try:
        _wait_until_up(server, process)
        yield server
    finally:
        process.kill()
        process.wait()


def hosts_folder() -> Path:
    """Where the servers are installed."""
    return Path(os.environ.get("GLMTTS_HOSTS", FOLDER))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_up(server: Server, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 120
    while True:
        assert process.poll() is None, f"The server ended at once.\n{server.log()}"
        assert time.monotonic() < until, f"The server did not start.\n{server.log()}"
        try:
            server.get("/queue")
            return
        except OSError:
            time.sleep(0.1)


@pytest.fixture(scope="session")
def newest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The newest ComfyUI there is to test with."""
    with serving(NEWEST, tmp_path_factory.mktemp("newest")) as server:
        yield server


@pytest.fixture(scope="session")
def oldest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The oldest ComfyUI that is supported."""
    with serving(OLDEST, tmp_path_factory.mktemp("oldest")) as server:
        yield server


@pytest.fixture(scope="session", params=["newest", "oldest"])
def server(request: pytest.FixtureRequest) -> Server:
    """Either ComfyUI; a test that takes it runs in both."""
    found: Server = request.getfixturevalue(request.param)
    return found
