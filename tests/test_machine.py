"""What a machine gives a process, as Linux tells it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from comfyui_glmtts import machine


@pytest.mark.parametrize(
    ("written", "count"),
    [
        ("max 100000", 8),
        ("200000 100000", 2),
        ("150000 100000", 2),
        ("50000 100000", 1),
        ("1600000 100000", 8),
        ("", 8),
        ("nonsense here", 8),
        ("100 0", 8),
    ],
)
def test_a_containers_share_of_time_limits_the_cores(
    written: str, count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quota = tmp_path / "cpu.max"
    quota.write_text(written + "\n", "ascii")
    monkeypatch.setattr(machine, "_QUOTA", quota)
    monkeypatch.setattr(machine, "_let_on", lambda: set(range(8)))
    assert machine.cores() == count


def test_threads_of_one_core_count_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for cpu, listed in enumerate(("0,2", "1,3", "0,2", "1,3", "4")):
        folder = tmp_path / f"cpu{cpu}" / "topology"
        folder.mkdir(parents=True)
        (folder / "thread_siblings_list").write_text(listed + "\n", "ascii")
    monkeypatch.setattr(machine, "_QUOTA", tmp_path / "none")
    monkeypatch.setattr(machine, "_let_on", lambda: set(range(5)))
    assert machine.cores() == 5
    assert machine.physical_cores(tmp_path) == 3
    assert machine.physical_cores(tmp_path / "elsewhere") == 5


def test_this_process_has_a_core() -> None:
    assert 1 <= machine.physical_cores() <= machine.cores() <= (os.cpu_count() or 1)
