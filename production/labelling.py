"""Who labels: the house's own code. A production is given it with its context."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..documents.findings import UnfitError
from ..mistakes import InputError, Place
from ..scripts.yaml_disclosure import producer_code
from .made_log import MadeLog

PRODUCER_VARIABLE = "GLMTTS_PRODUCER"
"""Of the environment: the code of who makes everything here"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelling:
    """What is the same for all that a house makes."""

    producer: str = ""
    """The code of whoever makes it, where nothing that is written says another; "" for this
    program's own name."""
    log: MadeLog | None = None
    """Where what was made is noted; None for nowhere."""

    @classmethod
    def of(cls, environment: Mapping[str, str], log: MadeLog | None = None) -> Labelling:
        """As the environment says; raises `InputError` with the variable's name."""
        try:
            code = environment.get(PRODUCER_VARIABLE, "")
            return cls(producer=producer_code(code) if code else "", log=log)
        except UnfitError as unfit:
            raise InputError.at(Place(PRODUCER_VARIABLE), unfit.what, unfit.remedy) from None

    @property
    def key(self) -> str:
        """Equal where files are labelled alike; part of what productions are told apart by."""
        return self.producer
