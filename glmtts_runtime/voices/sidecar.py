"""NAME.yaml beside a voice's recording -> what it says of the voice.

kokoro: zf_xiaoxiao                          # who speaks for it where Kokoro does,
kokoro: {zf_xiaoxiao: 0.6, zf_xiaoni: 0.4}   # or several, mixed
consent: synthetic                           # whose it is, see `consent.py`
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ...documents import strict_yaml, text_file
from ...documents.findings import Findings, UnfitError
from ...documents.record import Record, read
from ...documents.strict_yaml import Scalar, Table
from ...messages import Message
from .consent import Consent, read_consent
from .voice import Speakers

LARGEST = 16_384
"""Bytes"""


@dataclass(frozen=True, slots=True)
class Sidecar:
    """What stands beside a voice's recording."""

    speakers: Speakers = ()
    """Kokoro's, and weights that sum to 1; () where the file names none. Whether there are such
    speakers the engine knows."""
    consent: Consent | None = None


def sidecar_of(audio: Path) -> Sidecar:
    """What stands beside a recording; raises InputError with every mistake in it."""
    path = audio.with_name(f"{audio.stem}.yaml")
    return read_sidecar(path) if path.is_file() else Sidecar()


def read_sidecar(path: Path) -> Sidecar:
    """The sidecar in a file; raises InputError with every mistake in it."""
    findings = Findings()
    root = strict_yaml.parse(
        text_file.decode(text_file.read_bytes(path, str(path), limit=LARGEST), str(path)),
        str(path),
        findings,
    )
    found: dict[str, float] = {}
    consent = None
    if isinstance(root, Table):
        table = Record.of(root, ("kokoro", "consent"), findings).table
        consent = read_consent(table.get("consent"), findings)
        told = table.get("kokoro")
        if isinstance(told, Scalar):
            found[told.text] = 1.0
        elif isinstance(told, Table):
            for name, weight in told.entries:
                found[name.text] = read(weight, _weight, 1.0, findings)
        elif told is not None:
            findings.add(told.place, "A speaker is needed here, or several.", _REMEDY)
    else:
        findings.add(root.place, "A voice's file is a mapping.", _REMEDY)
    findings.check()
    total = sum(found.values())
    speakers = tuple((name, weight / total) for name, weight in sorted(found.items()))
    return Sidecar(speakers, consent)


_REMEDY = "Write kokoro: zf_xiaoxiao, or kokoro: {zf_xiaoxiao: 0.6, zf_xiaoni: 0.4}."


def _weight(text: str) -> float:
    try:
        weight = float(text.removesuffix("%"))
    except ValueError:
        weight = 0.0
    if not 0 < weight < 1_000_000:
        raise UnfitError(
            Message('"{}" is no weight.', text[:40]), "Write a number above 0, such as 0.6."
        )
    return weight
