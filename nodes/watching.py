"""The folder this server watches, one at a time: rendered through the server's own queue."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from aiohttp import web

from ..glmtts_runtime.options import EngineOptions
from ..watch.page.access import Access
from ..watch.page.context import Desk
from ..watch.page.routes import routes
from ..watch.service import Service
from ..watch.settings.settings import Settings
from .host import comfy
from .host.failures import refuse

PAGE = "/glmtts/watch"
"""Where the status page is, under the server's own address."""

_TOKEN = "GLMTTS_WATCH_TOKEN"  # noqa: S105 - the name of a variable


class Watching:
    """The service of this process, if one runs. It outlives the node that began it."""

    def __init__(self) -> None:
        self._service: Service | None = None
        self._changing = threading.Lock()

    def start(self, inbox: Path, engine: EngineOptions) -> None:
        """Watch a folder, which is made if it is not there. Raises InputError."""
        from ..watch.rendering.remote import RemoteRenderer

        with self._changing:
            if self._service is not None:
                running = self._service.settings
                if (running.inbox, running.engine) == (inbox, engine):
                    return
                what = f"This server watches {running.inbox} already."
                refuse("action", what, "Stop that first: only one folder is watched at a time.")
            inbox.mkdir(parents=True, exist_ok=True)
            settings = Settings(inbox=inbox, engine=engine)
            service = Service(settings, RemoteRenderer(comfy.address(), settings))
            service.start()
            self._service = service

    def stop(self) -> None:
        """End the watching; a line under way is finished first. What waits goes on another time."""
        with self._changing:
            if self._service is not None:
                self._service.stop()
                self._service = None

    def told(self) -> str:
        """How things are, in a few lines."""
        service = self._service
        return "\n".join(_told(service)) if service else "Nothing is watched."

    def desk(self) -> Desk:
        """What the page shows. Raises 404 while nothing is watched."""
        service = self._service
        if service is None:
            raise web.HTTPNotFound(text="Nothing is watched: run the node Watch Folder.\n")
        return Desk(service=service, engine=lambda: f"ComfyUI, {service.settings.engine.engine}")


WATCHING = Watching()


def add_page() -> None:
    """Hang the page under the server; who may see it from elsewhere needs the token."""
    comfy.add_routes(routes(WATCHING.desk, Access(os.environ.get(_TOKEN) or None), PAGE))


def _told(service: Service) -> Iterator[str]:
    status = service.status()
    since = datetime.fromtimestamp(status.since).isoformat(" ", "minutes")
    yield f"watching {service.layout.inbox} since {since}"
    if status.paused:
        yield f"paused: {status.paused}"
    yield from (f"{state}: {count}" for state, count in sorted(status.counts.items()) if count)
    yield f"waiting in the folder: {status.waiting}"
    yield f"files appear in {service.layout.out}"
    yield f"page: {comfy.address()}{PAGE}/"
