"""A prompt -> what a running ComfyUI made of it: its HTTP routes and its websocket."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..atomic import replacing
from ..messages import Message
from ..mistakes import InputError, Mistake, Place
from ..progress import Report
from .answers import ServerError, public, read_json, refuse_redirect, understood
from .catalogue import Catalogue, read_catalogue
from .prompt import Prompt
from .results import RemoteFile
from .tracker import Tracker

if TYPE_CHECKING:
    import aiohttp

_QUIET = 2.0
"""Seconds after which the history is asked; a message may have been lost."""
_AGAIN = 1.0  # s
_PATIENCE = 30
"""Tries, so far apart, to reach a server again that stopped answering in the middle."""
_HISTORY = 100  # looks at the history of a prompt that has ended
_CHUNK = 2**20
_LONGEST_MESSAGE = 64 << 20  # bytes; previews are pictures

MOST_FETCHED = 8 << 30
"""Bytes of all files that are fetched in one connection."""


class Server:
    """A running ComfyUI at `url`. Use `connected` to get one."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self._url = url
        self._session = session
        self._fetched = 0

    async def catalogue(self) -> Catalogue:
        """The node types it has."""
        found = await self._get("/object_info")
        with understood("its nodes"):
            return read_catalogue(found)

    async def waiting(self) -> int:
        """How many prompts run or wait; whoever answers that is a ComfyUI that is well."""
        queue = await self._get("/queue")
        with understood("its queue"):
            return sum(len(part) for part in queue.values())

    async def upload(self, path: Path, *, name: str | None = None) -> str:
        """Put a file into its input folder as `name`; returns the name it has there.

        The server keeps one copy of equal files and gives different ones of one name another.
        """
        import aiohttp

        folder, _, base = (name or path.name).rpartition("/")
        with path.open("rb") as stream:
            form = aiohttp.FormData()
            form.add_field("image", stream, filename=base)  # whatever the file is
            form.add_field("subfolder", folder)
            answer = await self._post("/upload/image", data=form)
        with understood("an upload"):
            return "/".join(part for part in (answer.get("subfolder"), answer["name"]) if part)

    async def run(self, prompt: Prompt, file: str, report: Report) -> dict[str, Any]:
        """Queue a prompt and follow it to its end; returns by node what it shows.

        Raises `InputError` for a prompt the server refuses and `ServerError` for one that fails.
        Cancelling takes it out of the queue, or stops it if it runs.
        """
        client_id, prompt_id = uuid.uuid4().hex, str(uuid.uuid4())
        tracker = Tracker(prompt, prompt_id, report)
        body = {"prompt": prompt.api(), "prompt_id": prompt_id, "client_id": client_id}
        try:
            async with self._listening(client_id) as socket:
                await self._queue(body, prompt, file)
                over = await self._follow(socket, tracker, prompt_id)
            while not over:
                over = await self._follow_again(client_id, tracker, prompt_id)
        except asyncio.CancelledError:
            await self._cancel(prompt_id)
            raise
        history = await self._history(prompt_id)
        with understood("how the prompt ended"):
            return _outputs(history, prompt)

    async def fetch(self, file: RemoteFile, folder: Path) -> Path:
        """Copy a result into `folder`, whole or not at all; returns its path there."""
        try:
            path = folder / file.local()
        except ValueError as error:
            raise ServerError(str(error)) from None
        url = f"{self._url}/view"
        async with self._session.get(url, params=file.query(), allow_redirects=False) as answer:
            refuse_redirect(answer)
            if answer.status != 200:
                raise ServerError(
                    Message("The server does not hand out {}: {}.", file.filename, answer.reason)
                )
            with replacing(path) as temporary, temporary.open("wb") as stream:
                async for chunk in answer.content.iter_chunked(_CHUNK):
                    self._fetched += len(chunk)
                    if self._fetched > MOST_FETCHED:
                        most = f"more than {MOST_FETCHED >> 20} MiB"
                        raise ServerError(Message("The server sends {}: {}.", most, file.filename))
                    stream.write(chunk)
        return path

    async def _queue(self, body: dict[str, Any], prompt: Prompt, file: str) -> None:
        import aiohttp

        async with self._session.post(
            f"{self._url}/prompt", json=body, allow_redirects=False
        ) as answer:
            if answer.status == 400:
                with understood("why it refuses the prompt"):
                    refusal = _refusal(json.loads(await answer.text()), prompt, file)
                raise refusal
            taken = await read_json(answer)
        with understood("whether it took the prompt"):
            in_part = _refusal(taken, prompt, file) if taken.get("node_errors") else None
        if in_part is not None:  # it would run what is left, and end well
            with suppress(aiohttp.ClientError):
                await self._cancel(body["prompt_id"])
            raise in_part

    @asynccontextmanager
    async def _listening(
        self, client_id: str
    ) -> AsyncIterator[aiohttp.ClientWebSocketResponse[bool]]:
        url = f"{self._url}/ws"
        async with self._session.ws_connect(
            url, params={"clientId": client_id}, max_msg_size=_LONGEST_MESSAGE, heartbeat=20
        ) as socket:
            yield socket

    async def _follow(
        self, socket: aiohttp.ClientWebSocketResponse[bool], tracker: Tracker, prompt_id: str
    ) -> bool:
        """Take messages until the prompt has ended (true) or the connection has (false)."""
        from aiohttp import WSMsgType

        due = time.monotonic() + _QUIET
        while True:
            # A busy server tells everybody of others' prompts, too: it is asked all the same.
            if (left := due - time.monotonic()) <= 0:
                if await self._has_ended(prompt_id):
                    return True
                due = time.monotonic() + _QUIET
                continue
            try:
                message = await socket.receive(timeout=left)
            except asyncio.TimeoutError:
                continue
            if message.type is WSMsgType.TEXT:
                with understood("progress"):
                    over = tracker.take(json.loads(message.data))
                if over:
                    return True
            elif message.type is not WSMsgType.BINARY:  # binary messages are pictures
                return False

    async def _follow_again(self, client_id: str, tracker: Tracker, prompt_id: str) -> bool:
        """Reach a server again that broke the connection."""
        import aiohttp

        for _ in range(_PATIENCE):
            await asyncio.sleep(_AGAIN)
            try:
                if await self._has_ended(prompt_id):
                    return True
                async with self._listening(client_id) as socket:
                    return await self._follow(socket, tracker, prompt_id)
            except aiohttp.ClientError:
                continue
        raise ServerError(Message("The server at {} stopped answering.", public(self._url)))

    async def _has_ended(self, prompt_id: str) -> bool:
        queue = await self._get("/queue")
        with understood("its queue"):
            if any(item[1] == prompt_id for part in queue.values() for item in part):
                return False
        history = await self._get(f"/history/{prompt_id}")
        with understood("its history"):
            if prompt_id in history:
                return True
        raise ServerError("The prompt was taken out of the server's queue, or it was restarted.")

    async def _history(self, prompt_id: str) -> dict[str, Any]:
        """The entry of a prompt that has ended; it is written just after the last message."""
        for _ in range(_HISTORY):
            history = await self._get(f"/history/{prompt_id}")
            with understood("its history"):
                if prompt_id in history:
                    found: dict[str, Any] = history[prompt_id]
                    return found
            await asyncio.sleep(0.05)
        raise ServerError("The server keeps no history of the prompt.")

    async def _cancel(self, prompt_id: str) -> None:
        await self._post("/queue", json={"delete": [prompt_id]})
        await self._post("/interrupt", json={"prompt_id": prompt_id})

    async def _get(self, path: str) -> Any:
        async with self._session.get(self._url + path, allow_redirects=False) as answer:
            return await read_json(answer)

    async def _post(self, path: str, **body: Any) -> Any:
        async with self._session.post(self._url + path, allow_redirects=False, **body) as answer:
            if answer.content_type == "application/json":
                return await read_json(answer)
            refuse_redirect(answer)
            answer.raise_for_status()
            return None


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Server]:
    """The ComfyUI at `url`, e.g. `http://127.0.0.1:8188`.

    Raises `InputError` where nothing answers there or something that is not ComfyUI does, and
    `ServerError` when it goes away.
    """
    import aiohttp

    place = Place("--server")
    if not url.startswith(("http://", "https://")):
        raise InputError.at(place, Message('"{}" is no address.', url), "Write http://host:port.")
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=60)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session:
            yield Server(url.rstrip("/"), session)
    except aiohttp.ClientConnectorError:
        raise InputError.at(
            place,
            Message("Nothing answers at {}.", public(url)),
            "Start ComfyUI, or name its address.",
        ) from None
    except (aiohttp.ClientResponseError, aiohttp.InvalidURL) as error:
        raise InputError.at(
            place,
            Message("What answers at {} is not ComfyUI: {}.", public(url), error),
            "Name its address.",
        ) from None
    except aiohttp.ClientError as error:
        raise ServerError(Message("The server at {} failed: {}.", public(url), error)) from error


def _refusal(answer: dict[str, Any], prompt: Prompt, file: str) -> InputError:
    """What a server says of a prompt it does not queue, node by node."""
    place = Place(file)
    mistakes = [
        Mistake(
            place,
            Message("Node {}: {}: {}.", prompt.nodes[name], error["message"], error["details"]),
            "",
        )
        for name, refused in (answer.get("node_errors") or {}).items()
        if name in prompt.nodes
        for error in refused["errors"]
    ]
    error = answer.get("error", {})
    return InputError(mistakes or [Mistake(place, str(error.get("message", error)), "")])


def _outputs(entry: dict[str, Any], prompt: Prompt) -> dict[str, Any]:
    messages = dict(entry["status"]["messages"])
    if error := messages.get("execution_error"):
        node = prompt.nodes.get(error["node_id"].split(".")[0], error["node_type"])
        text = error["exception_message"].strip()
        if error["exception_type"].rpartition(".")[2] == InputError.__name__:  # of our own nodes
            raise InputError.at(Place(f"node {node}"), text)
        raise ServerError(Message("Node {}: {}", node, text))
    if "execution_interrupted" in messages:
        raise ServerError("The prompt was cancelled on the server.")
    return dict(entry["outputs"].items())
