"""Voices that other machines sent: those in use stay, those unused for longest make room."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from aiohttp import ClientSession, web
from comfyui_glmtts.audio.wave import Wave
from comfyui_glmtts.glmtts_runtime.engine import SpeechRequest
from comfyui_glmtts.glmtts_runtime.engines import open_engine
from comfyui_glmtts.glmtts_runtime.options import EngineOptions
from comfyui_glmtts.glmtts_runtime.voices.library import VoiceLibrary
from comfyui_glmtts.glmtts_runtime.voices.voice import Voice
from comfyui_glmtts.glmtts_runtime.wire import request_value, voice_bytes
from comfyui_glmtts.http_server.access import Access
from comfyui_glmtts.mistakes import Place
from comfyui_glmtts.production.context import RenderContext
from comfyui_glmtts.production.store import Store
from comfyui_glmtts.pronunciation.reader import Reader
from comfyui_glmtts.serve import lines
from comfyui_glmtts.serve.context import ServeContext
from comfyui_glmtts.serve.counters import Counters
from comfyui_glmtts.serve.jobs import Jobs
from comfyui_glmtts.serve.routes import application
from comfyui_glmtts.serve.turns import Turns

ONE, TWO, THREE = (
    Voice.of(name, Wave(np.full(24_000, level, np.float32), 24_000), "早上好。")
    for name, level in (("one", 0.1), ("two", 0.2), ("three", 0.3))
)


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ServeContext]:
    """A server that speaks one line at once and keeps two voices."""
    monkeypatch.setattr(lines, "KEPT", 2 * ONE.reference.samples.nbytes)
    engine = open_engine(EngineOptions(engine="preview"), Place)
    render = RenderContext(engine=engine, library=VoiceLibrary([]), store=Store(tmp_path))
    context = ServeContext(
        render=render,
        bulk=render,
        turns=Turns(1, 8),
        jobs=Jobs(render),
        counters=Counters(),
        scratch=tmp_path,
    )
    yield context
    context.jobs.close()
    context.turns.close()
    engine.close()


@asynccontextmanager
async def served(context: ServeContext) -> AsyncIterator[ClientSession]:
    runner = web.AppRunner(application(context, Access(None)))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0]
    async with ClientSession(f"http://{host}:{port}") as session:
        yield session
    await runner.cleanup()


async def send(session: ClientSession, voice: Voice) -> None:
    async with session.put(f"/v1/engine/voices/{voice.digest}", data=voice_bytes(voice)) as answer:
        assert answer.status == 201


async def speak(session: ClientSession, context: ServeContext, *voices: Voice) -> tuple[int, Any]:
    """A line in each voice: the answer's status, and the digests that are missing."""
    (spoken,) = Reader().read_all(["早。"])
    asked = [request_value(SpeechRequest(spoken=spoken, voice=voice)) for voice in voices]
    body = {"fingerprint": context.bulk.engine.fingerprint, "requests": asked}
    async with session.post("/v1/engine/speech", data=json.dumps(body)) as answer:
        data = await answer.read()
        told = json.loads(data)["error"] if answer.status != 200 else {}
        return answer.status, told.get("digests")


def test_a_voice_that_was_sent_again_or_spoke_outlives_one_that_was_not(
    context: ServeContext,
) -> None:
    async def work() -> None:
        async with served(context) as session:
            for voice in (ONE, TWO, ONE, THREE):
                await send(session, voice)
            assert await speak(session, context, ONE, TWO, THREE) == (409, [TWO.digest])
            assert await speak(session, context, ONE) == (200, None)
            await send(session, TWO)
            assert await speak(session, context, ONE, TWO, THREE) == (409, [THREE.digest])

    asyncio.run(work())


def test_lines_that_wait_are_spoken_though_others_sent_voices_meanwhile(
    context: ServeContext,
) -> None:
    async def work() -> None:
        free = threading.Event()
        async with served(context) as session, context.turns.turn() as turn:
            await send(session, ONE)
            busy = asyncio.ensure_future(turn.run(free.wait))
            waiting = asyncio.ensure_future(speak(session, context, ONE))
            while not context.turns.waiting:
                await asyncio.sleep(0.01)
            await send(session, TWO)
            await send(session, THREE)
            free.set()
            assert await waiting == (200, None)
            await busy

    asyncio.run(work())
