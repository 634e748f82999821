"""The requests a status page makes -> their handlers, to be hung under any aiohttp application."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeAlias

from aiohttp import hdrs, web

from ...documents.findings import UnfitError
from ...http_server.access import COOKIE, Access
from ...http_server.answers import SECURITY, json_answer, language_of, tag_of, tagged
from ...http_server.assets import assets, page
from ...http_server.connections import PATIENCE
from ...messages import Message
from ..files.jail import read_inside
from ..jobs.job import Job
from ..service import Service
from .context import PageContext
from .dropping import TakenError, drop
from .metrics import metrics
from .sending import send
from .view import details, mistake, status

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

_STATIC = Path(__file__).with_name("static")
_MOST_LOGIN = 4096  # bytes


def routes(
    context: Callable[[], PageContext], access: Access, prefix: str = ""
) -> list[web.RouteDef]:
    """Everything the page needs under `prefix`: `app.add_routes(routes(...))`.

    context: asked at every request; raises an HTTP error while nothing is watched. A prefix begins
    with a slash and does not end in one; the page is at `prefix/`.
    """
    pages = _Pages(context, access, prefix)
    look, change = pages.looked_at, pages.changing
    listed: list[tuple[str, str, Handler]] = [
        (hdrs.METH_GET, "/", pages.answered(pages.page)),
        (hdrs.METH_POST, "/login", pages.answered(pages.login)),
        (hdrs.METH_GET, "/health", pages.answered(pages.health)),
        (hdrs.METH_GET, "/assets/{name}", pages.answered(pages.asset)),
        (hdrs.METH_GET, "/status.json", look(pages.status)),
        (hdrs.METH_GET, "/metrics", look(pages.metrics)),
        (hdrs.METH_GET, r"/jobs/{id:\d{1,18}}", look(pages.job)),
        (hdrs.METH_GET, r"/jobs/{id:\d{1,18}}/source", look(pages.source)),
        (hdrs.METH_GET, r"/jobs/{id:\d{1,18}}/files/{name:.+}", look(pages.file)),
        (hdrs.METH_POST, r"/jobs/{id:\d{1,18}}/cancel", change(pages.cancel)),
        (hdrs.METH_POST, r"/jobs/{id:\d{1,18}}/retry", change(pages.retry)),
        (hdrs.METH_POST, "/scripts", change(pages.drop)),
    ]
    if prefix:
        listed.append((hdrs.METH_GET, "", pages.answered(pages.into)))
    return [web.RouteDef(method, prefix + path, handler, {}) for method, path, handler in listed]


class _Pages:
    """The handlers, and what each of them is wrapped in."""

    def __init__(self, context: Callable[[], PageContext], access: Access, prefix: str) -> None:
        self._find, self._access, self._prefix = context, access, prefix
        # Whoever watches over the service is answered however slow the disk of the others is.
        self._health = ThreadPoolExecutor(1, "health")

    @property
    def _context(self) -> PageContext:
        return self._find()

    # --- wrapping

    def answered(self, handler: Handler) -> Handler:
        """Every answer, refusals too, carries the headers of a careful page."""

        async def answer(request: web.Request) -> web.StreamResponse:
            try:
                found = await handler(request)
            except web.HTTPException as error:
                error.headers.update(SECURITY)
                raise
            except UnfitError as unfit:
                found = json_answer(mistake(unfit.what, unfit.remedy), 422)
            except (sqlite3.Error, OSError) as error:
                later = mistake(Message("Not now: {}.", error), "Try again later.")
                found = json_answer(later, 503)
            if not found.prepared:
                found.headers.update(SECURITY)
            return found

        return answer

    def looked_at(self, handler: Handler) -> Handler:
        """For those who may look."""

        async def look(request: web.Request) -> web.StreamResponse:
            if not self._access.known(request):
                raise web.HTTPUnauthorized(
                    text="A token is needed.\n", headers={"WWW-Authenticate": "Bearer"}
                )
            return await handler(request)

        return self.answered(look)

    def changing(self, handler: Handler) -> Handler:
        """For those who may look, and asked for it from our page."""

        async def change(request: web.Request) -> web.StreamResponse:
            self._access.check_change(request)
            return await handler(request)

        return self.looked_at(change)

    # --- pages

    async def into(self, request: web.Request) -> web.StreamResponse:
        raise web.HTTPPermanentRedirect(f"{request.path.rstrip('/')}/")

    async def page(self, request: web.Request) -> web.StreamResponse:
        known = self._access.known(request)
        self._find()
        text = page(_STATIC, "index.html" if known else "login.html")
        text = text.replace("{language}", language_of(request))
        if known:
            text = text.replace("{page}", self._access.page)
        answer = web.Response(text=text, content_type="text/html", status=200 if known else 401)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    async def login(self, request: web.Request) -> web.StreamResponse:
        """A form's token becomes a cookie that no script and no other site can use."""
        self._access.known(request)  # refuses other sites
        try:
            data = await asyncio.wait_for(request.content.read(_MOST_LOGIN), PATIENCE)
        except asyncio.TimeoutError:
            raise web.HTTPRequestTimeout(text="The token did not come.\n") from None
        fields = dict(_pairs(data.decode(errors="replace")))
        session = self._access.session(fields.get("token", ""))
        if session is None:
            await asyncio.sleep(1)  # nobody tries many
            raise web.HTTPSeeOther("./?wrong")
        answer = web.HTTPSeeOther("./")
        answer.set_cookie(
            COOKIE, session, path=f"{self._prefix}/", httponly=True, samesite="Strict",
            secure=request.secure,
        )  # fmt: skip
        raise answer

    async def health(self, request: web.Request) -> web.StreamResponse:
        """200 while jobs are taken and begun, 503 otherwise; says nothing else to strangers."""
        status = self._context.service.status
        now = await asyncio.get_running_loop().run_in_executor(self._health, status)
        well = now.paused is None
        return web.Response(text="ok\n" if well else "paused\n", status=200 if well else 503)

    async def asset(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        found = assets(_STATIC).get(name)
        if found is None:
            raise web.HTTPNotFound(text="There is no such file.\n")
        return tagged(request, found.data, found.tag, found.type)

    async def status(self, request: web.Request) -> web.StreamResponse:
        found = await asyncio.to_thread(status, self._context)
        data = json.dumps(found, ensure_ascii=False).encode(errors="replace")
        return tagged(request, data, tag_of(data), "application/json")

    async def metrics(self, request: web.Request) -> web.StreamResponse:
        text = await asyncio.to_thread(metrics, self._context)
        kind = {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        return web.Response(text=text, headers=kind)

    async def job(self, request: web.Request) -> web.StreamResponse:
        job = await self._job(request)
        return json_answer(await asyncio.to_thread(details, self._context, job))

    async def source(self, request: web.Request) -> web.StreamResponse:
        """The text of an ended job's file, for the editor."""
        job = await self._job(request)
        path = await asyncio.to_thread(_source, self._context.service, job)
        if path is None:
            raise web.HTTPNotFound(text="Its file is not there any more.\n")
        limit = self._context.service.settings.largest
        data = await asyncio.to_thread(read_inside, path.parent, path.name, limit=limit)
        return web.Response(text=data.decode(errors="replace"), content_type="text/plain")

    async def file(self, request: web.Request) -> web.StreamResponse:
        job = await self._job(request)
        return await send(request, self._context, job, request.match_info["name"])

    # --- changes

    async def cancel(self, request: web.Request) -> web.StreamResponse:
        return await self._asked(self._context.service.cancel, request)

    async def retry(self, request: web.Request) -> web.StreamResponse:
        return await self._asked(self._context.service.retry, request)

    async def drop(self, request: web.Request) -> web.StreamResponse:
        urgent = request.query.get("urgent") == "1"
        content = request.content.iter_chunked(1 << 16)
        try:
            name = await drop(
                self._context.service, request.query.get("name", ""), content, urgent=urgent
            )
        except TakenError:
            remedy = "Wait until it is taken, or rename yours."
            return json_answer(
                {"what": "A file of this name waits already.", "remedy": remedy}, 409
            )
        return json_answer({"name": name}, 201)

    async def _asked(self, change: Callable[[int], None], request: web.Request) -> web.Response:
        try:
            await asyncio.to_thread(change, int(request.match_info["id"]))
        except LookupError as error:
            return json_answer({"what": str(error) or "That is over.", "remedy": ""}, 409)
        return json_answer({})

    async def _job(self, request: web.Request) -> Job:
        id = int(request.match_info["id"])
        job = await asyncio.to_thread(lambda: self._context.service.journal.get(id))
        if job is None:
            raise web.HTTPNotFound(text="There is no such job.\n")
        return job


def _source(service: Service, job: Job) -> Path | None:
    return service.source(job.id) if job.ended else None


def _pairs(text: str) -> list[tuple[str, str]]:
    from urllib.parse import parse_qsl

    try:
        return parse_qsl(text, max_num_fields=10)
    except ValueError:
        return []
