"""The archive that the registry would publish: what is in it, and that it is all the pack needs."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from .conftest import PACK, Server, hosts_folder, serving
from .hosts import NEWEST, OLDEST
from .locales import schemas

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PROJECT = tomllib.loads((PACK / "pyproject.toml").read_text("utf-8"))
MEGABYTE = 2**20


def git(*arguments: str) -> list[str]:
    listed = subprocess.run(
        ["git", "-c", "core.quotePath=false", *arguments, "-z"],
        cwd=PACK,
        check=True,
        capture_output=True,
    )
    return [name for name in listed.stdout.decode().split("\0") if name]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every file that git knows or would, but for those that .comfyignore names."""
    known = git("ls-files", "--cached", "--others", "--exclude-standard")
    named = ["--ignored", f"--exclude-from={PACK / '.comfyignore'}"]
    left_out = {*git("ls-files", "--cached", *named), *git("ls-files", "--others", *named)}
    path = tmp_path_factory.mktemp("archive") / "node.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in known:
            if name not in left_out and (PACK / name).is_file():
                packed.write(PACK / name, name)
    return path


@pytest.fixture(scope="module")
def published(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with nothing of this repository but the archive."""
    pack = tmp_path_factory.mktemp("unpacked") / "pack"
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(pack)
    with serving(NEWEST, tmp_path_factory.mktemp("published"), pack) as server:
        yield server


def test_the_archive_is_small_and_holds_no_tests_and_nothing_of_the_workshop(archive: Path) -> None:
    names = zipfile.ZipFile(archive).namelist()
    tops = {name.partition("/")[0] for name in names if "/" in name}
    assert tops.isdisjoint({"tests", "bench", "docs", "examples", ".ci", ".hosts"})
    assert not [name for name in names if name.rpartition("/")[2].startswith(("test_", "make"))]
    assert not [name for name in names if name.endswith((".so", ".dll", ".pkl", ".pyc"))]
    assert not [name for name in names if name.startswith("web/") and name.endswith("js")]
    assert archive.stat().st_size < 20 * MEGABYTE


def test_the_archive_holds_help_and_translations_and_examples(archive: Path) -> None:
    names = set(zipfile.ZipFile(archive).namelist())
    for name in schemas():
        assert {f"web/docs/{name}.md", f"web/docs/{name}/zh.md"} <= names
    assert {"locales/zh/nodeDefs.json", "locales/zh/main.json", "requirements.txt"} <= names
    assert any(name.startswith("example_workflows/") for name in names)


def test_the_archive_alone_is_a_working_pack(published: Server) -> None:
    assert set(schemas()) <= set(published.get("/object_info"))
    assert "IMPORT FAILED" not in published.log()
    spoken = published.run(
        {
            "1": {"class_type": "GLMTTS_Synthesize", "inputs": {"text": "你好，hello。"}},
            "2": {
                "class_type": "GLMTTS_Export",
                "inputs": {"audio": ["1", 0], "format": "mp3", "filename_prefix": "x"},
            },
        }
    )
    assert spoken.error is None
    assert published.file(spoken.outputs["2"]["audio"][0]).stat().st_size > 10_000


def test_the_registry_gets_what_it_asks_for() -> None:
    comfy = PROJECT["tool"]["comfy"]
    assert comfy["requires-comfyui"] == f">={OLDEST.version}"
    assert comfy["PublisherId"]
    assert comfy["DisplayName"]
    assert comfy["Icon"].endswith("/docs/images/icon.png")
    assert "web" not in comfy  # WEB_DIRECTORY says it; both would load everything twice
    assert PROJECT["project"]["urls"]["Repository"].startswith("https://")
    assert PROJECT["project"]["version"].count(".") == 2


def test_the_icon_is_as_large_as_the_registry_allows() -> None:
    with Image.open(PACK / "docs" / "images" / "icon.png") as icon:
        assert icon.width == icon.height <= 400


def test_installing_the_pack_changed_nothing_in_a_host(server: Server) -> None:
    folder = hosts_folder()
    before = set(server.host.before(folder).read_text("utf-8").split("\n"))
    freeze = [server.host.python(folder), "-m", "pip", "freeze", "--disable-pip-version-check"]
    after = subprocess.run(freeze, check=True, capture_output=True, text=True).stdout.split("\n")
    assert any(line.startswith("torch==") for line in before)
    assert before <= set(after)
