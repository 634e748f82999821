"""Clips and beds -> [C, T] samples: takes at their places, music under and between them.

Every sample is computed from its place in the timeline alone, in one order, so that a window of a
mix is bit for bit the same stretch of the whole.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from ...audio.wave import Samples
from ..timeline import Bed, Clip

EDGE_SECONDS = 0.005  # fade at the ends of a clip, and of a bed that is cut: enough not to click
LOOP_SECONDS = 2.0  # crossfade where a bed starts over, but no more than a quarter of its file
ATTACK_SECONDS = 0.15  # a bed is down when a clip starts
RELEASE_SECONDS = 0.6  # and up again so long after it ends
STAY_SECONDS = 1.0  # a shorter gap between clips is not worth coming up for

Span = tuple[int, int]
"""samples of the timeline: first, and one past the last"""


def mix(
    *,
    rate: int,
    channels: int,
    start: int,
    length: int,
    clips: Sequence[Clip],
    beds: Sequence[Bed],
    takes: Mapping[str, Samples],
    sounds: Mapping[str, Samples],
) -> Samples:
    """The samples [channels, length] of a timeline from `start` on.

    takes: [T] by take key; sounds: [C, T] by digest; both at `rate`, and needed only for what the
    window touches. A bed is ducked by all `clips`: those up to 1 s outside of the window are heard
    in how it comes and goes. A take longer than its clip is cut, a shorter one leaves silence.
    """
    window = (start, start + length)
    mixed = np.zeros((channels, length), np.float32)
    speech = _speech(clips, rate)
    for bed in beds:
        if _overlap((bed.start, bed.start + bed.length), window):
            _add_bed(mixed, start, bed, sounds[bed.digest], rate=rate, speech=speech)
    for clip in clips:
        if _overlap((clip.start, clip.start + clip.length), window):
            _add_clip(mixed, start, clip, takes[clip.take], rate)
    return mixed


def _add_clip(mixed: Samples, origin: int, clip: Clip, take: Samples, rate: int) -> None:
    length = min(clip.length, len(take))
    edge = min(round(EDGE_SECONDS * rate), length // 2)
    span = _overlap((clip.start, clip.start + length), (origin, origin + mixed.shape[1]))
    if not span:
        return
    first, last = span[0] - clip.start, span[1] - clip.start
    gain = np.full(last - first, _factor(clip.gain), np.float32)
    _fade(gain, first, length, edge, edge)
    mixed[:, span[0] - origin : span[1] - origin] += take[first:last] * gain


def _add_bed(
    mixed: Samples, origin: int, bed: Bed, sound: Samples, *, rate: int, speech: Sequence[Span]
) -> None:
    size = sound.shape[1]
    length = bed.length if bed.loop and size else min(bed.length, size - bed.offset)
    span = _overlap((bed.start, bed.start + length), (origin, origin + mixed.shape[1]))
    if not span:
        return
    first, last = span[0] - bed.start, span[1] - bed.start
    gain = np.full(last - first, _factor(bed.gain), np.float32)
    _fade(gain, first, bed.length, bed.fade_in, bed.fade_out)
    # What a file begins with is left alone: a chime's attack is meant.
    edge = min(round(EDGE_SECONDS * rate), length // 2)
    _fade(gain, first, length, edge if bed.offset else 0, edge)
    if bed.duck:
        gain *= _ducking(span, speech, bed.duck, rate)
    begin, end = bed.offset + first, bed.offset + last
    played = _looped(sound, begin, end, rate) if bed.loop else sound[:, begin:end]
    if len(played) != len(mixed):
        played = played.mean(axis=0, keepdims=True, dtype=np.float32)
    mixed[:, span[0] - origin : span[1] - origin] += played * gain


def _overlap(one: Span, other: Span) -> Span | None:
    first, last = max(one[0], other[0]), min(one[1], other[1])
    return (first, last) if first < last else None


def _factor(decibels: float) -> float:
    return math.pow(10, decibels / 20)


def _rise(length: int) -> Samples:
    """Equal-power: the squares of this and of its reverse add up to 1."""
    rise: Samples = np.sin((np.arange(length) + 0.5) * (math.pi / 2 / max(length, 1)))
    return rise.astype(np.float32)


def _fade(gain: Samples, first: int, length: int, fade_in: int, fade_out: int) -> None:
    """Multiply `gain`, which covers a sound of `length` samples from its sample `first` on."""
    window = (first, first + len(gain))
    for begin, curve in ((0, _rise(fade_in)), (length - fade_out, _rise(fade_out)[::-1])):
        where, part = _laid(curve, begin, window)
        gain[where] *= part


def _laid(curve: Samples, begin: int, window: Span) -> tuple[slice, Samples]:
    """Where in a window a curve from `begin` on lies, and the part of it that does."""
    first = max(begin, window[0])
    last = max(first, min(begin + len(curve), window[1]))
    return slice(first - window[0], last - window[0]), curve[first - begin : last - begin]


def _looped(sound: Samples, begin: int, end: int, rate: int) -> Samples:
    """[C, end - begin] of a file played over and over, its end crossfaded into its beginning."""
    size = sound.shape[1]
    cross = min(round(LOOP_SECONDS * rate), size // 4)
    period = size - cross
    rise = _rise(cross)
    result = np.empty((len(sound), end - begin), np.float32)
    for turn in range(begin // period, -(-end // period)):
        first, last = max(begin - turn * period, 0), min(end - turn * period, period)
        at = turn * period + first - begin
        result[:, at : at + last - first] = sound[:, first:last]
        both = min(last, cross)
        if turn and first < both:
            joint = result[:, at : at + both - first]
            joint *= rise[first:both]
            joint += sound[:, period + first : period + both] * rise[::-1][first:both]
    return result


def _speech(clips: Sequence[Clip], rate: int) -> list[Span]:
    """Where a ducked bed stays down: the clips, with the short gaps between them."""
    spans: list[Span] = []
    for clip in sorted(clips, key=lambda clip: clip.start):
        first, last = clip.start, clip.start + clip.length
        if spans and first - spans[-1][1] < STAY_SECONDS * rate:
            spans[-1] = (spans[-1][0], max(last, spans[-1][1]))
        else:
            spans.append((first, last))
    return spans


def _ducking(window: Span, speech: Sequence[Span], duck: float, rate: int) -> Samples:
    """Factors for a window: `duck` dB under speech, down before it and up after it."""
    down, up = _swing(duck, ATTACK_SECONDS, rate), _swing(duck, RELEASE_SECONDS, rate)[::-1]
    factors = np.ones(window[1] - window[0], np.float32)
    for first, last in speech:
        under = np.broadcast_to(np.float32(_factor(duck)), (last - first,))
        for begin, curve in ((first - len(down), down), (first, under), (last, up)):
            where, part = _laid(curve, begin, window)
            factors[where] = part
    return factors


def _swing(decibels: float, seconds: float, rate: int) -> Samples:
    """Factors from 0 dB to `decibels`: a raised cosine in dB."""
    length = round(seconds * rate)
    way = (1 - np.cos((np.arange(length) + 0.5) * (math.pi / length))) / 2
    factors: Samples = (10 ** (way * (decibels / 20))).astype(np.float32)
    return factors
