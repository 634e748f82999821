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
from .labelling import Labelling
from .made_log import MadeFile
from .signing import TYPES


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
        MadeFile(
            path=folder / file.name,
            sha256=file.sha256,
            produce_id=file.produce_id,
            signed=is_signed(file.name, context.labelling),
        )
        for file in files
        if file.seconds is not None or file.produce_id
    ]
    context.labelling.log.record(
        way,
        script.disclosure,
        made,
        language=script.language,
        source=script.file.name,
        engine=context.engine.name,
        voices=voices,
    )


def is_signed(name: str, labelling: Labelling) -> bool:
    """Whether a labelled file of that name carries a signature of the house."""
    return labelling.signer is not None and Path(name).suffix.removeprefix(".") in TYPES


def voice_entry(voice: Voice) -> dict[str, Any]:
    """A voice as the log tells it."""
    told = voice.consent and voice.consent.entry()
    return {"name": voice.name, "digest": voice.digest, **({"consent": told} if told else {})}
