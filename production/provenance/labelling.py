"""Who labels: the house's own code. A production is given it with its context."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ...documents.findings import UnfitError
from ...messages import Message
from ...mistakes import InputError, Place
from ...scripts.disclosure import Disclosure
from ...scripts.yaml_disclosure import producer_code
from .made_log import MadeLog
from .signing import Signer

PRODUCER_VARIABLE = "GLMTTS_PRODUCER"
"""Of the environment: the code of who makes everything here"""

KEY_VARIABLE, CERTIFICATE_VARIABLE = "GLMTTS_C2PA_KEY", "GLMTTS_C2PA_CERTIFICATE"
"""The files that everything here is signed with"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelling:
    """What is the same for all that a house makes."""

    producer: str = ""
    """The code of whoever makes it, where nothing that is written says another; "" for this
    program's own name."""
    log: MadeLog | None = None
    """Where what was made is noted; None for nowhere."""
    disclosure: Disclosure = field(default_factory=Disclosure)
    """Of what nobody writes down, as a server's answers."""
    signer: Signer | None = None
    """Who signs what formats can hold; None for nobody."""

    @classmethod
    def of(cls, environment: Mapping[str, str], log: MadeLog | None = None) -> Labelling:
        """As the environment says; raises `InputError` with the variables' names."""
        try:
            code = environment.get(PRODUCER_VARIABLE, "")
            producer = producer_code(code) if code else ""
        except UnfitError as unfit:
            raise InputError.at(Place(PRODUCER_VARIABLE), unfit.what, unfit.remedy) from None
        files = [environment.get(name, "") for name in (KEY_VARIABLE, CERTIFICATE_VARIABLE)]
        places = (Place(KEY_VARIABLE), Place(CERTIFICATE_VARIABLE))
        return cls(producer=producer, log=log, signer=signer(files[0], files[1], places))

    def with_producer(self, disclosure: Disclosure) -> Disclosure:
        """The disclosure with the house's code where it has none of its own."""
        return replace(disclosure, producer=disclosure.producer or self.producer)

    @property
    def key(self) -> str:
        """Equal where files are labelled alike; part of what productions are told apart by."""
        return self.producer if self.signer is None else f"{self.producer} {self.signer.digest}"


def signer(key: str, certificate: str, places: tuple[Place, Place]) -> Signer | None:
    """Who signs with two files, none without; raises `InputError` at the places of the two."""
    if not key and not certificate:
        return None
    if not key or not certificate:
        missing, given = places if not key else places[::-1]
        what = Message("{} is given alone.", given)
        raise InputError.at(missing, what, "Give the private key and its certificate.")
    return Signer.of(Path(key), Path(certificate), places)
