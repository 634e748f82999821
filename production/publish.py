"""Finished files -> a folder, all together: nothing half-written has a final name."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..atomic import TEMPORARY, InUseError, exclusive, sync
from ..mistakes import InputError, Place

MANIFEST = "manifest.json"


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
        text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
        (self.folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")
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

    Raises `InputError` when the target is no folder, or another process is publishing to it.
    """
    try:
        target.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        what, remedy = "This is not a folder.", "Choose another one with --output."
        raise InputError.at(Place(str(target)), what, remedy) from None
    folder = target / f"{TEMPORARY}staging"
    try:
        with exclusive(target / f"{TEMPORARY}lock"):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            try:
                yield Stage(folder, target)
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    except InUseError:
        raise InputError.at(
            Place(str(target)),
            "Another process is writing to this folder.",
            "Wait for it to finish, or choose another folder with --output.",
        ) from None
