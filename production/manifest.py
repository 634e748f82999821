"""Programme + files -> the manifest: what went in, what came out, and what it measures.

It holds nothing that changes from one run to the next: equal scripts have equal manifests.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from ..digests import file_digest
from ..glmtts_runtime.engine import Engine, SpeechRequest
from ..scripts.script import Script, Sound
from .checked import entry
from .delivery.deliverable import Deliverable
from .delivery.programme import Programme
from .delivery.publish import engine_entry, manifest_header
from .editing.picks_file import picks_file
from .fit import Fit
from .takes import Take
from .timeline import Clip, Mark


def manifest(
    programme: Programme,
    spoken: Sequence[tuple[SpeechRequest, Take]],
    engine: Engine,
    files: Iterable[Deliverable],
    made_from: str,
) -> dict[str, Any]:
    """A JSON object; `spoken` are the requests of the script's lines and their takes, in order.

    `made_from` is the digest of all that the files are made from: `made_from.py`.
    """
    script, timeline = programme.script, programme.timeline
    rate = timeline.rate
    return {
        **manifest_header(engine_entry(engine)),
        "title": script.title,
        "language": script.language,
        "seconds": round(timeline.seconds, 6),
        "sample_rate": rate,
        "channels": timeline.channels,
        "target": asdict(programme.target),
        **({"fit": _fit(programme.fit)} if programme.fit else {}),
        "made_from": made_from,
        "inputs": [
            {"file": _shown(file, script), "sha256": file_digest(file)} for file in inputs(script)
        ],
        "voices": {
            line.speaker: request.voice.digest
            for line, (request, _) in zip(script.lines, spoken, strict=True)
        },
        "lines": [
            _line(clip, request, take, rate)
            for clip, (request, take) in zip(timeline.clips, spoken, strict=True)
        ],
        "chapters": [_chapter(mark, rate) for mark in timeline.marks],
        "metadata": _metadata(script),
        "disclosure": script.disclosure.entry(),
        "files": [file.entry() for file in files],
    }


def _line(clip: Clip, request: SpeechRequest, take: Take, rate: int) -> dict[str, Any]:
    return {
        "line": clip.line,
        "speaker": clip.speaker,
        "text": clip.text,
        "spoken": request.spoken.spoken,
        "seed": take.seed,
        "take": clip.take,
        "start": round(clip.start / rate, 6),
        "end": round((clip.start + clip.length) / rate, 6),
        **({"check": entry(take)} if take.verdict else {}),
    }


def _chapter(mark: Mark, rate: int) -> dict[str, Any]:
    address = {"url": mark.url} if mark.url else {}
    return {"title": mark.title, "start": round(mark.start / rate, 6), **address}


def _fit(fit: Fit) -> dict[str, float]:
    return {key: round(value, 6) for key, value in asdict(fit).items()}


def _metadata(script: Script) -> dict[str, Any]:
    """What feeds tell of an episode; nothing that is not written."""
    entry = asdict(replace(script.metadata, cover=None, place=None))
    return {key: value for key, value in entry.items() if value not in (None, "")}


def inputs(script: Script) -> Iterator[Path]:
    """Every file a render reads, once."""
    files: list[Path | None] = [
        script.file,
        picks_file(script.file),
        *(one for one in script.lexicons if isinstance(one, Path)),
        script.metadata.cover,
    ]
    files += [cue.file for cue in script.segments if isinstance(cue, Sound)]
    references = [speaker.voice for speaker in script.speakers.values()]
    files += [reference.audio for reference in (*references, *script.emotions.values())]
    return iter(dict.fromkeys(file for file in files if file is not None and file.is_file()))


def _shown(file: Path, script: Script) -> str:
    """The file's name as seen from the script's folder, where it lies inside it."""
    folder = script.file.parent.resolve()
    resolved = file.resolve()
    return (
        resolved.relative_to(folder) if resolved.is_relative_to(folder) else resolved
    ).as_posix()
