"""Kokoro's weights from a server: resumed, checked, stopped, and never half there."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from comfyui_glmtts.cli.app import app
from comfyui_glmtts.glmtts_runtime.kokoro import weights
from comfyui_glmtts.glmtts_runtime.kokoro.download import download
from comfyui_glmtts.mistakes import InputError
from typer.testing import CliRunner


@pytest.fixture(scope="module")
def published(cache: Path) -> bytes:
    return weights.find(cache=cache, environment={}).file.read_bytes()


class Site(ThreadingHTTPServer):
    """A server with one file, with ranges; `left`: how many answers break off in the middle."""

    daemon_threads = True

    def __init__(self, data: bytes) -> None:
        self.data, self.left, self.asked = data, 0, list[int]()
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/kokoro-v1.0.int8.onnx"


class Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        begin = int((self.headers.get("Range") or "bytes=0-")[6:-1])
        self.server.asked.append(begin)
        data = self.server.data[begin:]
        self.send_response(206 if begin else 200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.server.left -= 1
        self.wfile.write(data[: len(data) // 2] if self.server.left >= 0 else data)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site(published: bytes) -> Iterator[Site]:
    with Site(published) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_it_goes_on_where_it_broke_off_and_is_the_published_file(
    site: Site, tmp_path: Path
) -> None:
    site.left = 1
    with pytest.raises(InputError, match=r"broke off at .* other source, huggingface"):
        download(tmp_path, address=site.address, environment={})
    assert not list(tmp_path.glob("*.onnx"))
    told: list[tuple[int, int]] = []
    found = download(
        tmp_path,
        address=site.address,
        environment={},
        progress=lambda done, total: told.append((done, total)),
    )
    assert site.asked == [0, weights.SIZE // 2]
    assert told[-1] == (weights.SIZE, weights.SIZE)
    assert [path.name for path in tmp_path.iterdir()] == [found.file.name]
    assert weights.checked(found.file).sha256 == weights.SHA256


def test_it_is_found_where_the_packages_are_not_installed(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weights, "PARTS", ("kokoro_part_nobody_has",))
    with pytest.raises(InputError, match="glmtts model download kokoro"):
        weights.find(cache=tmp_path, environment={})
    found = download(tmp_path, address=site.address, environment={})
    assert weights.find(cache=tmp_path, environment={}) == found
    with found.file.open("r+b") as file:
        file.write(b"swapped")
    with pytest.raises(InputError, match=r"damaged.*Delete the file.*model download kokoro"):
        weights.find(cache=tmp_path, environment={})


def test_a_swapped_file_is_refused_and_not_kept(site: Site, tmp_path: Path) -> None:
    site.data = b"another" * 1000
    with pytest.raises(InputError, match=r"another file than was published.*huggingface"):
        download(tmp_path, address=site.address, environment={})
    assert list(tmp_path.iterdir()) == []


def test_it_stops_when_asked_and_keeps_what_came(site: Site, tmp_path: Path) -> None:
    class StoppedError(Exception):
        pass

    def stop() -> None:
        if any(path.stat().st_size for path in tmp_path.iterdir()):
            raise StoppedError

    with pytest.raises(StoppedError):
        download(tmp_path, address=site.address, environment={}, cancel=stop)
    [part] = tmp_path.iterdir()
    assert part.name.endswith(".part")
    assert 0 < part.stat().st_size < weights.SIZE


@pytest.mark.parametrize("environment", [{"HF_HUB_OFFLINE": "1"}, {"HF_HUB_OFFLINE": "YES"}])
def test_an_offline_computer_touches_no_network(
    site: Site, environment: dict[str, str], tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="stay offline"):
        download(tmp_path, address=site.address, environment=environment)
    with pytest.raises(InputError, match="stay offline"):
        download(tmp_path, address=site.address, environment={}, offline=True)
    assert site.asked == []


def test_a_mirror_of_huggingface_is_asked(site: Site, tmp_path: Path) -> None:
    mirror = {"HF_ENDPOINT": site.address.rpartition("/")[0]}
    assert download(tmp_path, source="huggingface", environment=mirror).sha256 == weights.SHA256


def test_the_command_downloads_checks_and_refuses(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = CliRunner()
    monkeypatch.setenv("HF_ENDPOINT", site.address.rpartition("/")[0])
    fetch = ["model", "download", "kokoro", str(tmp_path), "--source", "huggingface"]
    assert "are the published ones" in runner.invoke(app, fetch).stdout
    [file] = tmp_path.iterdir()
    checked = runner.invoke(app, ["model", "verify", "kokoro", str(file), "--json"])
    assert json.loads(checked.stdout)["published"] is True
    for wrong in (["model", "download", "kokorro"], [*fetch[:3], "--source", "hugface"]):
        assert "Did you mean" in str(runner.invoke(app, wrong).exception)
    offline = runner.invoke(app, [*fetch[:3], str(tmp_path / "new"), "--offline"])
    assert "stay offline" in str(offline.exception)
