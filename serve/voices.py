"""`/v1/audio/voices`: the voices that can be asked for; one uploaded, judged, or taken away."""

from __future__ import annotations

import asyncio
import dataclasses
import tempfile
from datetime import date
from pathlib import Path

from aiohttp import web

from ..audio.recording import decode
from ..documents.file_name import file_name
from ..documents.findings import UnfitError
from ..glmtts_runtime.voices.consent import SYNTHETIC, Consent
from ..glmtts_runtime.voices.library import (
    LONGEST,
    Entry,
    VoiceLibrary,
    read_transcript,
    voice_of,
)
from ..glmtts_runtime.voices.quality import Quality, check
from ..glmtts_runtime.voices.sidecar import sidecar_of
from ..glmtts_runtime.voices.transcript import checked_transcript
from ..http_server.answers import json_answer
from ..mistakes import InputError, Place
from .body import Form, read_form
from .context import ServeContext
from .failure import Failure

LARGEST = 20 << 20
"""Bytes of an upload"""
_FIELDS = {"name", "audio_sample", "audio", "transcript", "consent", "replace"}


class Voices:
    """The handlers."""

    def __init__(self, context: ServeContext) -> None:
        self._context = context
        self._changing = asyncio.Lock()

    @property
    def _library(self) -> VoiceLibrary:
        return self._context.render.library

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Every voice, in the order of the library."""
        return json_answer({"object": "list", "voices": await asyncio.to_thread(self._described)})

    def _described(self) -> list[dict[str, object]]:
        return [_described(entry, self._library) for entry in self._library.entries()]

    async def add(self, request: web.Request) -> web.StreamResponse:
        """Keep an uploaded recording as a voice, and say whether it is a good one."""
        with tempfile.TemporaryDirectory(dir=self._context.scratch) as scratch:
            form = await read_form(request, Path(scratch), limit=LARGEST, fields=_FIELDS)
            audio = _checked(form)
            async with self._changing:
                found = await asyncio.to_thread(self._keep, form, audio)
        return json_answer(found, 201)

    def _keep(self, form: Form, audio: Path) -> dict[str, object]:
        place = Place("audio_sample")
        recording = decode(audio, place=place, longest=LONGEST)
        try:
            words = checked_transcript(form.texts.get("transcript", ""))
        except InputError as error:
            told = error.mistakes[0].what
            raise InputError.at(
                Place("transcript"), told, "Send what is said, word for word."
            ) from None
        name = form.texts["name"]
        replace = form.texts.get("replace", "").lower() in {"true", "1", "yes"}
        if name in self._library.names() and not replace:
            what = f'There is a voice "{name}" already.'
            raise Failure(409, f"{what} Choose another name, or send replace=true.", param="name")
        voice = dataclasses.replace(
            voice_of(recording, words, name), consent=_consent(form.texts["consent"], name)
        )
        entry = self._library.keep(voice, name, replace=replace)
        return {**_described(entry, self._library), "quality": _measured(check(recording, words))}

    async def remove(self, request: web.Request) -> web.StreamResponse:
        """Delete a voice that was added."""
        name = request.match_info["name"]
        async with self._changing:
            try:
                await asyncio.to_thread(self._library.remove, name)
            except InputError as error:
                there = name in self._library.names()
                told = error.mistakes[0].what if there else f'There is no voice "{name[:80]}".'
                code = "not_yours" if there else "not_found"
                raise Failure(403 if there else 404, told, param="name", code=code) from None
        return json_answer({"id": name, "object": "voice", "deleted": True})


def _checked(form: Form) -> Path:
    """The one recording of a form; raises `Failure` for what else is missing."""
    files = [file for found in form.files.values() for file in found]
    if len(files) != 1 or not {"audio_sample", "audio"} & form.files.keys():
        raise Failure(400, "Send one recording as audio_sample.", param="audio_sample")
    if form.texts.get("consent", "").strip().lower() in {"", "false", "no", "0"}:
        what = "Say that whoever speaks agrees: consent=yes, or a note of where they did."
        raise Failure(400, what, param="consent", code="consent_missing")
    try:
        file_name(form.texts.get("name", ""))
    except UnfitError as unfit:
        raise Failure(400, f"{unfit.what} {unfit.remedy}", param="name") from None
    return files[0]


def _consent(told: str, name: str) -> Consent:
    """Whose voice an upload says it is: a note of who agreed, or that they did."""
    note = " ".join(told.split())[:60]
    if note.lower() == SYNTHETIC:
        return Consent()
    return Consent(
        person=name if note.lower() in {"yes", "true", "1"} else note,
        agreed=date.today().isoformat(),
        purpose="uploaded to a speech server",
    )


def _described(entry: Entry, library: VoiceLibrary) -> dict[str, object]:
    words, consent = read_transcript(entry), sidecar_of(entry.audio).consent
    return {
        "id": entry.name,
        "name": entry.name,
        "object": "voice",
        "transcript": words,
        "consent": consent and consent.entry(),
        "own": entry.folder == library.user,
    }


def _measured(quality: Quality) -> dict[str, object]:
    measures = [
        {
            "name": one.name,
            "value": round(one.value, 4),
            "unit": one.unit,
            "verdict": one.verdict.value,
            "advice": one.advice,
        }
        for one in quality.measures
    ]
    return {"verdict": quality.verdict.value, "measures": measures}
