"""NAME.yaml beside a voice's recording -> what it says of the voice.

kokoro: zf_xiaoxiao                          # who speaks for it where Kokoro does,
kokoro: {zf_xiaoxiao: 0.6, zf_xiaoni: 0.4}   # or several, mixed
"""

from __future__ import annotations

from pathlib import Path

from ...documents import strict_yaml, text_file
from ...documents.findings import Findings, UnfitError
from ...documents.record import Record, read
from ...documents.strict_yaml import Scalar, Table
from ...messages import Message
from .voice import Speakers

LARGEST = 16_384
"""Bytes"""


def read_speakers(path: Path) -> Speakers:
    """Kokoro's speakers and their weights, brought to a sum of 1; () where the file names none.

    Raises InputError with every mistake in it. Whether there are such speakers the engine knows.
    """
    findings = Findings()
    root = strict_yaml.parse(
        text_file.decode(text_file.read_bytes(path, str(path), limit=LARGEST), str(path)),
        str(path),
        findings,
    )
    found: dict[str, float] = {}
    if isinstance(root, Table):
        told = Record.of(root, ("kokoro",), findings).table.get("kokoro")
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
    return tuple((name, weight / total) for name, weight in sorted(found.items()))


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
