"""Programme -> its parts, each a WAV on the levels of the whole: stems, and single lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from ...audio.containers import write_pcm
from ...audio.tags import Tags
from ..mastering.master import pcm
from ..pieces import Piece, cut
from ..schedule import frame
from ..timeline import Timeline
from .audio_file import PCM_MARGIN
from .labels import labels
from .programme import Programme


def parts(programme: Programme) -> list[tuple[str, Timeline]]:
    """What the script's output asks for, by file name."""
    output = programme.script.output
    return [
        *(_stems(programme.timeline) if output.stems else ()),
        *(_lines(programme.timeline) if output.lines else ()),
    ]


def write_part(part: Timeline, gain: float, programme: Programme, path: Path) -> int:
    """Write a part at the gain in dB of the whole; returns its length in samples."""
    pieces = _trimmed(cut(part, frame(part.rate), PCM_MARGIN), part.length)
    blocks = pcm(pieces, gain, programme.target, programme.context)
    made_of = ("part", repr(gain), *(piece.digest for piece in pieces))
    told = labels(programme.script.disclosure, programme.labelling, *made_of)
    spoken = any(np.isfinite(clip.gain) for clip in part.clips)
    tags = Tags(title=path.stem, album=programme.script.title, labels=told if spoken else ())
    return write_pcm(path, "wav", blocks, rate=part.rate, channels=part.channels, tags=tags)


def _stems(timeline: Timeline) -> Iterator[tuple[str, Timeline]]:
    """One file per speaker, and one for the beds, each as long as the programme."""
    speakers = dict.fromkeys(clip.speaker for clip in timeline.clips)
    for number, speaker in enumerate(speakers, 1):
        clips = tuple(clip for clip in timeline.clips if clip.speaker == speaker)
        yield (
            f"stems/{number}-{_safe(speaker)}.wav",
            replace(timeline, clips=clips, beds=(), tone=None),
        )
    # The clips stay, silent, since the beds duck under them and the pieces are cut at them.
    silent = tuple(replace(clip, gain=-np.inf) for clip in timeline.clips)
    if timeline.beds:
        yield "stems/music.wav", replace(timeline, clips=silent, tone=None)
    if timeline.tone:
        yield "stems/room.wav", replace(timeline, clips=silent, beds=())


def _lines(timeline: Timeline) -> Iterator[tuple[str, Timeline]]:
    """One file per line, exactly as long as its take."""
    for clip in timeline.clips:
        alone = replace(clip, start=0)
        yield (
            f"lines/{clip.line:04d}-{_safe(clip.speaker)}.wav",
            replace(timeline, channels=1, length=clip.length, clips=(alone,), beds=(), tone=None),
        )


def _safe(name: str) -> str:
    """A name that every file system can store, short and only for people to read."""
    return re.sub(r"[^\w-]+", "_", name)[:40]


def _trimmed(pieces: tuple[Piece, ...], length: int) -> tuple[Piece, ...]:
    """Pieces of a timeline that ends at exactly `length` samples instead of a whole frame."""
    last = pieces[-1]
    return (*pieces[:-1], replace(last, length=length - last.start))
