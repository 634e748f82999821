"""A spoken label -> at the pace the rules ask for: 120 to 160 characters a minute in China.

How fast a voice speaks is only known once it has spoken, so the label is spoken, measured and
spoken again at the rate that brings it into the middle. It is one sentence, kept like any take.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..glmtts_runtime.engine import SpeechError, SpeechRequest
from ..pronunciation.chinese.hanzi import is_han
from ..scripts.disclosure import Disclosure
from ..scripts.script import Line
from .context import RenderContext
from .takes import Take, try_takes

_SLOWEST, _FASTEST = 0.4, 2.0
"""Times the usual rate; what engines speak intelligibly."""
_TRIES = 3


def at_label_pace(
    disclosure: Disclosure,
    lines: Sequence[Line],
    requests: Sequence[SpeechRequest],
    context: RenderContext,
) -> list[SpeechRequest]:
    """The requests of some lines, those of Chinese labels at their pace.

    One that cannot be spoken stays as it is: whoever speaks it then tells why.
    """
    pace = disclosure.pace
    if pace is None:
        return list(requests)
    return [
        _at_pace(request, pace, context) if line.is_label and characters(request) else request
        for line, request in zip(lines, requests, strict=True)
    ]


def characters(request: SpeechRequest) -> int:
    """Han characters that are spoken."""
    return sum(is_han(one.char) for one in request.spoken.characters)


def per_minute(request: SpeechRequest, take: Take) -> float:
    """Characters a minute."""
    return characters(request) / (take.length / take.rate) * 60


def _at_pace(
    request: SpeechRequest, pace: tuple[float, float], context: RenderContext
) -> SpeechRequest:
    slowest, fastest = pace
    for _ in range(_TRIES):
        (take,), _fresh = try_takes([request], context, phase="label")
        if isinstance(take, SpeechError):
            break
        measured = per_minute(request, take)
        if slowest <= measured <= fastest:
            break
        wanted = request.rate * (slowest + fastest) / 2 / measured
        request = replace(request, rate=round(min(_FASTEST, max(_SLOWEST, wanted)), 2))
    return request
