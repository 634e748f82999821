"""The sample rate and seed of single files: options, and the rate a format can have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ..messages import Message
from ..mistakes import InputError, Place

if TYPE_CHECKING:
    from ..scripts.script import Format

SampleRate = Annotated[
    int | None, typer.Option("--sample-rate", help="Hz; 24000 unless given, for Opus 48000.")
]
Seed = Annotated[
    int, typer.Option("--seed", min=0, max=(1 << 64) - 1, help="Another seed, another reading.")
]

_USUAL = 24_000  # Hz; what engines speak at


def file_rate(format: Format, wanted: int | None) -> int:
    """The rate wanted, or the usual one; raises `InputError` for one the format does not have."""
    from ..production.delivery.formats import sample_rates

    rates = sample_rates(format)
    if wanted is None:
        return _USUAL if _USUAL in rates else rates[-1]
    if wanted not in rates:
        what = Message("{} files cannot have a sample rate of {} Hz.", format, wanted)
        remedy = Message("Give one of: {}.", ", ".join(map(str, rates)))
        raise InputError.at(Place("--sample-rate"), what, remedy)
    return wanted
