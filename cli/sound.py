"""How single files are spoken and what they are: options, and what may be given for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ..messages import Message
from ..mistakes import InputError, Place, nearest

if TYPE_CHECKING:
    from ..scripts.script import Format, NumbersIn, Phoneme

SampleRate = Annotated[
    int | None, typer.Option("--sample-rate", help="Hz; 24000 unless given, for Opus 48000.")
]
Seed = Annotated[
    int, typer.Option("--seed", min=0, max=(1 << 64) - 1, help="Another seed, another reading.")
]
Phonemes = Annotated[
    str,
    typer.Option(
        "--phoneme",
        metavar="none|asked|doubtful|all",
        help="Which characters GLM-TTS is given as phonemes: those with a rule or an inline "
        "reading (asked), those it would probably misread as well (doubtful), none, or all.",
    ),
]

Rate = Annotated[
    float, typer.Option("--rate", min=0.5, max=2, help="Speaking speed; 1.1 is 10 % faster.")
]

Numbers = Annotated[
    str | None,
    typer.Option(
        "--numbers",
        metavar="auto|zh|en",
        help="Say all numbers and signs in zh or en, whatever stands around them.",
    ),
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


def phoneme(name: str) -> Phoneme:
    """What was asked for; raises `InputError` for what there is not."""
    from ..scripts.script import PHONEMES

    if name not in PHONEMES:
        what = Message('There is no phoneme mode "{}".', name)
        raise InputError.at(Place("--phoneme"), what, nearest(name, PHONEMES))
    return PHONEMES[name]


def numbers_in(name: str) -> NumbersIn:
    """The language asked for; raises `InputError` for what there is not."""
    from ..scripts.script import NUMBERS

    if name not in NUMBERS:
        what = Message('There is no "{}" here.', name)
        raise InputError.at(Place("--numbers"), what, nearest(name, NUMBERS))
    return NUMBERS[name]
