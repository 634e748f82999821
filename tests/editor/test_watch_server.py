"""`glmtts watch --server`: the folder's jobs are rendered by a real ComfyUI with our nodes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import av
import pytest
from comfyui_glmtts.glmtts_runtime.voices.library import BUNDLED
from watch_command import BROKEN, QUICK, Watch

from .conftest import Server

SCRIPT = """\
glmtts: 1
title: 远方
voices: {小雨: xiaoyu, 嘉宾: guest}
output: {formats: [mp3, wav], sample_rate: 24 khz, channels: mono}
segments:
  - chapter: 开始
  - 小雨: 请把数据发给重庆的同事。
  - 嘉宾: 好的。
  - sound: bell.wav
"""


@pytest.fixture
def watch(newest: Server, tmp_path: Path) -> Iterator[Watch]:
    """A service whose voice `guest` and dictionary the server knows nothing of."""
    voices = tmp_path / "voices"
    voices.mkdir()
    for suffix in (".flac", ".txt"):
        shutil.copy(BUNDLED / f"leo{suffix}", voices / f"guest{suffix}")
    (tmp_path / "house.jsonl").write_text('{"word": "重庆", "phoneme": "chong2 qing4"}\n', "utf-8")
    settings = QUICK + "voices: voices\nlexicons: [railway, house.jsonl]\n"
    watch = Watch(tmp_path, "--server", newest.url, "--status", "127.0.0.1:0", settings=settings)
    shutil.copy(BUNDLED / "leo.flac", watch.inbox / "bell.flac")
    yield watch
    assert watch.stop() == 0


def listed(watch: Watch, name: str) -> set[str]:
    folder = watch.inbox / "out" / name
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    names = {file["name"] for file in manifest["files"]}
    assert names == {path.name for path in folder.iterdir()} - {"manifest.json"}
    return names


def test_a_script_is_made_there_with_all_it_refers_to(watch: Watch) -> None:
    watch.drop("far.yaml", SCRIPT.replace("bell.wav", "bell.flac"))
    job = watch.ended("done", "far.yaml")
    assert job["lines"] == 2
    assert listed(watch, "far") == {"far.mp3", "far.wav", "far.srt", "far.vtt"}
    with av.open(str(watch.inbox / "out" / "far" / "far.mp3")) as audio:
        seconds = (audio.duration or 0) / av.time_base
        assert seconds == pytest.approx(job["seconds"], abs=0.1)
        assert seconds > 1
        assert audio.metadata["title"] == "远方"
    assert "重庆" in (watch.inbox / "out" / "far" / "far.srt").read_text("utf-8")


def test_a_list_of_tasks_is_made_there(watch: Watch) -> None:
    watch.drop(
        "hello.jsonl",
        '{"output_name": "a", "input_text": "你好。"}\n{"output_name": "b", "input_text": "Hi."}\n',
    )
    watch.ended("done", "hello.jsonl")
    assert {"a.wav", "b.wav"} <= listed(watch, "hello")


def test_mistakes_are_told_with_their_places_and_nothing_is_sent(watch: Watch) -> None:
    watch.drop("broken.yaml", BROKEN)
    (problem,) = watch.ended("failed", "broken.yaml")["problems"]
    assert problem["place"] == "broken.yaml:4:5"


def test_a_voice_that_nobody_knows_is_a_mistake_and_not_tried_again(watch: Watch) -> None:
    watch.drop("who.yaml", "glmtts: 1\nvoices: {A: nobody}\nsegments: [A: 你好]\n")
    job = watch.ended("failed", "who.yaml")
    assert (job["ending"], job["attempts"]) == ("invalid", 0)
    assert 'no voice "nobody"' in job["problems"][0]["what"]


def test_a_workflow_is_run_there_with_the_files_it_names(watch: Watch) -> None:
    workflow = {
        "1": {"class_type": "LoadAudio", "inputs": {"audio": "bell.flac"}},
        "2": {
            "class_type": "GLMTTS_Export",
            "inputs": {"audio": ["1", 0], "format": "mp3", "filename_prefix": "audio/rung"},
        },
    }
    watch.drop("ring.json", json.dumps(workflow))
    watch.ended("done", "ring.json")
    (name,) = listed(watch, "ring")
    assert name.startswith("rung")
    assert name.endswith(".mp3")


def test_cancelling_ends_the_run_there_too(watch: Watch, newest: Server) -> None:
    lines = "".join(f"  - A: 这是第{number}句话，慢慢地说。\n" for number in range(400))
    watch.drop("long.yaml", "glmtts: 1\nvoices: {A: xiaoyu}\nsegments:\n" + lines)
    watch.until(lambda: any(job["done"] > 2 for job in watch.status()["running"]))
    assert newest.get("/queue")["queue_running"]
    watch.stop()
    for _ in range(100):
        if not newest.get("/queue")["queue_running"]:
            return
    pytest.fail("the server goes on")


def test_a_server_that_is_away_is_waited_for(tmp_path: Path) -> None:
    watch = Watch(tmp_path, "--server", "http://127.0.0.1:9", "--status", "127.0.0.1:0")
    watch.drop("a.txt", "leo: hello\n")
    paused = watch.until(lambda: watch.status()["paused"])
    assert "http://127.0.0.1:9 cannot be used" in paused
    assert watch.stop() == 0
