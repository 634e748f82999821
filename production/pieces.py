"""Timeline -> pieces: stretches that nothing sounds across, finished one by one.

A piece is mixed, limited, encoded and measured on its own, and all of that is remembered under the
piece's digest, which does not contain its place. Editing one line of a long episode therefore
re-does one piece, whatever it moved. Every piece is a whole number of codec frames and begins and
ends in silence, so the packets of consecutive pieces are one valid stream. Where there is room
tone, it is that instead of silence: the same at the end of every piece and so before the next.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from itertools import pairwise

from .store import key_of
from .timeline import Bed, Clip, Timeline, Tone

_LEAD = 2  # frames of silence before a piece's first sound, for codecs that look back


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
    beds: tuple[Bed, ...]
    tone: Tone | None = None

    @property
    def digest(self) -> str:
        """Equal for pieces that sound the same, wherever they lie."""
        clips = [(c.take, c.start - self.start, c.length, c.gain) for c in self.clips]
        beds = [
            {**asdict(replace(bed, start=bed.start - self.start)), "file": None}
            for bed in self.beds
        ]
        shape: list[object] = [self.rate, self.channels, self.length, clips, beds]
        if self.tone:
            shape.append(asdict(self.tone))
        return key_of("piece", json.dumps(shape))


def cut(timeline: Timeline, frame: int, margin: int) -> tuple[Piece, ...]:
    """Cut a timeline wherever at least `margin` samples and a lead of `frame`s are silent.

    The pieces are whole frames, follow each other without a gap from 0 and cover the timeline.
    """
    edges = [0]
    sounding_until = 0
    for start, end in sorted(_spans(timeline)):
        edge = (start // frame - _LEAD) * frame
        if edge >= sounding_until + margin and edge > edges[-1]:
            edges.append(edge)
        sounding_until = max(sounding_until, end)
    last = max(timeline.length, sounding_until + margin)
    edges.append(-(-last // frame) * frame)
    return tuple(_pieces(timeline, edges))


def _spans(timeline: Timeline) -> Iterator[tuple[int, int]]:
    sounds: tuple[Clip | Bed, ...] = (*timeline.clips, *timeline.beds)
    for sound in sounds:
        yield sound.start, sound.start + sound.length


def _pieces(timeline: Timeline, edges: list[int]) -> Iterator[Piece]:
    clips, beds = list(timeline.clips), list(timeline.beds)
    for start, end in pairwise(edges):
        yield Piece(
            rate=timeline.rate,
            channels=timeline.channels,
            start=start,
            length=end - start,
            clips=tuple(clip for clip in clips if start <= clip.start < end),
            beds=tuple(bed for bed in beds if start <= bed.start < end),
            tone=timeline.tone,
        )
        clips = [clip for clip in clips if clip.start >= end]
        beds = [bed for bed in beds if bed.start >= end]
