"""A finished file -> what it says of itself, and whether that agrees with its manifest."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..audio.label_reader import read_labels
from ..audio.tags import AIGC
from ..digests import file_digest
from ..messages import Message
from ..mistakes import InputError, Mistake, Place
from .announcements.audit import MANIFEST as ANNOUNCEMENTS
from .delivery.publish import MANIFEST
from .provenance.signing import Signature, read_signature

_KEYS = ("Label", "ContentProducer", "ProduceID", "ContentPropagator", "PropagateID")
_VALUE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]*")
_LARGEST = 64 << 20  # bytes of a manifest
_DEEPEST = 2  # folders between a file and its manifest: stems and lines have one


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What one file says of itself."""

    file: Path
    aigc: Mapping[str, str] | None
    """Its AIGC label; None where it has none, or none that can be understood."""
    manifest: Path | None
    """That lists it; None where no manifest does."""
    problems: tuple[str, ...]
    """What is missing, malformed or contradictory, a sentence each."""
    signature: Signature | None = None
    """Its C2PA manifest; None without one, and where the extra is not installed."""

    @property
    def good(self) -> bool:
        return self.aigc is not None and not self.problems

    def entry(self) -> dict[str, Any]:
        """A JSON object."""
        return {
            "file": str(self.file),
            "ok": self.good,
            "aigc": self.aigc and dict(self.aigc),
            "manifest": self.manifest and str(self.manifest),
            "c2pa": self.signature and self.signature.entry(),
            "problems": list(self.problems),
        }


def verify(paths: list[Path]) -> list[Verified]:
    """Read every file; raises `InputError` with all that are no files or cannot be read."""
    mistakes, found = [], []
    for path in paths:
        try:
            found.append(_verified(path))
        except OSError as error:
            what = Message("This file cannot be read: {}.", error.strerror or error)
            mistakes.append(Mistake(Place(str(path)), what, "Check the path."))
    if mistakes:
        raise InputError(mistakes)
    return found


def _verified(path: Path) -> Verified:
    written = [label.value for label in read_labels(path) if label.name.upper() == AIGC]
    known = [label for text in dict.fromkeys(written) if (label := _label(text))]
    problems = list(_of_labels(written, known))
    aigc = known[0] if known else None
    manifest = None
    for folder in list(path.absolute().parents)[:_DEEPEST]:
        entry = _listed(folder, path.absolute())
        if entry is not None:
            manifest, told = entry
            problems += _of_manifest(path, aigc, told)
            break
    signature = read_signature(path)
    if signature and not signature.valid:
        problems.append(Message("Its signature does not hold: {}.", ", ".join(signature.problems)))
    return Verified(
        file=path, aigc=aigc, manifest=manifest, problems=tuple(problems), signature=signature
    )


def _label(text: str) -> dict[str, str] | None:
    """A label as the practice guide writes it, bare or inside one more object."""
    with suppress(ValueError):
        value = json.loads(text)
        value = value.get(AIGC, value) if isinstance(value, dict) else None
        if isinstance(value, dict):
            return {str(key): str(item) for key, item in value.items()}
    return None


def _of_labels(written: list[str], known: list[dict[str, str]]) -> Iterator[str]:
    if not written:
        yield "It does not say that it is synthetic: no AIGC label."
    elif len(known) < len(set(written)):
        yield "Its AIGC label cannot be understood."
    if len(known) > 1:
        yield "It has several AIGC labels that differ."
    for label in known[:1]:
        missing = [key for key in _KEYS if not label.get(key)]
        if missing:
            yield Message("Its AIGC label lacks {}.", ", ".join(missing))
        if label.get("Label") not in {"1", "2", "3"}:
            yield "Its AIGC label says neither 1, 2 nor 3."
        wrong = [key for key, value in label.items() if not _VALUE.fullmatch(value)]
        if wrong:
            yield Message(
                "Its AIGC label has characters that are not allowed, in {}.", ", ".join(wrong)
            )


def _of_manifest(
    path: Path, aigc: Mapping[str, str] | None, told: Mapping[str, Any]
) -> Iterator[str]:
    if told.get("sha256") != file_digest(path):
        yield "It is not the file its manifest lists: its bytes were changed."
    number = told.get("produce_id")
    if number is not None and (aigc or {}).get("ProduceID") != number:
        yield "Its number is not the one in its manifest."


def _listed(folder: Path, path: Path) -> tuple[Path, Mapping[str, Any]] | None:
    """The manifest in a folder that lists a file, and what it says of it."""
    name = path.relative_to(folder).as_posix()
    for manifest in (folder / MANIFEST, folder / ANNOUNCEMENTS):
        with suppress(OSError, ValueError, KeyError, TypeError):
            if manifest.stat().st_size > _LARGEST:
                continue
            for entry in json.loads(manifest.read_bytes())["files"]:
                if name in {entry.get("name"), entry.get("file")}:
                    return manifest, entry
    return None
