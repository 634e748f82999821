"""A folder of finished files -> its place under `out`, all at once; an older edition goes.

A folder under `out` is an edition: what one job made, with a `manifest.json` that lists it. Readers
see the old edition or the new one and no mixture. Files that somebody else put into the old one are
carried over; a folder that is no edition is never touched.
"""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import shutil
from contextlib import suppress
from pathlib import Path, PurePosixPath

from ...atomic import TEMPORARY, sync
from ...documents.findings import UnfitError
from ...messages import Message
from ...production.delivery.publish import GENERATOR, MANIFEST
from ..files.exchange import swap

_log = logging.getLogger(__name__)


def fingerprint(edition: Path) -> str | None:
    """Hex SHA-256 of a folder's manifest; None if it has none."""
    try:
        return hashlib.sha256((edition / MANIFEST).read_bytes()).hexdigest()
    except OSError:
        return None


def bring(made: Path, stage: Path) -> str:
    """Move an edition to the file system where its place is; its fingerprint.

    It is flushed to the disk there, so that a power cut leaves no empty files.
    """
    for hidden in made.glob(f"{TEMPORARY}*"):
        shutil.rmtree(hidden) if hidden.is_dir() else hidden.unlink()
    shutil.rmtree(stage, ignore_errors=True)
    try:
        made.rename(stage)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _copy(made, stage)
    for path in sorted(stage.rglob("*")):
        sync(path)
    sync(stage)
    found = fingerprint(stage)
    if found is None:  # every renderer writes one, so the whole folder has gone
        raise FileNotFoundError(errno.ENOENT, "it went away", str(stage / MANIFEST))
    return found


def _copy(made: Path, stage: Path) -> None:
    """As shutil.copytree, which would also make the folders above: a share may be away."""
    stage.mkdir()
    for path in sorted(made.rglob("*")):
        copy = stage / path.relative_to(made)
        copy.mkdir() if path.is_dir() else shutil.copyfile(path, copy)


def check(target: Path) -> None:
    """Raises `UnfitError` if publishing there would replace what is not ours."""
    if not target.exists() or _listed(target) is not None:
        return
    if target.is_dir() and not any(not one.name.startswith(".") for one in target.iterdir()):
        return
    what = Message("{} is there already, and was not made by this program.", target)
    raise UnfitError(what, "Move it away, or drop the file under another name.")


def publish(stage: Path, out: Path, name: str) -> None:
    """Give an edition its place, `name` under `out`, and clear what was there before."""
    target = out / name
    _make_below(out, target.parent)
    swap(stage, target)
    _log.debug("step: published %s", name)
    clear(stage, target)


def clear(stage: Path, target: Path) -> None:
    """Remove what an edition replaced, which is `stage` now, but for files that nobody had listed.

    What the disk does not let be removed now stays for another time.
    """
    if stage.is_dir():
        with suppress(OSError):
            _carry_over(stage, target)
            shutil.rmtree(stage, ignore_errors=True)


def _carry_over(stage: Path, target: Path) -> None:
    listed = _listed(stage)
    foreign = [] if listed is None else [path for path in _files(stage) if path not in listed]
    for path in foreign:
        kept = target / path
        if not kept.exists():
            _make_below(target, kept.parent)
            (stage / path).rename(kept)


def _make_below(top: Path, folder: Path) -> None:
    """Make a folder and those between it and `top`, which is there or is a share that is away."""
    for parent in (*reversed(folder.relative_to(top).parents), folder.relative_to(top)):
        if parent.parts:
            (top / parent).mkdir(exist_ok=True)


def _files(edition: Path) -> list[PurePosixPath]:
    """Relative names of the files in an edition, but for the manifest and hidden ones."""
    files = [path.relative_to(edition) for path in edition.rglob("*") if not path.is_dir()]
    return [
        PurePosixPath(file.as_posix())
        for file in files
        if file.as_posix() != MANIFEST and not file.name.startswith(".")
    ]


def _listed(edition: Path) -> set[PurePosixPath] | None:
    """What the manifest of an edition lists; None if it has none of ours."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        manifest = json.loads((edition / MANIFEST).read_text("utf-8"))
        if str(manifest["generator"]).startswith(GENERATOR):
            return {PurePosixPath(entry["name"]) for entry in manifest["files"]}
    return None
