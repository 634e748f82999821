"""Ray for real on this machine: the same files, whatever happens to the actors."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import cluster_storm
import pytest

Run = Callable[..., CompletedProcess[str]]
SCRIPT = "glmtts: 1\nvoices: {A: xiaoyu, B: leo}\nsegments: [A: 早上好。, B: Hi., A: 再见。]\n"


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_render_spread_by_ray_is_the_local_one_byte_for_byte(glmtts: Run, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SCRIPT)
    glmtts("render", "a.yaml", "-o", "here", "--cache", "one")
    glmtts("render", "a.yaml", "-o", "there", "--cache", "two", "--ray", "local")
    assert files(tmp_path / "here") == files(tmp_path / "there")


def test_actors_that_are_killed_lose_no_line_and_poison_is_given_up() -> None:
    done = subprocess.run(
        [sys.executable, cluster_storm.__file__, "60", "3"],
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
        env={**os.environ, "RAY_DEDUP_LOGS": "0"},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.strip().splitlines()[-1])
    assert (told["lines"], told["doubled"], told["same"]) == (61, 0, True)
    assert told["poison"] == "failed"


@pytest.mark.parametrize("address", ["127.0.0.1:1"])
def test_a_cluster_that_is_not_there_is_told(address: str, glmtts: Run) -> None:
    done = glmtts("say", "你好", "--ray", address, code=2)
    assert f"No cluster at {address}" in done.stderr
