"""Timeline -> pieces: stretches that are finished one by one.

A piece is mixed, limited, encoded and measured on its own, and all of that is remembered under the
piece's digest, which does not contain its place. Editing one line of a long episode therefore
re-does one piece, whatever it moved. Every piece is a whole number of codec frames.

The timeline is cut wherever nothing sounds. Such a piece begins and ends in silence, so the packets
of consecutive pieces are one valid stream. Where there is room tone, it is that instead of silence:
the same at the end of every piece and so before the next.

What then is still long, since music lies under it, is cut within the sound, where a line begins if
one does. Both pieces at such an edge are worked out with `seam` samples from beyond it, of which
they know the same: so an encoder that has warmed up on them goes on as if it had never stopped.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise

from .store import key_of
from .timeline import Bed, Clip, Timeline, Tone

_LEAD = 2  # frames of silence before a piece's first sound, for codecs that look back
_SEAM = 13_824  # samples, or a little more: twelve frames of MP3
_SHORT, _LONG = 10.0, 20.0  # s of a piece that is cut out of sound
_EDGE = 0.02  # s: more than the fades at the ends of what is cut
_ENDING = 16_384  # samples: what lies further from the end of a stretch sounds like no end
_DUCKED = 2.0  # s: what lies further away does not move music


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a timeline. Clips and beds lie at their starts within the timeline."""

    rate: int
    """Hz"""
    channels: int
    start: int
    """samples"""
    length: int
    """samples, a whole number of frames"""
    clips: tuple[Clip, ...]
    """Also those without a take, which lie near enough to move the music."""
    beds: tuple[Bed, ...]
    """As far as they are heard in it."""
    tone: Tone | None = None
    lead: int = 0
    """samples before it that it is worked out with; 0 where it begins in silence"""
    trail: int = 0
    """samples after it; 0 where it ends in silence"""
    since: int = 0
    """samples from the last silence before it to its start"""
    left: int = 0
    """samples from its start to the next silence, where that is near"""

    @property
    def digest(self) -> str:
        """Equal for pieces that sound the same, wherever they lie."""
        clips = [(c.take, c.start - self.start, c.length, c.gain) for c in self.clips]
        beds = [
            {**asdict(replace(bed, start=bed.start - self.start)), "file": None}
            for bed in self.beds
        ]
        shape: list[object] = [self.rate, self.channels, self.length, clips, beds]
        if self.lead or self.trail:
            shape += [self.lead, self.trail]
        if self.tone:
            shape += [asdict(self.tone), self.since, self.left]
        return key_of("piece", json.dumps(shape))


def cut(timeline: Timeline, frame: int, margin: int) -> tuple[Piece, ...]:
    """Cut a timeline wherever at least `margin` samples and a lead of `frame`s are silent.

    What is longer than 20 s then is cut within its sound. The pieces are whole frames, follow each
    other without a gap from 0 and cover the timeline.
    """
    silent = [0]
    sounding_until = 0
    for start, end in sorted(_spans(timeline)):
        edge = _before(start, frame)
        if edge >= sounding_until + margin and edge > silent[-1]:
            silent.append(edge)
        sounding_until = max(sounding_until, end)
    last = max(timeline.length, sounding_until + margin)
    silent.append(-(-last // frame) * frame)
    lines = sorted(_before(clip.start, frame) for clip in timeline.clips)
    return tuple(
        _piece(timeline, edges, begin, end, seam(frame))
        for edges in (_edges(*span, lines, timeline.rate, frame) for span in pairwise(silent))
        for begin, end in pairwise(edges)
    )


def seam(frame: int) -> int:
    """Samples around an edge within sound that both its pieces are worked out with."""
    return -(-_SEAM // frame) * frame


def _before(start: int, frame: int) -> int:
    """Where a piece may begin whose first sound begins at `start`."""
    return (start // frame - _LEAD) * frame


def _edges(begin: int, end: int, lines: Sequence[int], rate: int, frame: int) -> list[int]:
    """Where to cut from one silence to the next: at both, and if need be between.

    Between that is where a line begins, or else anywhere.
    """
    edges = [begin]
    short, long = (round(seconds * rate) // frame * frame for seconds in (_SHORT, _LONG))
    while end - edges[-1] > long:
        first = bisect_left(lines, edges[-1] + short)
        line = lines[first] if first < len(lines) else end
        edge = min(line, edges[-1] + long)
        if end - edge < 2 * seam(frame):
            edge = edges[-1] + short
        edges.append(edge)
    return [*edges, end]


def _spans(timeline: Timeline) -> Iterator[tuple[int, int]]:
    sounds: tuple[Clip | Bed, ...] = (*timeline.clips, *timeline.beds)
    for sound in sounds:
        yield sound.start, sound.start + sound.length


def _piece(timeline: Timeline, edges: list[int], begin: int, end: int, seam: int) -> Piece:
    """One piece of a stretch whose ends are the first and the last of `edges`."""
    lead = seam if begin > edges[0] else 0
    trail = seam if end < edges[-1] else 0
    window = (begin - lead, end + trail)
    edge = round(_EDGE * timeline.rate)
    beds = tuple(_within(bed, window, edge) for bed in timeline.beds if _touches(bed, window))
    ducked = round(_DUCKED * timeline.rate) if any(bed.duck for bed in beds) else 0
    near = (window[0] - ducked * bool(lead), window[1] + ducked * bool(trail))
    clips = (clip for clip in timeline.clips if _touches(clip, near))
    return Piece(
        rate=timeline.rate,
        channels=timeline.channels,
        start=begin,
        length=end - begin,
        clips=tuple(
            clip if _touches(clip, window) else replace(clip, take="", gain=0.0) for clip in clips
        ),
        beds=beds,
        tone=timeline.tone,
        lead=lead,
        trail=trail,
        since=begin - edges[0],
        left=min(edges[-1] - begin, end - begin + trail + _ENDING),
    )


def _touches(sound: Clip | Bed, window: tuple[int, int]) -> bool:
    return sound.start < window[1] and sound.start + max(sound.length, 1) > window[0]


def _within(bed: Bed, window: tuple[int, int], edge: int) -> Bed:
    """The same in a window, and alike wherever else the bed begins and ends."""
    start, end = bed.start, bed.start + bed.length
    offset, fade_in, fade_out = bed.offset, bed.fade_in, bed.fade_out
    if start + max(fade_in, edge) + edge < window[0]:
        offset += window[0] - edge - start
        start, fade_in = window[0] - edge, 0
    if end - max(fade_out, edge) - edge > window[1]:
        end, fade_out = window[1] + edge, 0
    return replace(
        bed, start=start, length=end - start, offset=offset, fade_in=fade_in, fade_out=fade_out
    )
