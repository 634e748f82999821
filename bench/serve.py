"""python -m bench.serve: what the server costs beside a plain loop over its engine, in one run.

The loop and 64 clients speak different texts of one length in turn, so that no take is found again
and the machine's other work meets both.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import statistics
import tempfile
import time
from pathlib import Path

from aiohttp import ClientSession, ClientTimeout
from comfyui_glmtts.glmtts_runtime.engine import Engine, SpeechRequest
from comfyui_glmtts.glmtts_runtime.engines import open_engine
from comfyui_glmtts.glmtts_runtime.options import EngineOptions
from comfyui_glmtts.glmtts_runtime.voices.library import VoiceLibrary
from comfyui_glmtts.http_server.address import Address
from comfyui_glmtts.mistakes import Place
from comfyui_glmtts.production.context import RenderContext
from comfyui_glmtts.production.store import Store
from comfyui_glmtts.progress import unwatched
from comfyui_glmtts.pronunciation.reader import Reader
from comfyui_glmtts.serve.server import serving

ROUNDS = 3


def text(kind: str, number: int) -> str:
    return f"今天是第{number}天，{kind}，天气很好，我们出去走一走。"


def loop(engine: Engine, number: int, count: int) -> tuple[float, float]:
    """Wall and CPU seconds of a plain loop."""
    voice = VoiceLibrary([]).get("xiaoyu")
    cast = getattr(engine, "cast", None)
    if cast:
        (voice,) = cast([voice])
    began, spent = time.monotonic(), _cpu()
    texts = [text("没有服务器", number + i) for i in range(count)]
    sent = [SpeechRequest(spoken=one, voice=voice) for one in Reader().read_all(texts)]
    for _ in engine.synthesize(sent, progress=unwatched, cancel=unwatched):
        pass
    return time.monotonic() - began, _cpu() - spent


async def ask(
    url: str, number: int, count: int, clients: int
) -> tuple[float, float, list[float], int]:
    """Wall and CPU seconds of the same by clients, s until each had its first byte, and 429s."""
    numbers = iter(range(number, number + count))
    first: list[float] = []
    busy = 0

    async def client(session: ClientSession) -> None:
        nonlocal busy
        for mine in numbers:
            body = {"input": text("有服务器的", mine), "voice": "xiaoyu", "response_format": "pcm"}
            while True:
                began = time.monotonic()
                async with session.post(f"{url}v1/audio/speech", json=body) as answer:
                    if answer.status == 429:
                        busy += 1
                        await asyncio.sleep(float(answer.headers["Retry-After"]))
                        continue
                    answer.raise_for_status()
                    await answer.content.readany()
                    first.append(time.monotonic() - began)
                    await answer.read()
                    break

    began, spent = time.monotonic(), _cpu()
    async with ClientSession(timeout=ClientTimeout(total=600)) as session:
        await asyncio.gather(*(client(session) for _ in range(clients)))
    return time.monotonic() - began, _cpu() - spent, first, busy


def _cpu() -> float:
    """Of this process and the children that have ended."""
    return sum(os.times()[:4])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", default="preview")
    parser.add_argument("--lines", type=int, default=100)
    parser.add_argument("--clients", type=int, default=64)
    options = parser.parse_args()
    plain: list[tuple[float, float]] = []
    served: list[tuple[float, float]] = []
    first: list[float] = []
    busy = 0
    with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as stack:
        engine = open_engine(EngineOptions(engine=options.engine), Place)
        stack.callback(engine.close)
        context = RenderContext(engine=engine, library=VoiceLibrary([]), store=Store(Path(scratch)))
        url = stack.enter_context(serving(context, Address("127.0.0.1", 0), None))
        loop(engine, -1, 2)
        for turn in range(ROUNDS):
            number = turn * options.lines
            plain.append(loop(engine, number, options.lines))
            *spent, waited, refused = asyncio.run(ask(url, number, options.lines, options.clients))
            served.append((spent[0], spent[1]))  # type: ignore[arg-type]
            first += waited  # type: ignore[arg-type]
            busy += refused  # type: ignore[operator]
    told = {
        "engine": options.engine,
        "lines": options.lines,
        "clients": options.clients,
        "loop_wall_s": [round(wall, 2) for wall, _ in plain],
        "served_wall_s": [round(wall, 2) for wall, _ in served],
        "loop_cpu_s": [round(cpu, 2) for _, cpu in plain],
        "served_cpu_s": [round(cpu, 2) for _, cpu in served],
        "wall_ratio": round(sum(w for w, _ in served) / sum(w for w, _ in plain), 3),
        "cpu_ratio": round(sum(c for _, c in served) / sum(c for _, c in plain), 3),
        "first_byte_s": {
            "median": round(statistics.median(first), 3), "most": round(max(first), 3),
        },
        "refused_429": busy,
    }  # fmt: skip
    print(json.dumps(told, indent=2))


if __name__ == "__main__":
    main()
