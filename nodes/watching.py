"""The folder this server watches, one at a time: rendered through the server's own queue."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from aiohttp import web

from ..glmtts_runtime.options import EngineName
from ..http_server.access import Access
from ..messages import Message
from ..watch.page.context import PageContext
from ..watch.page.routes import routes
from ..watch.settings.file import NAME, SettingsFile
from ..watch.settings.settings import Settings
from ..watch.supervisor import Supervisor
from ..watch.token import TOKEN_VARIABLE
from .host import comfy
from .host.failures import refuse

PAGE = "/glmtts/watch"
"""Where the status page is, under the server's own address."""


class Watching:
    """The folder that this process watches, if any. It outlives the node that began it."""

    def __init__(self) -> None:
        self._supervisor: Supervisor | None = None
        self._thread: threading.Thread | None = None
        self._changing = threading.Lock()

    def start(self, inbox: Path, engine: EngineName) -> None:
        """Watch a folder, which is made if it is not there. Raises InputError."""
        with self._changing:
            if self._supervisor is not None:
                running = self._supervisor.service.settings
                if (running.inbox, running.engine.engine) == (inbox.resolve(), engine):
                    return
                what = Message("This server watches {} already.", running.inbox)
                refuse("action", what, "Stop that first: only one folder is watched at a time.")
            inbox.mkdir(parents=True, exist_ok=True)
            supervisor = _supervisor(inbox, engine)
            supervisor.start()
            self._thread = threading.Thread(target=supervisor.attend, name="watch", daemon=True)
            self._thread.start()
            self._supervisor = supervisor

    def stop(self) -> None:
        """End the watching; a line under way is finished first. What waits goes on another time."""
        with self._changing:
            if self._supervisor is not None and self._thread is not None:
                self._supervisor.stop()
                self._thread.join()
                self._supervisor.close()
                self._supervisor = self._thread = None

    def status(self) -> str:
        """How things are, in a few lines."""
        supervisor = self._supervisor
        return "\n".join(_lines(supervisor)) if supervisor else "Nothing is watched."

    def context(self) -> PageContext:
        """What the page shows. Raises 404 while nothing is watched."""
        supervisor = self._supervisor
        if supervisor is None:
            raise web.HTTPNotFound(text="Nothing is watched: run the node Watch Folder.\n")
        return PageContext(
            service=supervisor.service,
            engine=lambda: f"ComfyUI, {supervisor.service.settings.engine.engine}",
            settings=supervisor.file,
            outbox=supervisor.outbox,
        )


WATCHING = Watching()


def add_page() -> None:
    """Hang the page under the server; who may see it from elsewhere needs the token."""
    comfy.add_routes(routes(WATCHING.context, Access(os.environ.get(TOKEN_VARIABLE) or None), PAGE))


def _supervisor(inbox: Path, engine: EngineName) -> Supervisor:
    """The settings lie where no upload of the server can put a file: they name programs to run."""
    from ..watch.rendering.remote import RemoteRenderer

    def override(settings: Settings) -> Settings:
        return replace(settings, engine=replace(settings.engine, engine=engine))

    return Supervisor(
        file=SettingsFile(comfy.user_folder() / NAME, inbox),
        override=override,
        open_renderer=lambda settings: RemoteRenderer(comfy.address(), settings),
    )


def _lines(supervisor: Supervisor) -> Iterator[str]:
    service = supervisor.service
    status = service.status()
    since = datetime.fromtimestamp(status.since).isoformat(" ", "minutes")
    yield f"watching {service.layout.inbox} since {since}"
    if status.paused:
        yield f"paused: {status.paused}"
    yield from (f"{state}: {count}" for state, count in sorted(status.counts.items()) if count)
    yield f"waiting in the folder: {status.waiting}"
    yield f"files appear in {service.layout.out}"
    yield f"settings: {supervisor.file.path}"
    yield from (f"not taken over: {mistake}" for mistake in supervisor.file.mistakes)
    yield f"page: {comfy.address()}{PAGE}/"
