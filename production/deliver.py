"""Programme -> files in a folder: audio in every format asked for, and all that goes with it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np

from ..atomic import replacing
from ..audio.codec import CODECS, Codec, CodecName
from ..audio.containers import PacketFormat, PcmName, write_packets, write_pcm
from ..audio.loudness import grid
from ..audio.recording import Recording
from ..audio.tags import SUFFIXES, Picture, Tags, read_picture
from ..audio.tags import Chapter as ChapterTag
from ..documents.fields import SAMPLE_RATES
from ..mistakes import InputError, Mistake, Place
from ..scripts.platforms import PLATFORMS
from ..scripts.script import Chapter, Format, Script
from .fit import Fit
from .mastering.master import Energies, Master, Studio, Target, master, pcm
from .pictures.timeline import png
from .pieces import Piece, cut
from .schedule import frame
from .store import file_digest
from .text_tracks.captions import srt, transcript_json, vtt
from .text_tracks.chapters import chapters_json
from .text_tracks.notes import NotedChapter, Notes, markdown, page
from .timeline import Mark, Timeline

Report = Callable[[str, int, int], None]

LONGEST_NAME = 200
"""Bytes of a script's name: what is made of it has suffixes, and file systems keep 255."""

_TELEPHONE = -26.0  # LUFS: about -20 dBm0, what networks are planned for
_PCM_MARGIN = 1  # sample of silence between pieces that no codec smears


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """What is to be delivered."""

    script: Script
    timeline: Timeline
    tags: Tags
    chapters: tuple[ChapterTag, ...]
    studio: Studio
    name: str
    """File name without a suffix."""
    fit: Fit | None = None
    """How it was brought to its length, where one was asked for."""

    @property
    def target(self) -> Target:
        asked = self.script.output.loudness
        if isinstance(asked, float):
            return Target(loudness=asked)
        if asked is None and all(map(_is_telephone, self.script.output.formats)):
            return Target(loudness=_TELEPHONE)
        platform = asked or PLATFORMS["apple"]
        mono = self.timeline.channels == 1
        return Target(
            loudness=platform.mono if mono else platform.stereo, true_peak=platform.true_peak
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliverable:
    """A finished file and, where it sounds, what it measures."""

    name: str
    """Relative to the folder, with forward slashes."""
    sha256: str
    bytes: int
    seconds: float | None = None
    loudness: float | None = None
    """LUFS"""
    true_peak: float | None = None
    """dBTP"""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Delivered:
    """The files of a programme, and what their audio came out like."""

    files: tuple[Deliverable, ...]
    envelope: Energies
    """[N] how loud the programme is along its length, 0..1"""
    gain: float
    """dB on the mix"""


def programme(
    script: Script, timeline: Timeline, studio: Studio, name: str, fit: Fit | None = None
) -> Programme:
    """Gather a programme whose output has been checked."""
    metadata = script.metadata
    place = Place(str(script.file))
    tags = Tags(
        title=script.title,
        author=metadata.author,
        album=metadata.album,
        date=metadata.date,
        description=metadata.description,
        language=script.language,
        season=metadata.season,
        episode=metadata.episode,
        cover=read_picture(metadata.cover, place) if metadata.cover else None,
    )
    chapters = tuple(_chapter(mark, place) for mark in timeline.marks)
    return Programme(
        script=script,
        timeline=timeline,
        tags=tags,
        chapters=chapters,
        studio=studio,
        name=name,
        fit=fit,
    )


def check_output(script: Script) -> None:
    """Raise `InputError` for pictures nobody can use, formats that lack the sample rate, and a name
    that leaves no room for the suffixes of what is made."""
    output, place = script.output, Place(str(script.file))
    mistakes = []
    if len(os.fsencode(output.name or script.file.stem)) > LONGEST_NAME:
        what = "The name of this file is too long for those that are made of it."
        remedy = f"Shorten it to {LONGEST_NAME} bytes, or give `output` a `name`."
        mistakes.append(Mistake(place, what, remedy))
    for format in output.formats:
        rates = sample_rates(format)
        if output.sample_rate not in rates:
            what = f"{format} files cannot have a sample rate of {output.sample_rate} Hz."
            remedy = f"Set output.sample_rate to one of: {', '.join(map(str, rates))}."
            mistakes.append(Mistake(output.place or place, what, remedy))
        codec = codec_of(format)
        if codec and output.channels > codec.channels:
            what = f"{format} files have one channel."
            remedy = "Write `channels: mono`, or `profile: phone`."
            mistakes.append(Mistake(output.place or place, what, remedy))
    pictures = [(mark.image, mark.place) for mark in script.segments if isinstance(mark, Chapter)]
    cover = script.metadata.cover, script.metadata.place or place
    for picture, where in [cover, *pictures]:
        try:
            if picture:
                read_picture(picture, where)
        except InputError as error:
            mistakes += error.mistakes
    if mistakes:
        raise InputError(mistakes)


def deliver(programme: Programme, folder: Path, report: Report) -> Delivered:
    """Make every file of a programme in `folder`."""
    script, timeline = programme.script, programme.timeline
    files = []
    for format in script.output.formats:
        path = folder / f"{programme.name}.{format}"
        done, length = audio(programme, format, path, report)
        files.append(_deliverable(path, folder, length / timeline.rate, done))
    notes = _notes(script, timeline)
    texts = {
        "srt": srt(timeline),
        "vtt": vtt(timeline),
        "transcript.json": transcript_json(timeline),
        "chapters.json": chapters_json(timeline, script.title),
        "notes.md": markdown(notes),
        "notes.html": page(notes),
    }
    for suffix, text in texts.items():
        path = folder / f"{programme.name}.{suffix}"
        path.write_text(text, encoding="utf-8", newline="\n")
        files.append(_deliverable(path, folder))
    if cover := programme.tags.cover:
        path = folder / f"{programme.name}.cover.{SUFFIXES[cover.type]}"
        path.write_bytes(cover.data)
        files.append(_deliverable(path, folder))
    path = folder / f"{programme.name}.png"
    envelope = _envelope(done)
    path.write_bytes(png(timeline, envelope, title=script.title))
    files.append(_deliverable(path, folder))
    parts = [*_stems(programme), *_lines(programme)]
    for index, (name, part) in enumerate(parts, 1):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        length = _write_part(part, done.gain, programme, path)
        files.append(_deliverable(path, folder, length / timeline.rate))
        report("parts", index, len(parts))
    return Delivered(files=tuple(files), envelope=envelope, gain=done.gain)


def _notes(script: Script, timeline: Timeline) -> Notes:
    return Notes(
        title=script.title,
        description=script.metadata.description,
        language=script.language,
        chapters=[
            NotedChapter(seconds=mark.start / timeline.rate, title=mark.title, url=mark.url)
            for mark in timeline.marks
        ],
        speakers=list(dict.fromkeys(clip.speaker for clip in timeline.clips)),
        link=script.metadata.link,
    )


def audio(programme: Programme, format: Format, path: Path, report: Report) -> tuple[Master, int]:
    """Write one audio file; returns its master and its length in samples."""
    timeline, studio, target = programme.timeline, programme.studio, programme.target
    codec = codec_of(format)
    step = codec.frame(timeline.rate) if codec else frame(timeline.rate)
    pieces = cut(timeline, step, codec.margin(timeline.rate) if codec else _PCM_MARGIN)
    done = master(
        pieces,
        target,
        codec,
        studio,
        cell=grid(timeline.rate, step),
        progress=lambda finished, total: report(format, finished, total),
    )
    tags, chapters = programme.tags, programme.chapters
    if codec:
        encoded = [piece.encoded for piece in done.pieces if piece.encoded]
        packets = cast("PacketFormat", format)
        length = write_packets(path, packets, encoded, tags=tags, chapters=chapters)
    else:
        length = write_pcm(
            path,
            cast("PcmName", format),
            pcm(pieces, done.gain, target, studio),
            rate=timeline.rate,
            channels=timeline.channels,
            tags=tags,
            chapters=chapters,
        )
    return done, length


def heard(programme: Programme, report: Report) -> Recording:
    """The mastered programme as sound, to be listened to or worked on, not written."""
    timeline = programme.timeline
    pieces, done = _pcm_master(programme, report)
    samples = np.concatenate(
        list(pcm(pieces, done.gain, programme.target, programme.studio)), axis=1
    )
    return Recording(samples, timeline.rate)


def envelope(programme: Programme, report: Report) -> Energies:
    """[N] how loud the programme is along its length, 0..1."""
    return _envelope(_pcm_master(programme, report)[1])


def export(programme: Programme, format: Format, path: Path, report: Report, **tags: Any) -> None:
    """Write a programme's sound with its chapters into the file `path`.

    tags: fields of `Tags` in place of the script's. Raises `InputError` for a format that does not
    have the script's sample rate.
    """
    output = replace(programme.script.output, formats=(format,))
    check_output(replace(programme.script, output=output))
    with replacing(path) as temporary:
        audio(replace(programme, tags=replace(programme.tags, **tags)), format, temporary, report)


def rate_for(format: Format, wanted: int) -> int:
    """The rate in Hz for a file of a format: the one wanted, or the nearest that loses nothing."""
    rates = sample_rates(format)
    return next((rate for rate in rates if rate >= wanted), rates[-1])


def sample_rates(format: Format) -> tuple[int, ...]:
    """Hz, ascending, that files of a format can have."""
    codec = codec_of(format)
    return codec.rates if codec else SAMPLE_RATES


def _pcm_master(programme: Programme, report: Report) -> tuple[tuple[Piece, ...], Master]:
    rate = programme.timeline.rate
    pieces = cut(programme.timeline, frame(rate), _PCM_MARGIN)
    done = master(
        pieces,
        programme.target,
        None,
        programme.studio,
        cell=grid(rate, frame(rate)),
        progress=lambda finished, total: report("master", finished, total),
    )
    return pieces, done


def codec_of(format: Format) -> Codec | None:
    """The codec of a format's packets; None for what is written sample by sample."""
    if format in ("wav", "flac"):
        return None
    return CODECS[cast("CodecName", format.removesuffix(".wav"))]


def _is_telephone(format: Format) -> bool:
    codec = codec_of(format)
    return codec is not None and codec.band is not None


def _chapter(mark: Mark, place: Place) -> ChapterTag:
    picture: Picture | None = read_picture(mark.image, place) if mark.image else None
    return ChapterTag(start=mark.start, title=mark.title, url=mark.url or "", picture=picture)


def _stems(programme: Programme) -> Iterator[tuple[str, Timeline]]:
    """One file per speaker, and one for the beds, each as long as the programme."""
    timeline = programme.timeline
    if not programme.script.output.stems:
        return
    speakers = dict.fromkeys(clip.speaker for clip in timeline.clips)
    for number, speaker in enumerate(speakers, 1):
        clips = tuple(clip for clip in timeline.clips if clip.speaker == speaker)
        yield (
            f"stems/{number}-{_safe(speaker)}.wav",
            replace(timeline, clips=clips, beds=(), tone=None),
        )
    # The clips stay, unheard, since the beds duck under them and the pieces are cut at them.
    unheard = tuple(replace(clip, gain=-np.inf) for clip in timeline.clips)
    if timeline.beds:
        yield "stems/music.wav", replace(timeline, clips=unheard, tone=None)
    if timeline.tone:
        yield "stems/room.wav", replace(timeline, clips=unheard, beds=())


def _lines(programme: Programme) -> Iterator[tuple[str, Timeline]]:
    """One file per line, exactly as long as its take, on the levels of the programme."""
    timeline = programme.timeline
    if not programme.script.output.lines:
        return
    for clip in timeline.clips:
        alone = replace(clip, start=0)
        yield (
            f"lines/{clip.line:04d}-{_safe(clip.speaker)}.wav",
            replace(timeline, channels=1, length=clip.length, clips=(alone,), beds=(), tone=None),
        )


def _safe(name: str) -> str:
    """A name that every file system can store, short and only for people to read."""
    return re.sub(r"[^\w-]+", "_", name)[:40]


def _write_part(part: Timeline, gain: float, programme: Programme, path: Path) -> int:
    pieces = _trimmed(cut(part, frame(part.rate), _PCM_MARGIN), part.length)
    blocks = pcm(pieces, gain, programme.target, programme.studio)
    tags = Tags(title=path.stem, album=programme.script.title)
    return write_pcm(path, "wav", blocks, rate=part.rate, channels=part.channels, tags=tags)


def _trimmed(pieces: tuple[Piece, ...], length: int) -> tuple[Piece, ...]:
    """Pieces of a timeline that ends at exactly `length` samples instead of a whole frame."""
    last = pieces[-1]
    return (*pieces[:-1], replace(last, length=length - last.start))


def _envelope(done: Master) -> Energies:
    """[N] how loud the programme is along its length, 0..1."""
    energies = np.concatenate([piece.energies for piece in done.pieces])
    envelope: Energies = np.sqrt(energies / max(energies.max(), 1e-12))
    return envelope


def _deliverable(
    path: Path, folder: Path, seconds: float | None = None, done: Master | None = None
) -> Deliverable:
    return Deliverable(
        name=path.relative_to(folder).as_posix(),
        sha256=file_digest(path),
        bytes=path.stat().st_size,
        seconds=seconds,
        loudness=done.loudness if done else None,
        true_peak=done.true_peak if done else None,
    )
