"""docs/watch.md in both languages and examples/service: what they show works, and nothing there is
missing.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from comfyui_glmtts.watch.hooks.delivery import SIGNATURE, signature
from comfyui_glmtts.watch.settings import file, hook
from comfyui_glmtts.watch.settings.file import read_settings
from comfyui_glmtts.watch.settings.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
PAGES = {page: (ROOT / "docs" / page).read_text("utf-8") for page in ("watch.md", "watch.zh.md")}
SERVICE = ROOT / "examples" / "service"


every_page = pytest.mark.parametrize("docs", PAGES.values(), ids=PAGES)


def blocks(docs: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", docs, re.M | re.S)


@pytest.mark.parametrize(
    "text",
    [
        *(text for docs in PAGES.values() for text in blocks(docs, "yaml")),
        (SERVICE / "watch.yaml").read_text("utf-8"),
    ],
    ids=[*PAGES, "example"],
)
def test_the_settings_shown_are_right(text: str, tmp_path: Path) -> None:
    for folder in ("inbox", "voices", "music"):
        (tmp_path / folder).mkdir()
    for name in ("house.yaml", "hook.key"):
        (tmp_path / name).touch()
    (tmp_path / "watch.yaml").write_text(text, "utf-8")
    assert isinstance(read_settings(tmp_path / "watch.yaml", tmp_path / "inbox"), Settings)


@every_page
def test_every_setting_has_its_row(docs: str) -> None:

    rows = re.findall(r"^\| `(\w+)`(?:(?:, |、)`(\w+)`)? \|", docs, re.M)
    named = {name for row in rows for name in row if name}
    assert set(file._KEYS) <= named
    assert set(hook._KEYS) <= named


@every_page
def test_the_usual_values_in_the_table_are_those_of_the_program(docs: str) -> None:
    usual = Settings(inbox=Path("inbox"))
    assert f"`settle` ({usual.settle:g}s)" in docs
    assert f"`scan` ({usual.scan:g}s)" in docs
    assert f"`disk_low` ({usual.low_water / 1e9:.3g} GB)" in docs
    assert f"`script` ({usual.largest / 1e6:.3g} MB)" in docs
    assert f"`file` ({usual.largest_asset / 1e9:.3g} GB)" in docs
    assert f"| `jobs` | {usual.jobs} |" in docs


@every_page
def test_the_receiver_believes_what_is_signed_and_nothing_else(docs: str) -> None:
    (code,) = blocks(docs, "python")
    assert code in (SERVICE / "receive_hook.py").read_text("utf-8")
    found: dict[str, Any] = {"__name__": "receive_hook"}
    exec((SERVICE / "receive_hook.py").read_text("utf-8"), found)
    genuine = found["is_genuine"]
    header = signature(b"key", 1_700_000_000, b"{}")
    assert genuine(b"key", header, b"{}", 1_700_000_010.0)
    assert not genuine(b"other", header, b"{}", 1_700_000_010.0)
    assert not genuine(b"key", header, b"{ }", 1_700_000_010.0)
    assert not genuine(b"key", header, b"{}", 1_700_009_000.0)
    for wrong in ("", "t=,v1=", "t=1", "v1=ab", header.replace("v1", "v0")):
        assert not genuine(b"key", wrong, b"{}", 1_700_000_010.0)
    assert SIGNATURE in docs
    assert SIGNATURE in (SERVICE / "receive_hook.py").read_text("utf-8")


def test_the_commands_shown_are_those_of_the_program() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "comfyui_glmtts", "watch", "--help"],
        check=True,
        capture_output=True,
        text=True,
        env={"PATH": "", "COLUMNS": "200", "PYTHONPATH": ":".join(sys.path)},
    ).stdout
    texts = [
        *PAGES.values(),
        *(file.read_text("utf-8") for file in SERVICE.iterdir() if file.is_file()),
    ]
    for text in texts:
        for line in re.findall(r"glmtts(?:\.exe)? watch (.*)", text):
            for option in re.findall(r"--[a-z-]+", line):
                assert option in shown, line


def test_the_container_is_careful_and_says_how_it_is() -> None:
    compose = yaml.safe_load((SERVICE / "compose.yaml").read_text("utf-8"))
    watch = compose["services"]["watch"]
    assert watch["healthcheck"]["test"][0] == "CMD"
    assert "/health" in watch["healthcheck"]["test"][-1]
    assert watch["cap_drop"] == ["ALL"]
    assert watch["read_only"] is True
    assert "--token-file" in watch["command"]
    assert watch["ports"] == ["127.0.0.1:8765:8765"]
    assert int(watch["stop_grace_period"].removesuffix("s")) > 10
    volumes = {volume.partition(":")[0] for volume in watch["volumes"]} - {"./studio"}
    assert volumes == set(compose["volumes"])
    assert set(watch["secrets"]) == set(compose["secrets"])
    dockerfile = (SERVICE / "Dockerfile").read_text("utf-8")
    assert "\nUSER glmtts\n" in dockerfile


def test_the_unit_is_one(tmp_path: Path) -> None:
    text = (SERVICE / "glmtts-watch.service").read_text("utf-8")
    for line in text.splitlines():
        assert re.fullmatch(r"|#.*|\[\w+\]|[A-Z]\w+=.+", line), line
    assert re.search(r"^TimeoutStopSec=(\d+)$", text, re.M)
    program = shutil.which("systemd-analyze")
    if program is None:
        return  # the form above is all that can be seen without systemd
    unit = tmp_path / "glmtts-watch.service"
    unit.write_text(
        text.replace("/opt/glmtts/bin/glmtts", sys.executable).replace("User=glmtts", "User=root")
    )
    done = subprocess.run(
        [program, "verify", str(unit)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
