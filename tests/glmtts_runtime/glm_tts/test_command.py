"""`--engine glm-tts` on random weights, as people run it: files as results, one real process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile
from comfyui_glmtts.cli import main
from comfyui_glmtts.glmtts_runtime.runtime import shared


@dataclass(frozen=True)
class Ran:
    """What a command told."""

    stdout: str
    stderr: str


Run = Callable[..., Ran]
SCRIPT = """\
glmtts: 1
voices: {小雨: xiaoyu, 阿明: aming}
output: {formats: [wav]}
segments:
  - 小雨: 大家好。
  - 阿明: 你好，{行|háng}长。
"""


@pytest.fixture(scope="module", autouse=True)
def _let_go() -> Iterator[None]:
    """The engine that all commands of a process share is not left to other tests."""
    yield
    shared().close()
    shared.cache_clear()


@pytest.fixture
def glmtts(
    tmp_path: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Run:
    """Run `glmtts` in an empty folder with the random checkpoint and places of its own."""
    monkeypatch.chdir(tmp_path)
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "GLMTTS_CACHE"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("GLMTTS_CHECKPOINT", str(tiny))
    monkeypatch.setenv("GLMTTS_DEVICE", "cpu")

    def run(*arguments: str, code: int = 0) -> Ran:
        monkeypatch.setattr(sys, "argv", ["glmtts", *arguments])
        with pytest.raises(SystemExit) as end:
            main()
        told = capfd.readouterr()
        assert (end.value.code or 0) == code, told.err
        return Ran(told.out, told.err)

    return run


@pytest.mark.parametrize("rate", [24_000, 32_000])
def test_a_text_is_said_at_either_rate(glmtts: Run, tmp_path: Path, rate: int) -> None:
    out = tmp_path / "said.wav"
    glmtts("say", "你好。", "--engine", "glm-tts", "--sample-rate", str(rate), "-o", str(out))
    samples, found = soundfile.read(out)
    assert found == rate
    assert 0.2 < len(samples) / rate < 30
    assert abs(samples).max() > 0.01


def test_a_script_is_rendered_and_a_second_time_found(glmtts: Run, tmp_path: Path) -> None:
    (tmp_path / "episode.yaml").write_text(SCRIPT, encoding="utf-8")
    arguments = ("render", "episode.yaml", "--engine", "glm-tts", "--output", "out")
    glmtts(*arguments)
    first = (tmp_path / "out" / "episode.wav").read_bytes()
    (tmp_path / "out" / "episode.wav").unlink()
    again = glmtts(*arguments)
    assert "(2 as before)" in again.stdout
    assert (tmp_path / "out" / "episode.wav").read_bytes() == first


def test_a_task_list_becomes_a_file_each(glmtts: Run, tmp_path: Path) -> None:
    tasks = [
        {"input_text": "你好。", "voice": "xiaoyu"},
        {"input_text": "再见。", "voice": "aming"},
    ]
    lines = "".join(json.dumps(task, ensure_ascii=False) + "\n" for task in tasks)
    (tmp_path / "tasks.jsonl").write_text(lines, encoding="utf-8")
    glmtts("batch", "tasks.jsonl", "--engine", "glm-tts", "--output", "out")
    assert (
        len([file for file in (tmp_path / "out").rglob("*") if file.suffix in (".wav", ".mp3")])
        == 2
    )


def test_options_of_speed_and_memory_are_heard_and_their_mistakes_told(
    glmtts: Run, tmp_path: Path
) -> None:
    said = ("say", "你好。", "--engine", "glm-tts")
    quick = ("--precision", "int8", "--flow-steps", "3", "--flow-schedule", "uniform")
    glmtts(*said, *quick, "--low-vram", "--no-graphs", "-o", str(tmp_path / "quick.wav"))
    glmtts(*said, "-o", str(tmp_path / "plain.wav"))
    waves = [soundfile.read(tmp_path / f"{name}.wav")[0] for name in ("quick", "plain")]
    assert all(abs(wave).max() > 0.01 for wave in waves)
    assert len(waves[0]) != len(waves[1]) or (waves[0] != waves[1]).any()
    wrong = glmtts(*said, "--flow-schedule", "cosin", code=2)
    assert 'no flow schedule "cosin"' in wrong.stderr
    assert "cosine" in wrong.stderr
    wrong = glmtts(*said, "--precision", "int4", code=2)
    assert 'no precision "int4"' in wrong.stderr


def test_no_checkpoint_is_told_with_what_to_do(
    glmtts: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = str(tmp_path / "missing")
    monkeypatch.setenv("GLMTTS_CHECKPOINT", missing)
    done = glmtts("say", "你好", "--engine", "glm-tts", code=2)
    assert missing in done.stderr
    assert "glmtts checkpoint download" in done.stderr


def test_speech_streams_to_a_pipe_as_the_preview_engine_cannot(glmtts: Run, tmp_path: Path) -> None:
    text = "今天天气很好，我们走吧。"
    whole, rate = tmp_path / "whole.pcm", "24000 Hz, 16 bits, mono"
    done = glmtts("say", text, "--engine", "glm-tts", "--stream", str(whole))
    assert rate in done.stderr
    samples = np.fromfile(whole, "<i2")
    assert 0.2 < len(samples) / 24_000 < 30
    streamed = ("say", text, "--engine", "glm-tts", "--stream", "-")
    piped = subprocess.run(
        [sys.executable, "-m", "comfyui_glmtts", *streamed],
        env=os.environ,
        capture_output=True,
        check=True,
    )
    assert np.array_equal(np.frombuffer(piped.stdout, "<i2"), samples)
    refused = glmtts("say", "你好", "--engine", "preview", "--stream", "-", code=2)
    assert "--engine glm-tts" in refused.stderr
