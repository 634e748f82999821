"""Finished files -> a folder, all together: nothing half-written has a final name."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...atomic import TEMPORARY, InUseError, exclusive, sync, write_text
from ...glmtts_runtime.engine import Engine
from ...mistakes import InputError, Place
from ...version import __version__
from .deliverable import Deliverable

MANIFEST = "manifest.json"
GENERATOR = "comfyui-glmtts "
"""What the generator of our manifests begins with."""


def manifest_header(engine: Mapping[str, str]) -> dict[str, Any]:
    """What every manifest begins with."""
    return {"version": 1, "generator": GENERATOR + __version__, "engine": engine}


def engine_entry(engine: Engine) -> dict[str, str]:
    """An engine as manifests and logs name it."""
    return {"name": engine.name, "fingerprint": engine.fingerprint}


def manifest_text(manifest: Mapping[str, Any]) -> str:
    return json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"


def write_file_list(
    folder: Path, names: Iterable[str], engine: Mapping[str, str], **more: str
) -> None:
    """Write the manifest of a folder where what made its files wrote none that others could read.

    more: entries beside the header and the files.
    """
    files = [Deliverable.of(folder / name, folder).entry() for name in names]
    manifest = {**manifest_header(engine), **more, "files": files}
    write_text(folder / MANIFEST, manifest_text(manifest))


@dataclass(frozen=True, slots=True)
class Stage:
    """Where files are made until `publish` gives them their names."""

    folder: Path
    """Hidden, inside the folder they are meant for."""
    target: Path

    def publish(self, manifest: dict[str, Any]) -> Path:
        """Move every staged file to its name, drop files only the last manifest had, then write
        the manifest: where it is, all it lists is there and whole. Returns its path.

        Files are flushed to disk first, so that a power cut leaves no empty ones behind.
        """
        staged = [path for path in sorted(self.folder.rglob("*")) if path.is_file()]
        (self.folder / MANIFEST).write_bytes(manifest_text(manifest).encode())
        for path in (*staged, self.folder / MANIFEST):
            sync(path)
        previous = self._published()
        (self.target / MANIFEST).unlink(missing_ok=True)
        names = [path.relative_to(self.folder) for path in staged]
        for name in names:
            (self.target / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).replace(self.target / name)
        for name in previous - set(names):
            (self.target / name).unlink(missing_ok=True)
            if name.parent != Path():
                with suppress(OSError):  # what is not empty stays
                    (self.target / name.parent).rmdir()
        (self.folder / MANIFEST).replace(self.target / MANIFEST)
        sync(self.target)
        return self.target / MANIFEST

    def _published(self) -> set[Path]:
        """Names the last manifest lists; only plain ones inside the folder count."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            listed = json.loads((self.target / MANIFEST).read_text("utf-8"))["files"]
            names = {Path(entry["name"]) for entry in listed}
            return {name for name in names if not name.is_absolute() and ".." not in name.parts}
        return set()


@contextmanager
def staging(target: Path) -> Iterator[Stage]:
    """A stage for `target`, whose folder is made; what an interrupted run left there is removed.

    Raises `InputError` as `own_folder` does.
    """
    folder = target / f"{TEMPORARY}staging"
    with own_folder(target):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        try:
            yield Stage(folder, target)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def own_folder(target: Path) -> Iterator[None]:
    """Make a folder, where need be, and be the only process that writes to it.

    Raises `InputError` when it is no folder, or another process is writing to it. Folders that were
    made for work that then fails are taken away again while they are empty.
    """
    lock = target / f"{TEMPORARY}lock"
    made = [folder for folder in (target, *target.parents) if not folder.exists()]
    try:
        target.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        what, remedy = "This is not a folder.", "Choose another one with --output."
        raise InputError.at(Place(str(target)), what, remedy) from None
    try:
        with exclusive(lock), _unmade(made, lock):
            yield
    except InUseError:
        raise InputError.at(
            Place(str(target)),
            "Another process is writing to this folder.",
            "Wait for it to finish, or choose another folder with --output.",
        ) from None


@contextmanager
def _unmade(made: Iterable[Path], lock: Path) -> Iterator[None]:
    """On an error, remove folders, innermost first, in which there is nothing but the lock."""
    made = tuple(made)
    try:
        yield
    except BaseException:
        with suppress(OSError):  # not empty; or Windows, where a file in use cannot be removed
            for folder in made:
                if {*folder.iterdir()} <= {lock}:
                    lock.unlink(missing_ok=True)
                folder.rmdir()
        raise
