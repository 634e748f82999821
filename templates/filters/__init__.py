"""The filters of templates, by name: `{{ train | train }}` -> `{G1234|say-as:train}`.

Each is a function of the language, the value and, for some, how it is wanted; it returns text with
marks for the Reader, and refuses a value that is no such thing with `findings.UnfitError`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .amounts import discount, money, temperature, unit
from .codes import (
    address,
    bus,
    characters,
    counter,
    exit,
    flight,
    floor,
    gate,
    letters,
    line,
    name,
    plate,
    platform,
    room,
    seat,
    telephone,
    ticket,
    train,
)
from .numbers import cardinal, digits, fraction, ordinal, percent, ratio, score
from .times import date, duration, time
from .words import join_list, plain, plural

FILTERS: Mapping[str, Callable[..., str]] = {
    filter.__name__: filter
    for filter in (
        address, bus, cardinal, characters, counter, date, digits, discount, duration, exit, flight,
        floor, fraction, gate, join_list, letters, line, money, name, ordinal, percent, plain,
        plate, platform, plural, ratio, room, score, seat, telephone, temperature, ticket, time,
        train, unit,
    )
} | {"measure": unit}  # fmt: skip
"""`filter(language, value, …)`; language is "zh" or "en"."""
