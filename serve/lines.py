"""`/v1/engine`: the engine itself for other machines of ours, by the protocol it has here."""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

from aiohttp import web

from ..glmtts_runtime.engine import CastingEngine, SpeechRequest
from ..glmtts_runtime.voices.voice import Voice
from ..glmtts_runtime.wire import (
    ALIVE,
    LARGEST_VOICE,
    called,
    digests,
    outcome_frame,
    read_request,
    read_voice,
)
from ..http_server.answers import json_answer
from ..production.takes import outcomes
from .body import read_bytes
from .context import ServeContext
from .failure import Failure
from .turns import Turn

MOST_LINES = 64
"""Requests at once"""
LARGEST = 64 << 20
"""Bytes of these"""
KEPT = 256 << 20
"""Bytes of voices; those unused for longest go first"""
_BEAT = 1.0  # s between two signs of life


class Lines:
    """The handlers, and the voices that were sent."""

    def __init__(self, context: ServeContext) -> None:
        self._context = context
        self._voices: OrderedDict[str, Voice] = OrderedDict()

    async def describe(self, request: web.Request) -> web.StreamResponse:
        """Who speaks."""
        engine = self._context.bulk.engine
        return json_answer(
            {
                "name": engine.name,
                "fingerprint": engine.fingerprint,
                "sample_rates": engine.sample_rates,
                "casts": isinstance(engine, CastingEngine),
            }
        )

    async def keep_voice(self, request: web.Request) -> web.StreamResponse:
        """Keep a voice under its digest, for a while."""
        data = await read_bytes(request, LARGEST_VOICE)
        voice = await asyncio.to_thread(read_voice, data)
        if voice.digest != request.match_info["digest"]:
            raise Failure(400, "The digest is another one's.", param="digest")
        self._voices[voice.digest] = voice
        self._voices.move_to_end(voice.digest)
        while sum(one.reference.samples.nbytes for one in self._voices.values()) > KEPT:
            self._voices.popitem(last=False)
        return json_answer({"digest": voice.digest}, 201)

    async def cast(self, request: web.Request) -> web.StreamResponse:
        """Who speaks for each of some voices."""
        value = await _value(request)
        engine = self._context.bulk.engine
        if not isinstance(engine, CastingEngine):
            raise Failure(404, "This engine clones: it casts nobody.", code="not_found")
        asked = value.get("voices")
        if not isinstance(asked, list) or not all(_is_named(one) for one in asked):
            raise Failure(400, "`voices` is a list of digest, name and speakers.", param="voices")
        known = self._known({one[0] for one in asked})
        voices = [
            called(known[one[0]], str(one[1]), tuple((str(n), float(w)) for n, w in one[2]))
            for one in asked
        ]
        found = await asyncio.to_thread(engine.cast, voices)
        return json_answer({"speakers": [voice.speakers for voice in found]})

    async def speak(self, request: web.Request) -> web.StreamResponse:
        """Frames of outcomes, each as it is finished."""
        value = await _value(request)
        fingerprint = self._context.bulk.engine.fingerprint
        if value.get("fingerprint") != fingerprint:
            raise Failure(409, "Another engine speaks here.", code="engine_changed")
        asked = value.get("requests")
        if not isinstance(asked, list) or not 1 <= len(asked) <= MOST_LINES:
            raise Failure(400, f"`requests` is a list of 1 to {MOST_LINES}.", param="requests")
        if not all(isinstance(one, dict) for one in asked):
            raise Failure(400, "A request is an object.", param="requests")
        # Looked up before the turn comes: others may send theirs while these lines wait.
        voice = self._known(set[str]().union(*map(digests, asked))).__getitem__
        async with self._context.turns.turn() as turn:
            lines = await turn.run(lambda: [read_request(one, voice) for one in asked])
            rates = self._context.bulk.engine.sample_rates
            if any(line.sample_rate not in rates for line in lines):
                raise Failure(400, f"The engine has {rates} Hz.", param="sample_rate")
            return await self._answer(request, lines, turn)

    async def _answer(
        self, request: web.Request, lines: list[SpeechRequest], turn: Turn
    ) -> web.StreamResponse:
        context = replace(self._context.bulk, cancel=turn.cancel)

        def frames() -> Iterator[bytes]:
            for outcome in outcomes(lines, context):
                yield outcome_frame(outcome)

        answer = web.StreamResponse(headers={"Content-Type": "application/octet-stream"})
        await answer.prepare(request)
        async with turn.pulled(frames()) as pulled:
            try:
                async for frame in _alive(pulled):
                    await answer.write(frame)
                await answer.write_eof()
            except (OSError, RuntimeError):
                if request.transport:
                    request.transport.abort()  # the other side asks for the rest again
                raise
        return answer

    def _known(self, wanted: set[str]) -> dict[str, Voice]:
        """The voices by their digests, which count as used now. Raises `Failure` (409)."""
        if missing := sorted(wanted - self._voices.keys()):
            raise Failure(
                409, "Voices are missing.", code="voices_missing", details={"digests": missing}
            )
        for digest in wanted:
            self._voices.move_to_end(digest)
        return {digest: self._voices[digest] for digest in wanted}


async def _alive(frames: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The frames, and a sign of life where none comes for a while."""
    while True:
        coming = asyncio.ensure_future(anext(frames, b""))
        try:
            while not (await asyncio.wait({coming}, timeout=_BEAT))[0]:
                yield ALIVE
        except (GeneratorExit, asyncio.CancelledError):
            coming.cancel()
            raise
        if not (frame := coming.result()):
            return
        yield frame


async def _value(request: web.Request) -> dict[str, Any]:
    data = await read_bytes(request, LARGEST)
    try:
        value = await asyncio.to_thread(json.loads, data)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise Failure(400, "The body is no JSON object.", code="invalid_json")
    return value


def _is_named(one: object) -> bool:
    return (
        isinstance(one, list)
        and len(one) == 3
        and isinstance(one[0], str)
        and isinstance(one[2], list)
        and all(
            isinstance(who, list) and len(who) == 2 and isinstance(who[1], (int, float))
            for who in one[2]
        )
    )
