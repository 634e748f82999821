"""A wanted length -> the one speaking rate at which a programme has it, as nearly as it can.

The rate moves in steps, so that most edits leave it, and with it every other line's take, as they
are; it is found from the script alone, so that equal scripts are spoken alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..messages import Message
from ..mistakes import InputError, Place
from .timeline import Timeline

STEP = 0.01
"""of the rate; 3 s of 5 minutes"""

_ROUNDS = 3  # an engine's rate is not quite what it is asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """How a programme was brought to its length."""

    duration: float
    """s wanted"""
    own: float
    """s it takes at its own pace"""
    rate: float
    """What every line's rate was multiplied by."""
    seconds: float
    """s it takes now"""


def fitted(
    laid_out: Callable[[float], Timeline], duration: float, stretch: float, place: Place
) -> tuple[Timeline, Fit]:
    """The timeline at the rate that comes nearest to `duration` seconds.

    laid_out: the programme spoken at a rate; 1 is its own pace. Speech alone gives way: gaps,
    pauses and sounds are as long as they are. Raises `InputError` where the rate would have to be
    further than `stretch` from 1.
    """
    own = laid_out(1.0)
    timelines = {1.0: own}
    speech = sum(clip.length for clip in own.clips) / own.rate
    rest = own.seconds - speech
    for _ in range(_ROUNDS):
        rate = _rate(speech, duration - rest)
        if rate is None or abs(rate - 1) > stretch + STEP / 100:
            raise _mistake(own.seconds, speech, duration, stretch, place)
        if rate in timelines:
            break
        timelines[rate] = laid_out(rate)
        if abs(timelines[rate].seconds - duration) <= speech * STEP:
            break  # a better one may be beside it, but to try costs every line
        # The line through both points of length over 1 / rate.
        speech = (own.seconds - timelines[rate].seconds) / (1 - 1 / rate)
        rest = own.seconds - speech
    best = min(timelines, key=lambda rate: (abs(timelines[rate].seconds - duration), rate))
    chosen = timelines[best]
    return chosen, Fit(duration=duration, own=own.seconds, rate=best, seconds=chosen.seconds)


def _rate(speech: float, room: float) -> float | None:
    """The step nearest to the rate at which `speech` seconds take `room`; None if none does."""
    return round(round(speech / room / STEP) * STEP, 9) if room > 0 else None


def _mistake(
    own: float, speech: float, duration: float, stretch: float, place: Place
) -> InputError:
    shortest, longest = (own - speech + speech / (1 + sign * stretch) for sign in (1, -1))
    verb, words = (
        ("Cut words for", own - duration) if duration < own else ("Add words for", duration - own)
    )
    return InputError.at(
        place,
        Message(
            "At its own pace this takes {}; a stretch of {:.0%} reaches from {} to {}, not {}.",
            _clock(own),
            stretch,
            _clock(shortest),
            _clock(longest),
            _clock(duration),
        ),
        Message(
            "{} about {}, or choose a `duration` or a `stretch` that fits.", verb, _clock(words)
        ),
    )


def _clock(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"
