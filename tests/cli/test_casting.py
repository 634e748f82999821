"""Who speaks in a text, as the command line tells, is told, and asks a person at a terminal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
LABELS = "张教授： 你好。\n注意：下面是广告\n时间：2026年12月1日\n地点：北京\n他说：我不知道。\n"


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    path = tmp_path / "labels.txt"
    path.write_text(LABELS, encoding="utf-8")
    return path


def speakers(folder: Path) -> list[str]:
    manifest = json.loads((folder / "out" / "labels" / "manifest.json").read_text("utf-8"))
    return [line["speaker"] for line in manifest["lines"]]


@pytest.mark.parametrize(
    ("arguments", "spoken", "note"),
    [
        ((), ["旁白"] * 5, "read with it"),
        (("--speakers", "张教授"), ["张教授"] * 5, "张教授 (1)"),
        (("--no-speakers",), ["旁白"] * 5, ""),
    ],
    ids=" ".join,
)
def test_who_was_taken_as_a_speaker_is_told_with_what_was_made(
    arguments: tuple[str, ...], spoken: list[str], note: str, glmtts: Run, labels: Path
) -> None:
    told = json.loads(glmtts("render", labels.name, *arguments, "--json").stdout)
    assert note in "".join(told["notes"])
    assert speakers(labels.parent) == spoken


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals")
@pytest.mark.parametrize(("answer", "spoken"), [("y", "张教授"), ("n", "旁白")])
def test_a_name_that_begins_one_line_is_asked_about(
    answer: str, spoken: str, labels: Path, tmp_path: Path
) -> None:
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "comfyui_glmtts", "render", labels.name, "--engine", "preview"]
    with subprocess.Popen(
        [*command, "--cache", str(tmp_path / "cache")],
        cwd=tmp_path,
        stdin=theirs,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env={**os.environ, "GLMTTS_LANG": "en"},
    ) as process:
        os.close(theirs)
        shown = b""
        while b"[y/N]" not in shown:
            shown += os.read(ours, 4096)
        os.write(ours, f"{answer}\n".encode())
        with open(ours, "rb", buffering=0) as terminal:  # noqa: PTH123 - a descriptor
            try:
                while terminal.read(4096):
                    pass
            except OSError:  # what Linux says when the other end is closed
                pass
        assert process.wait() == 0
    assert "张教授" in shown.decode()
    assert speakers(tmp_path) == [spoken] * 5
