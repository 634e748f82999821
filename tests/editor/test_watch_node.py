"""A folder watched from inside real servers: dropped scripts go through the server's own queue."""

from __future__ import annotations

import json
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import Server
from .prompt import glmtts, heard


def told(server: Server, action: str, folder: str = "drop here") -> str:
    ran = server.run({"1": glmtts("WatchFolder", action=action, folder=folder)})
    assert ran.error is None, ran.error
    text: str = ran.outputs["1"]["text"][0]
    return text


def appeared(server: Server, path: Path) -> None:
    """Wait for a file."""
    end = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < end, told(server, "status")
        time.sleep(0.2)


@pytest.fixture
def inbox(server: Server) -> Iterator[Path]:
    """A folder that is watched while the test runs."""
    told(server, "start")
    try:
        yield server.base / "input" / "drop here"
    finally:
        told(server, "stop")


def test_what_is_dropped_is_spoken_published_and_shown_on_the_page(
    server: Server, inbox: Path
) -> None:
    (inbox / "hello.txt").write_text("Anna: Hello.\nBen: Good bye.", "utf-8")
    (inbox / "wrong.yaml").write_text("glmtts: 1\nsegments: [Anna: {}]\n", "utf-8")
    appeared(server, inbox / "out" / "hello" / "manifest.json")
    appeared(server, inbox / "failed" / "wrong.yaml")
    heard(inbox / "out" / "hello" / "hello.mp3")
    assert (inbox / "out" / "hello" / "hello.srt").is_file()
    page = server.get("/glmtts/watch/status.json")
    assert [job["name"] for job in page["done"]] == ["hello.txt"]
    assert [job["name"] for job in page["failed"]] == ["wrong.yaml"]
    assert page["engine"] == "ComfyUI, auto"
    assert b"<html" in server.bytes("/glmtts/watch/")
    status = told(server, "status")
    assert f"watching {inbox}" in status
    assert "done: 1" in status
    assert "failed: 1" in status
    assert f"{server.url}/glmtts/watch/" in status


def test_its_settings_are_followed_and_its_hooks_told(server: Server, inbox: Path) -> None:
    settings, note = server.base / "user" / "__glmtts" / "watch.yaml", server.base / "note.json"
    assert f"settings: {settings}" in told(server, "status")
    hook = ["run", sys.executable, "-c", f"import sys; open({str(note)!r}, 'w').write(input())"]
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text("watch: 1\nhoks: []\n", "utf-8")
    try:
        end = time.monotonic() + 20
        while 'Did you mean "hooks"?' not in told(server, "status"):
            assert time.monotonic() < end
        settings.write_text(
            "watch: 1\narrival: {settle: 0s}\noutput: {formats: [wav]}\n"
            f"hooks: [{{on: done, {hook[0]}: {json.dumps(hook[1:])}}}]\n"
        )
        while "not taken over" in told(server, "status"):
            assert time.monotonic() < end
        (inbox / "noted.txt").write_text("Anna: Hello.", "utf-8")
        appeared(server, note)
    finally:
        settings.unlink()
    assert (inbox / "out" / "noted" / "noted.wav").is_file()
    assert json.loads(note.read_text("utf-8"))["name"] == "noted.txt"


def test_nothing_is_shown_while_nothing_is_watched(server: Server) -> None:
    assert told(server, "status") == "Nothing is watched."
    assert told(server, "stop") == "Nothing is watched."
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{server.url}/glmtts/watch/", timeout=10)


def test_starting_again_changes_nothing_and_another_folder_is_refused(
    server: Server, inbox: Path
) -> None:
    assert f"watching {inbox}" in told(server, "start")
    wanted = {"1": glmtts("WatchFolder", action="start", folder="other")}
    error = server.run(wanted).error
    assert error is not None
    assert f"This server watches {inbox} already." in error["exception_message"]


@pytest.mark.parametrize("folder", ["..", "../../elsewhere", "/tmp", ".", ""])
def test_a_folder_outside_the_input_folder_is_not_watched(newest: Server, folder: str) -> None:
    error = newest.run({"1": glmtts("WatchFolder", action="start", folder=folder)}).error
    assert error is not None
    assert error["node_id"] == "1"
    assert "no folder inside the input folder" in error["exception_message"]
