"""kill -9 in the middle of a render: nothing half-written is visible, nothing finished is lost."""

import hashlib
import json
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

STORMS = 5
KILLS = 10  # in each
LINES = 12
SCRIPT = """\
glmtts: 1
title: 被打断的节目
voices: {小雨: xiaoyu, 阿明: aming}
output: {formats: [mp3, wav]}
segments:
  - chapter: 开头
"""


def render(script: Path, out: Path, cache: Path) -> list[str]:
    command = [sys.executable, "-m", "comfyui_glmtts", "render", str(script)]
    return [*command, "--output", str(out), "--cache", str(cache), "--json"]


def finished(command: list[str]) -> int:
    """Run to the end; returns how many lines had to be synthesised."""
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(json.loads(done.stdout)["synthesised"])


def hashes(folder: Path) -> dict[str, str]:
    """What anybody who looks into the folder finds; hidden names are ours."""
    found = {}
    for path in folder.glob("[!.]*"):
        try:
            found[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
        except FileNotFoundError:
            continue  # replaced while being looked at
    return found


class Onlooker(threading.Thread):
    """Looks into a folder all the time and keeps whatever is not as it should be."""

    def __init__(self, folder: Path, right: dict[str, str]) -> None:
        super().__init__(daemon=True)
        self.folder, self.right = folder, right
        self.wrong: set[tuple[str, str]] = set()
        self.stopped = threading.Event()

    def run(self) -> None:
        while not self.stopped.wait(0.001):
            self.wrong |= hashes(self.folder).items() - self.right.items()


def stored(cache: Path) -> int:
    """Takes in the store: blobs that begin as one, after the checksum."""
    blobs = [path for path in cache.glob("??/[!.]*") if path.is_file()]
    return sum(path.read_bytes()[64:68] == b"TAK2" for path in blobs)


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str], float]:
    """A script, the files of an undisturbed render of it, and how long that took in seconds."""
    folder = tmp_path_factory.mktemp("calm")
    script = folder / "episode.yaml"
    speech = [
        f"  - {'小雨' if n % 2 else '阿明'}: 这是第{n}句话，说的是城市。\n" for n in range(LINES)
    ]
    script.write_text(SCRIPT + "".join(speech), encoding="utf-8")
    started = time.monotonic()
    assert finished(render(script, folder / "out", folder / "cache")) == LINES
    took = time.monotonic() - started
    right = hashes(folder / "out")
    assert {"episode.mp3", "episode.wav", "manifest.json"} < right.keys()
    return script, right, took


@pytest.mark.parametrize("storm", range(STORMS))
def test_a_render_killed_at_any_moment_goes_on_and_ends_as_if_undisturbed(
    storm: int, calm: tuple[Path, dict[str, str], float], tmp_path: Path
) -> None:
    script, right, took = calm
    moments = random.Random(storm)
    out, cache = tmp_path / "out", tmp_path / "cache"
    onlooker = Onlooker(out, right)
    onlooker.start()
    kept, killed = 0, 0
    while killed < KILLS:
        process = subprocess.Popen(render(script, out, cache), stdout=subprocess.DEVNULL)
        try:
            process.wait(timeout=moments.uniform(0.1, took))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            killed += 1
        now = stored(cache)
        assert now >= kept, "a finished take was lost"
        kept = now
    assert finished(render(script, out, cache)) == LINES - kept
    assert hashes(out) == right
    onlooker.stopped.set()
    onlooker.join()
    assert not onlooker.wrong
