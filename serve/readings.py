"""`/v1/read`: a text in, how it will be read out, character by character."""

from __future__ import annotations

from typing import cast

from aiohttp import web

from ..documents import fields
from ..documents.record import Record
from ..http_server.answers import json_answer
from ..mistakes import Place
from ..pronunciation.chinese.hanzi import has_han
from ..pronunciation.lint import lint_spoken
from ..pronunciation.reader import Language, Reader
from ..scripts.script import LANGUAGES
from .body import read_json
from .context import ServeContext
from .order import LONGEST


class Readings:
    """The handler."""

    def __init__(self, context: ServeContext) -> None:
        self._context = context

    async def read(self, request: web.Request) -> web.StreamResponse:
        """Show how a text is read."""
        record = await read_json(request, ("input", "language"))
        async with self._context.turns.turn() as turn:
            return json_answer(await turn.run(lambda: _read(record)))


def _read(record: Record) -> dict[str, object]:
    place = Place("input")
    if record.table.get("input") is None:
        record.findings.add(place, "`input` is missing.", "Give it.")
    text = record.read("input", fields.words(LONGEST), "")
    language = record.read("language", fields.choice(LANGUAGES))
    record.findings.check()
    usual = "zh" if has_han(text) else "en"
    spoken = Reader().read(text, language=cast("Language", language or usual), place=place)
    return {
        "text": spoken.text,
        "spoken": spoken.spoken,
        "characters": [
            {
                "char": one.char,
                "at": one.at,
                "pinyin": one.pinyin,
                "source": one.source,
                "confidence": round(one.confidence, 4),
            }
            for one in spoken.characters
        ],
        "breaks": [{"at": pause.at, "seconds": pause.seconds} for pause in spoken.breaks],
        "findings": [
            {"code": one.code, "severity": one.severity, "what": one.what}
            for one in lint_spoken(spoken, place)
        ],
    }
