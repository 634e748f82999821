"""`glmtts workflow` against real servers: inputs filled in, files fetched, errors, Ctrl-C."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import pytest

from .cable import Cable
from .conftest import PACK, Server

SECONDS_OF_TONE = {
    "1": {"class_type": "EmptyAudio", "inputs": {"duration": 9.0}, "_meta": {"title": "Silence"}},
    "2": {"class_type": "SaveAudio", "inputs": {"audio": ["1", 0], "filename_prefix": "test/x"}},
}
RECORDING = PACK / "glmtts_runtime/voices/bundled/aming.flac"


def command(server: Server, arguments: Sequence[str | Path]) -> list[str]:
    started = [sys.executable, "-m", "comfyui_glmtts", "workflow", "--server", server.url]
    return [*started, *map(str, arguments)]


def glmtts_workflow(server: Server, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(server, arguments), capture_output=True, text=True, timeout=90, check=False
    )


def saved(folder: Path, workflow: Any) -> Path:
    path = folder / "flow.json"
    path.write_text(json.dumps(workflow), "utf-8")
    return path


def seconds(path: Path) -> float:
    with av.open(str(path)) as container:
        assert container.duration is not None
        return container.duration / av.time_base


def test_a_workflow_runs_with_its_inputs_filled_in_and_its_files_come_here(
    server: Server, tmp_path: Path
) -> None:
    flow = saved(tmp_path, SECONDS_OF_TONE)
    out = tmp_path / "out"
    ended = glmtts_workflow(server, flow, "--set", "Silence.duration=1.5", "-o", out, "--json")
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    (file,) = told["files"]
    assert Path(file).parent == out / "test"
    assert seconds(Path(file)) == pytest.approx(1.5, abs=0.01)
    assert not list(out.rglob(".glmtts-*"))


def test_a_recording_of_ones_own_is_sent_to_the_server(server: Server, tmp_path: Path) -> None:
    flow = saved(
        tmp_path,
        {
            "1": {"class_type": "LoadAudio", "inputs": {"audio": "nobody.wav"}},
            "2": {"class_type": "PreviewAudio", "inputs": {"audio": ["1", 0]}},
        },
    )
    ended = glmtts_workflow(server, flow, "--set", f"LoadAudio.audio={RECORDING}", "-o", tmp_path)
    assert ended.returncode == 0, ended.stderr
    fetched = Path(ended.stdout.strip())
    assert seconds(fetched) == pytest.approx(seconds(RECORDING), abs=0.05)
    assert (server.base / "input" / RECORDING.name).read_bytes() == RECORDING.read_bytes()


def test_what_the_server_refuses_is_told_node_by_node(server: Server, tmp_path: Path) -> None:
    flow = saved(tmp_path, {**SECONDS_OF_TONE, "2": {"class_type": "SaveAudio", "inputs": {}}})
    ended = glmtts_workflow(server, flow, "-o", tmp_path)
    assert ended.returncode == 2
    assert f"{flow}: Node 2 (SaveAudio): Required input is missing: audio." in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_node_that_fails_is_told_by_its_name(server: Server, tmp_path: Path) -> None:
    (server.base / "input" / "noise.wav").write_bytes(b"no sound at all")
    flow = saved(
        tmp_path,
        {
            "7": {
                "class_type": "LoadAudio",
                "inputs": {"audio": "noise.wav"},
                "_meta": {"title": "My voice"},
            },
            "2": {"class_type": "PreviewAudio", "inputs": {"audio": ["7", 0]}},
        },
    )
    ended = glmtts_workflow(server, flow, "-o", tmp_path / "out", "--json")
    assert ended.returncode == 1
    assert json.loads(ended.stdout)["error"].startswith("Node 7 (My voice): ")
    assert not (tmp_path / "out").exists()


@contextmanager
def busy(server: Server) -> Iterator[None]:
    """Keep the server so busy that whatever is queued has to wait."""
    new = uuid.uuid4().int % 10**8  # what was spoken before would not take long
    lines = "\n".join(f"甲：第{number}号说了{new}句话。" for number in range(1000))
    first = server.queue(
        {
            "1": {"class_type": "GLMTTS_Script", "inputs": {"script": lines}},
            "2": {"class_type": "PreviewAudio", "inputs": {"audio": ["1", 0]}},
        }
    )
    yield
    server.post("/interrupt", {"prompt_id": first})
    server.wait(first)


@contextmanager
def started(server: Server, arguments: Sequence[str | Path]) -> Iterator[subprocess.Popen[str]]:
    """The command in the background, its prompt waiting in the server's queue."""
    process = subprocess.Popen(
        command(server, arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell that runs the tests in its background has them ignore Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    try:
        until = time.monotonic() + 30
        while not server.get("/queue")["queue_pending"]:
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < until
            time.sleep(0.05)
        yield process
    finally:
        process.kill()


def test_ctrl_c_takes_the_run_out_of_the_servers_queue(newest: Server, tmp_path: Path) -> None:
    flow = saved(tmp_path, SECONDS_OF_TONE)
    with busy(newest), started(newest, [flow, "-o", tmp_path / "out"]) as process:
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
        assert process.returncode == 130, said
        assert said.startswith("Stopped.")
        assert not newest.get("/queue")["queue_pending"]


def test_a_run_that_somebody_takes_out_of_the_queue_is_not_waited_for(
    newest: Server, tmp_path: Path
) -> None:
    flow = saved(tmp_path, SECONDS_OF_TONE)
    with busy(newest), started(newest, [flow, "-o", tmp_path / "out"]) as process:
        newest.post("/queue", {"clear": True})
        _, said = process.communicate(timeout=30)
        assert process.returncode == 1
        assert "taken out of the server's queue" in said


def test_a_connection_that_breaks_in_the_middle_costs_nothing(
    newest: Server, tmp_path: Path
) -> None:
    flow = saved(tmp_path, SECONDS_OF_TONE)
    with Cable(newest.url) as cable, ExitStack() as until_done:
        with busy(newest):
            through = replace(newest, url=cable.url)
            process = until_done.enter_context(
                started(through, [flow, "-o", tmp_path / "out", "--json"])
            )
            cable.pull()
        told, said = process.communicate(timeout=30)
    assert process.returncode == 0, said
    assert len(json.loads(told)["files"]) == 1


def test_an_address_where_nothing_answers_is_told(tmp_path: Path) -> None:
    flow = saved(tmp_path, SECONDS_OF_TONE)
    nobody = ["--server", "http://127.0.0.1:9", "-o", str(tmp_path)]
    ended = subprocess.run(
        [sys.executable, "-m", "comfyui_glmtts", "workflow", str(flow), *nobody],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    assert ended.stderr == (
        "--server: Nothing answers at http://127.0.0.1:9. Start ComfyUI, or name its address.\n"
    )
