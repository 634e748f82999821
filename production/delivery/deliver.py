"""Programme -> files in a folder: audio in every format asked for, and all that goes with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from ...audio.tags import SUFFIXES
from ...progress import Report
from ...scripts.disclosure import SENTENCES
from ..dubbing import table
from ..mastering.finish import Energies
from ..pictures.timeline import png
from ..text_tracks.captions import captions
from ..text_tracks.chapters import chapters_json
from ..text_tracks.notes import NotedChapter, Notes, markdown, page
from .audio_file import envelope, write_audio
from .chapter_files import chapter_programmes
from .deliverable import Deliverable
from .parts import parts, write_part
from .programme import Programme


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Delivered:
    """The files of a programme, and what their audio came out like."""

    files: tuple[Deliverable, ...]
    envelope: Energies
    """[N] how loud the programme is along its length, 0..1"""


def deliver(programme: Programme, folder: Path, report: Report) -> Delivered:
    """Make every file of a programme in `folder`."""
    timeline = programme.timeline
    files = []
    for format in programme.script.output.formats:
        path = folder / f"{programme.name}.{format}"
        mastered, length = write_audio(programme, format, path, report)
        files.append(
            Deliverable.of(
                path,
                folder,
                seconds=length / timeline.rate,
                loudness=mastered.loudness,
                true_peak=mastered.true_peak,
            )
        )
    if programme.script.output.chapter_files:
        files += _chapter_files(programme, folder, report)
    levels = envelope(mastered)
    picture = png(timeline, levels, title=programme.script.title)
    pictures = (*_cover(programme), *_illustrations(programme).items(), ("png", picture))
    for suffix, content in (*_texts(programme), *pictures):
        path = folder / f"{programme.name}.{suffix}"
        path.write_bytes(content)
        files.append(Deliverable.of(path, folder))
    wanted = parts(programme)
    for index, (name, part) in enumerate(wanted, 1):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        length = write_part(part, mastered.gain, programme, path)
        files.append(Deliverable.of(path, folder, seconds=length / timeline.rate))
        report("parts", index, len(wanted))
    return Delivered(files=tuple(files), envelope=levels)


def _chapter_files(programme: Programme, folder: Path, report: Report) -> Iterator[Deliverable]:
    """A file for each chapter, in the first format, each at the loudness of the whole."""
    format = programme.script.output.formats[0]
    for name, part in chapter_programmes(programme):
        path = folder / f"{name}.{format}"
        path.parent.mkdir(exist_ok=True)
        master, length = write_audio(part, format, path, report)
        yield Deliverable.of(
            path,
            folder,
            seconds=length / part.timeline.rate,
            loudness=master.loudness,
            true_peak=master.true_peak,
        )


def _texts(programme: Programme) -> Iterator[tuple[str, bytes]]:
    """Every text that goes with the audio, by its suffix."""
    timeline, notes = programme.timeline, _notes(programme)
    words = captions(timeline, generated=programme.script.disclosure.labelled)
    yield "srt", words.srt.encode()
    yield "vtt", words.vtt.encode()
    yield "transcript.json", words.transcript.encode()
    if words.words:
        yield "karaoke.vtt", words.karaoke.encode()
        yield "ass", words.ass.encode()
        yield "words.json", words.words.encode()
    chapters = chapters_json(timeline, programme.script.title, _image_addresses(programme))
    yield "chapters.json", chapters.encode()
    yield "notes.md", markdown(notes).encode()
    yield "notes.html", page(notes).encode()
    if programme.kept:
        yield "timing.csv", "\ufeff".encode() + table(programme.kept).encode()


def _cover(programme: Programme) -> Iterator[tuple[str, bytes]]:
    if cover := programme.tags.cover:
        yield f"cover.{SUFFIXES[cover.type]}", cover.data


def _illustrations(programme: Programme) -> dict[str, bytes]:
    """Chapters' pictures, each once, by suffix, where it is known at what address they will be."""
    if programme.script.metadata.address is None:
        return {}
    suffixes: dict[bytes, str] = {}
    for number, chapter in enumerate(programme.chapters, 1):
        if picture := chapter.picture:
            suffixes.setdefault(picture.data, f"chapter-{number}.{SUFFIXES[picture.type]}")
    return {suffix: data for data, suffix in suffixes.items()}


def _image_addresses(programme: Programme) -> list[str]:
    """Where each chapter's picture will be on the web; "" for one that has none."""
    where = {data: suffix for suffix, data in _illustrations(programme).items()}
    addresses = []
    for chapter in programme.chapters:
        suffix = where.get(chapter.picture.data) if chapter.picture else None
        name = quote(f"{programme.name}.{suffix}")
        addresses.append(f"{programme.script.metadata.address}{name}" if suffix else "")
    return addresses


def _notes(programme: Programme) -> Notes:
    script, timeline = programme.script, programme.timeline
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
        disclosure=SENTENCES[script.language] if script.disclosure.labelled else "",
    )
