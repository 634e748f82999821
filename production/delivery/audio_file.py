"""Programme -> its sound, mastered: as a file of one format, or to be listened to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np

from ...atomic import replacing
from ...audio.codec import Codec
from ...audio.containers import PacketFormat, PcmName, write_packets, write_pcm
from ...audio.loudness import grid
from ...audio.recording import Recording
from ...progress import Report
from ...scripts.disclosure import Disclosure
from ...scripts.script import Format
from ..mastering.finish import Energies
from ..mastering.master import Master, master, pcm
from ..pieces import Piece, cut
from ..schedule import frame
from .formats import codec_of
from .labels import labels, sign
from .output import check_output
from .programme import Programme

PCM_MARGIN = 1
"""samples of silence between pieces that no codec smears"""


def write_audio(
    programme: Programme, format: Format, path: Path, report: Report
) -> tuple[Master, int]:
    """Write one audio file; returns its master and its length in samples."""
    timeline = programme.timeline
    codec = codec_of(format)
    pieces, mastered = _mastered(programme, codec, format, report)
    made_of = (format, repr(mastered.gain), *(piece.digest for piece in pieces))
    told = labels(programme.script.disclosure, programme.labelling, *made_of)
    tags, chapters = replace(programme.tags, labels=told), programme.chapters
    if codec:
        encoded = [piece.encoded for piece in mastered.pieces if piece.encoded]
        packets = cast("PacketFormat", format)
        length = write_packets(path, packets, encoded, tags=tags, chapters=chapters)
    else:
        length = write_pcm(
            path,
            cast("PcmName", format),
            pcm(pieces, mastered.gain, programme.target, programme.context),
            rate=timeline.rate,
            channels=timeline.channels,
            tags=tags,
            chapters=chapters,
        )
    if told:
        sign(path, format, programme.labelling, programme.name, programme.script)
    return mastered, length


def export(
    programme: Programme,
    format: Format,
    path: Path,
    report: Report,
    disclosure: Disclosure | None = None,
    **tags: Any,
) -> None:
    """Write a programme's sound with its chapters into the file `path`.

    disclosure: in place of the script's for what the file says of itself; tags: fields of `Tags`
    in place of the script's. Raises `InputError` for a format that does not
    have the script's sample rate.
    """
    script = programme.script
    check_output(replace(script, output=replace(script.output, formats=(format,))))
    told = replace(script, disclosure=disclosure or script.disclosure)
    tagged = replace(programme, script=told, tags=replace(programme.tags, **tags))
    with replacing(path) as temporary:
        write_audio(tagged, format, temporary, report)


def recording_of(programme: Programme, report: Report) -> Recording:
    """The mastered programme as sound, to be listened to or worked on, not written."""
    pieces, mastered = _mastered(programme, None, "master", report)
    blocks = pcm(pieces, mastered.gain, programme.target, programme.context)
    return Recording(np.concatenate(list(blocks), axis=1), programme.timeline.rate)


def envelope_of(programme: Programme, report: Report) -> Energies:
    """[N] how loud the programme is along its length, 0..1."""
    return envelope(_mastered(programme, None, "master", report)[1])


def envelope(mastered: Master) -> Energies:
    """[N] how loud a programme is along its length, 0..1."""
    energies = np.concatenate([piece.energies for piece in mastered.pieces])
    levels: Energies = np.sqrt(energies / max(energies.max(), 1e-12))
    return levels


def _mastered(
    programme: Programme, codec: Codec | None, phase: str, report: Report
) -> tuple[tuple[Piece, ...], Master]:
    timeline, rate = programme.timeline, programme.timeline.rate
    step = codec.frame(rate) if codec else frame(rate)
    pieces = cut(timeline, step, codec.margin if codec else PCM_MARGIN)
    mastered = master(
        pieces,
        programme.target,
        codec,
        programme.context,
        cell=grid(rate, step),
        progress=lambda finished, total: report(phase, finished, total),
    )
    return pieces, mastered
