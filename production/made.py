"""Finished files, who spoke in them and what they disclose -> the log of what was made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ..glmtts_runtime.engine import SpeechRequest
from ..glmtts_runtime.voices.voice import Voice
from ..scripts.script import Script
from .context import RenderContext
from .delivery.deliverable import Deliverable
from .provenance.labelling import Labelling
from .provenance.made_log import MadeFile
from .provenance.signing import read_signature


def note_made(
    way: str,
    script: Script,
    requests: Sequence[SpeechRequest],
    *,
    folder: Path,
    files: Iterable[Deliverable],
    context: RenderContext,
) -> None:
    """Note the files of a script that sound; `requests` are those of its lines."""
    if context.labelling.log is None:
        return
    voices = {
        line.speaker: voice_entry(request.voice)
        for line, request in zip(script.lines, requests, strict=True)
    }
    made = [
        made_file(folder / file.name, file.sha256, file.produce_id, context.labelling)
        for file in files
        if file.seconds is not None or file.produce_id
    ]
    context.labelling.log.record(
        way,
        context.labelling.with_producer(script.disclosure),
        made,
        language=script.language,
        source=script.file.name,
        engine=context.engine.name,
        voices=voices,
    )


def made_file(path: Path, sha256: str, produce_id: str | None, labelling: Labelling) -> MadeFile:
    """A finished file as the log tells it; where the house signs, the file is asked whether it is.

    Not every file can hold a signature, and stems, single lines and what has no label have none.
    """
    signed = labelling.signer is not None and read_signature(path) is not None
    return MadeFile(path=path, sha256=sha256, produce_id=produce_id, signed=signed)


def voice_entry(voice: Voice) -> dict[str, Any]:
    """A voice as the log tells it."""
    told = voice.consent and voice.consent.entry()
    return {"name": voice.name, "digest": voice.digest, **({"consent": told} if told else {})}
