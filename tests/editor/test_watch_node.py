"""A folder watched from inside real servers: dropped scripts go through the server's own queue."""

from __future__ import annotations

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
    end = time.monotonic() + 60
    while not ((inbox / "out" / "hello" / "manifest.json").exists()
               and (inbox / "failed" / "wrong.yaml").exists()):  # fmt: skip
        assert time.monotonic() < end, told(server, "status")
        time.sleep(0.2)
    heard(inbox / "out" / "hello" / "hello.mp3")
    assert (inbox / "out" / "hello" / "hello.srt").is_file()
    page = server.get("/glmtts/watch/status.json")
    assert [job["name"] for job in page["done"]] == ["hello.txt"]
    assert [job["name"] for job in page["failed"]] == ["wrong.yaml"]
    assert page["engine"] == "ComfyUI, preview"
    assert b"<html" in server.bytes("/glmtts/watch/")
    status = told(server, "status")
    assert f"watching {inbox}" in status
    assert "done: 1" in status
    assert "failed: 1" in status
    assert f"{server.url}/glmtts/watch/" in status


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
