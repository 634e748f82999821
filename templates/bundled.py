"""A template's name, or the path of one of your own -> its file."""

from __future__ import annotations

from pathlib import Path

from ..messages import Message
from ..mistakes import InputError, Place, nearest

_FOLDER = Path(__file__).with_name("bundled")
STARTER = Path(__file__).with_name("starter")
"""`announcement.yaml` and its data: what `glmtts templates new` begins with."""


def bundled() -> tuple[str, ...]:
    """Names of the templates that come along, each usable as it is."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


def find_template(name: str) -> Path:
    """The file of a bundled template, or the path itself; InputError for an unknown name."""
    if name in bundled():
        return _FOLDER / f"{name}.yaml"
    path = Path(name)
    if path.suffix.lower() in {".yaml", ".yml"} or path.is_file():
        return path
    remedy = Message("{} Your own end in .yaml.", nearest(name[:80], bundled()))
    raise InputError.at(Place(name), "There is no such template.", remedy)
