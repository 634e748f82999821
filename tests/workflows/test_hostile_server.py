"""A server that is no ComfyUI, or a hostile one: every answer is a result or told in words."""

from __future__ import annotations

import asyncio
import copy
import json
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from comfyui_glmtts.mistakes import InputError
from comfyui_glmtts.workflows import answers, client
from comfyui_glmtts.workflows.answers import ServerError, public
from comfyui_glmtts.workflows.run import Results, run_workflow

DATA = Path(__file__).parent / "data"
WORKFLOW = {
    "1": {"class_type": "EmptyAudio", "inputs": {"duration": 1.0}},
    "2": {"class_type": "SaveAudioAdvanced", "inputs": {"audio": ["1", 0], "format": "mp3"}},
}
FILE = {"filename": "made.mp3", "subfolder": "audio", "type": "output"}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_AGAIN", 0.01)
    monkeypatch.setattr(client, "_PATIENCE", 3)
    monkeypatch.setattr(client, "_HISTORY", 3)


def good() -> dict[str, Any]:
    """What a well-behaved server says, by route."""
    return {
        "/object_info": json.loads((DATA / "object_info.json").read_text("utf-8")),
        "/queue": {"queue_running": [], "queue_pending": []},
        "/prompt": {"number": 1},
        "/history": {"status": {"messages": []}, "outputs": {"2": {"audio": [FILE]}}},
        "/ws": [
            {"type": "progress", "data": {"node": "1", "value": 1, "max": 4}},
            {"type": "execution_success", "data": {}},
        ],
        "/view": b"sound",
    }


def routes(says: dict[str, Any]) -> web.Application:
    """A server that says that; a handler in place of an answer is asked."""
    prompts: list[str] = []

    def answering(route: str) -> Handler:
        async def answer(request: web.Request) -> web.StreamResponse:
            said = says[route]
            if callable(said):
                found: web.StreamResponse = await said(request)
                return found
            if route == "/prompt":
                prompts.append((await request.json())["prompt_id"])
            if route == "/history":
                return web.json_response({prompts[-1]: said})
            if isinstance(said, bytes):
                return web.Response(body=said, content_type="application/json")
            return web.json_response(said)

        return answer

    async def listen(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        while not prompts:
            await asyncio.sleep(0.01)
        for message in copy.deepcopy(says["/ws"]):
            if isinstance(message, dict) and isinstance(message.get("data"), dict):
                message["data"]["prompt_id"] = prompts[-1]
            await socket.send_str(message if isinstance(message, str) else json.dumps(message))
        await socket.close()
        return socket

    app = web.Application()
    app.router.add_get("/ws", listen)
    app.router.add_post("/prompt", answering("/prompt"))
    app.router.add_get("/history/{id}", answering("/history"))
    for route in ("/object_info", "/queue", "/view"):
        app.router.add_get(route, answering(route))
    return app


def run(folder: Path, says: dict[str, Any]) -> Results:
    """The workflow run on such a server, its results in `folder`/results."""
    workflow = folder / "workflow.json"
    workflow.write_text(json.dumps(WORKFLOW), "utf-8")

    async def go() -> Results:
        runner = web.AppRunner(routes(says), shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            work = run_workflow(
                workflow, [], url=url, folder=folder / "results", report=lambda *_: None
            )
            return await asyncio.wait_for(work, 20)
        finally:
            await runner.cleanup()

    return asyncio.run(go())


def test_a_good_server_is_believed(tmp_path: Path) -> None:
    found = run(tmp_path, good())
    assert [path.read_bytes() for path in found.files] == [b"sound"]


async def elsewhere(request: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("http://127.0.0.1:1/secret")


def outputs(*files: dict[str, Any]) -> dict[str, Any]:
    return {"status": {"messages": []}, "outputs": {"2": {"audio": list(files)}}}


@pytest.mark.parametrize(
    ("route", "said", "told"),
    [
        ("/object_info", b"<html>", "not ComfyUI's"),
        ("/object_info", b"[" * 200_000, "not ComfyUI's"),
        ("/object_info", [1, 2], "not ComfyUI's"),
        ("/object_info", {"EmptyAudio": 7}, "not ComfyUI's"),
        ("/object_info", elsewhere, "sends to another address"),
        ("/prompt", elsewhere, "sends to another address"),
        ("/view", elsewhere, "sends to another address"),
        ("/history", {"status": {}}, "not ComfyUI's"),
        ("/history", 7, "not ComfyUI's"),
        ("/history", outputs({**FILE, "filename": "../x.mp3"}), "not kept"),
        ("/history", outputs({**FILE, "filename": ".bashrc"}), "not kept"),
        ("/history", outputs({**FILE, "subfolder": "a/" * 50}), "not kept"),
        ("/history", outputs({**FILE, "filename": "n" * 250}), "not kept"),
        ("/ws", ["{"], "not ComfyUI's"),
        ("/ws", [{"type": "progress", "data": {"node": "1", "value": "x"}}], "not ComfyUI's"),
    ],
)  # fmt: skip
def test_what_is_not_comfyuis_is_told(tmp_path: Path, route: str, said: Any, told: str) -> None:
    with pytest.raises(ServerError, match=told):
        run(tmp_path, {**good(), route: said})


@pytest.mark.parametrize(
    ("where", "name", "route"),
    [(answers, "MOST_JSON", "/queue"), (client, "MOST_FETCHED", "/view")],
)
def test_no_answer_may_be_endless(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: Any, name: str, route: str
) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        while True:
            await answer.write(b" " * 65_536)

    monkeypatch.setattr(where, name, 4 << 20)
    says = {**good(), route: endless, "/ws": []}
    with pytest.raises(ServerError, match="MiB"):
        run(tmp_path, says)
    left = [path for path in (tmp_path / "results").rglob("*") if path.is_file()]
    assert left == [], "nothing half-fetched stays"


ODD = (None, True, -1, 10**400, 1.5, "", "x" * 300, "\x1b[2J", [], [[]], {}, {"a": {}})


def mutated(value: Any, rng: random.Random) -> Any:
    """One place of some JSON replaced, doubled or taken out."""
    whole = copy.deepcopy(value)
    at, path = whole, []
    while isinstance(at, (dict, list)) and at and (not path or rng.random() < 0.85):
        key = rng.choice(list(at)) if isinstance(at, dict) else rng.randrange(len(at))
        path.append((at, key))
        at = at[key]
    if not path:
        return rng.choice(ODD)
    holder, key = path[-1]
    if rng.random() < 0.25:
        del holder[key]
    else:
        holder[key] = copy.deepcopy(rng.choice(ODD))
    return whole


@pytest.mark.parametrize("seed", range(12))
def test_mutated_answers_give_results_or_words(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(10):
        says = good()
        route = rng.choice(["/object_info", "/queue", "/prompt", "/history", "/ws"])
        if route == "/object_info":
            says[route] = {name: says[route][name] for name in ("EmptyAudio", "SaveAudioAdvanced")}
        for _ in range(rng.randrange(1, 4)):
            says[route] = mutated(says[route], rng)
        if not isinstance(says["/ws"], list):
            says["/ws"] = []
        with suppress(ServerError, InputError):
            run(tmp_path, says)
        inside = (tmp_path / "results").resolve()
        assert all(
            path.resolve().is_relative_to(inside) or path.name == "workflow.json"
            for path in tmp_path.rglob("*")
            if path.is_file()
        )


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://127.0.0.1:8188", "http://127.0.0.1:8188"),
        ("https://me:secret@host/ui?token=secret#secret", "https://host/ui"),
    ],
)
def test_an_address_is_shown_without_its_secrets(url: str, shown: str) -> None:
    assert public(url) == shown


def test_a_password_in_an_address_stays_out_of_what_is_told() -> None:
    async def ask() -> None:
        async with client.connected("http://me:secret@127.0.0.1:1") as server:
            await server.waiting()

    with pytest.raises(InputError) as caught:
        asyncio.run(ask())
    assert "secret" not in str(caught.value)


def test_a_prompt_that_is_taken_in_part_is_refused(tmp_path: Path) -> None:
    error = {"message": "Value not in list", "details": "format: 'mp9'"}
    says = good()
    says["/prompt"] = {
        "number": 1,
        "node_errors": {"2": {"errors": [error], "class_type": "SaveAudioAdvanced"}},
    }
    with pytest.raises(InputError, match=r"Value not in list: format: 'mp9'"):
        run(tmp_path, says)
