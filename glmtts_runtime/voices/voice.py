"""A voice: a reference recording, its transcript, and the digest that names both."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TypeAlias

from ...audio.wave import Wave
from .consent import Consent

Speakers: TypeAlias = tuple[tuple[str, float], ...]
"""Names of an engine's own speakers, and weights that sum to 1"""


@dataclass(frozen=True, slots=True, eq=False)
class Voice:
    """Who speaks (or, used as an emotion, how): 3-10 s of one person and the words they say."""

    name: str
    """For people; two voices of one digest sound the same whatever they are called."""
    reference: Wave
    transcript: str
    digest: str
    """Hex SHA-256 of samples, rate and transcript: the voice's identity in caches and manifests."""
    speakers: Speakers = ()
    """Who speaks for it where an engine cannot clone: Kokoro's speakers and weights that sum to 1;
    () for whoever is nearest."""
    consent: Consent | None = None
    """None: nobody said whose it is."""

    @classmethod
    def of(cls, name: str, reference: Wave, transcript: str) -> Voice:
        """The voice of a reference; raises nothing: `check` judges whether it is a good one."""
        digest = hashlib.sha256()
        digest.update(f"{reference.rate}\n{transcript}\n".encode())
        digest.update(reference.samples.astype("<f4").tobytes())
        return cls(name, reference, transcript, digest.hexdigest())
