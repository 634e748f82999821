"""A finished file and what it measures, as manifests list it."""

from __future__ import annotations

import json
import math
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ...audio.label_reader import read_labels
from ...audio.tags import AIGC
from ...digests import file_digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliverable:
    """A finished file and, where it sounds, what it measures."""

    name: str
    """Relative to the folder, with forward slashes."""
    sha256: str
    bytes: int
    seconds: float | None = None
    loudness: float | None = None
    """LUFS"""
    true_peak: float | None = None
    """dBTP"""
    produce_id: str | None = None
    """The number in the file's own label."""

    @classmethod
    def of(cls, path: Path, folder: Path, **measured: float) -> Deliverable:
        """A file in a folder; `measured` are fields by name."""
        return cls(
            name=path.relative_to(folder).as_posix(),
            sha256=file_digest(path),
            bytes=path.stat().st_size,
            produce_id=produce_id(path),
            **measured,
        )

    def entry(self) -> dict[str, Any]:
        """A JSON object. JSON knows no infinity: silence has no loudness and no peak."""
        entry = {key: value for key, value in asdict(self).items() if value is not None}
        for key in ("seconds", "loudness", "true_peak"):
            if key in entry:
                entry[key] = round(entry[key], 6) if math.isfinite(entry[key]) else None
        return entry


def produce_id(path: Path) -> str | None:
    """The number in a file's label, as anybody reads it there; None where there is none."""
    for label in read_labels(path):
        if label.name == AIGC:
            with suppress(ValueError, KeyError, TypeError):
                return str(json.loads(label.value)["ProduceID"])
    return None
