"""How the command line behaves around its commands: wrong arguments, Ctrl-C, encodings, --json."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

GLMTTS = [sys.executable, "-m", "comfyui_glmtts"]
VOICES = "glmtts: 1\nvoices: {A: xiaoyu}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GLMTTS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*GLMTTS, *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("render",),
        ("render", "a.yaml", "--jsn"),
        ("say", "你好", "--seed", "many"),
        ("say", "你好", "--sample-rate", "1"),
        ("say", "你好", "--voices", "nowhere"),
        ("batch", "nowhere.jsonl"),
        ("voices", "check", "nobody"),
        ("nonsense",),
    ],
    ids=" ".join,
)
def test_wrong_arguments_are_one_json_object_for_programs(
    arguments: tuple[str, ...], folder: Path
) -> None:
    done = run(folder, *arguments, "--json")
    said = json.loads(done.stdout)
    assert done.returncode == 2
    assert said["ok"] is False
    assert all(mistake["what"] and mistake["remedy"] for mistake in said["mistakes"])
    assert not list(folder.iterdir())


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "utf-8"])
def test_json_is_utf8_and_words_come_out_in_every_encoding(encoding: str, folder: Path) -> None:
    script = "glmtts: 1\nvoices: {A: 🙂没有}\nsegments: [A: 好]\n"
    (folder / "a.yaml").write_text(script, encoding="utf-8")
    told = run(folder, "render", "a.yaml", PYTHONIOENCODING=encoding)
    assert told.returncode == 2
    assert b"a.yaml:2:13: There is no voice" in told.stderr
    assert b"Traceback" not in told.stderr
    said = json.loads(run(folder, "render", "a.yaml", "--json", PYTHONIOENCODING=encoding).stdout)
    assert "🙂没有" in said["mistakes"][0]["what"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has another Ctrl-C")
def test_ctrl_c_ends_at_once_says_so_and_leaves_no_worker(folder: Path) -> None:
    lines = "".join(f"  - A: 第{number}句话，说给你听。\n" for number in range(500))
    (folder / "long.yaml").write_text(f"{VOICES}segments:\n{lines}", encoding="utf-8")
    started = subprocess.Popen(
        [*GLMTTS, "render", "long.yaml", "--json"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        # A shell that runs the tests in its background has them ignore Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    while not any((folder / "cache").glob("??/*")):  # the first line has been spoken
        assert started.poll() is None
        time.sleep(0.02)
    os.killpg(started.pid, signal.SIGINT)
    said, told = started.communicate(timeout=20)
    assert started.returncode == 130
    assert "go" in json.loads(said)["error"]
    assert b"Traceback" not in told
    assert not (folder / "out").exists()
    with pytest.raises(ProcessLookupError):
        for _ in range(100):  # a worker sees that its input has ended
            os.killpg(started.pid, 0)
            time.sleep(0.05)
    with suppress(ProcessLookupError):
        os.killpg(started.pid, signal.SIGKILL)
