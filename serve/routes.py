"""The requests a speech server answers -> their handlers, and what each of them is wrapped in."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeAlias

from aiohttp import web

from ..documents.findings import UnfitError
from ..glmtts_runtime.wire import WireError
from ..http_server.access import Access
from ..http_server.answers import SECURITY, json_answer, language_of, tagged
from ..http_server.assets import assets, page
from ..mistakes import InputError
from .context import ServeContext
from .failure import Failure
from .lines import Lines
from .openapi import document
from .order import MODELS
from .readings import Readings
from .scripts import Scripts
from .speech import Speech
from .turns import GoneError
from .voices import Voices

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

_STATIC = Path(__file__).with_name("static")
_PUBLIC = frozenset({"/", "/health", "/assets/{name}"})
"""For whoever has no token: they hold nothing but our own files"""
_PAGE_SECURITY = {
    **SECURITY,
    # Sound that was asked for is played from memory.
    "Content-Security-Policy": SECURITY["Content-Security-Policy"].replace(
        "media-src 'self'", "media-src 'self' blob:"
    ),
}

_log = logging.getLogger(__name__)


def application(context: ServeContext, access: Access) -> web.Application:
    """All routes, for one server."""
    guard = _Guard(context, access)
    app = web.Application(middlewares=[guard.middleware])
    app.add_routes([web.route(method, path, handler) for method, path, handler in _listed(context)])
    return app


def _listed(context: ServeContext) -> list[tuple[str, str, Handler]]:
    speech, voices, scripts = Speech(context), Voices(context), Scripts(context)
    pages, lines = _Pages(context), Lines(context)
    return [
        ("GET", "/", pages.page),
        ("GET", "/assets/{name}", pages.asset),
        ("GET", "/health", pages.health),
        ("GET", "/metrics", pages.metrics),
        ("GET", "/openapi.json", pages.openapi),
        ("GET", "/v1/models", pages.models),
        ("GET", "/v1/models/{model}", pages.model),
        ("POST", "/v1/audio/speech", speech.speak),
        ("POST", "/v1/audio/speech/batch", speech.batch),
        ("GET", "/v1/audio/voices", voices.show),
        ("POST", "/v1/audio/voices", voices.add),
        ("DELETE", "/v1/audio/voices/{name}", voices.remove),
        ("POST", "/v1/read", Readings(context).read),
        ("GET", "/v1/engine", lines.describe),
        ("PUT", "/v1/engine/voices/{digest}", lines.keep_voice),
        ("POST", "/v1/engine/cast", lines.cast),
        ("POST", "/v1/engine/speech", lines.speak),
        ("POST", "/v1/scripts", scripts.add),
        ("GET", "/v1/scripts/{id}", scripts.show),
        ("DELETE", "/v1/scripts/{id}", scripts.cancel),
        ("GET", "/v1/scripts/{id}/events", scripts.events),
        ("GET", "/v1/scripts/{id}/files/{name:.+}", scripts.file),
    ]


class _Guard:
    """Who may ask, and every refusal in OpenAI's shape."""

    def __init__(self, context: ServeContext, access: Access) -> None:
        self._context, self._access = context, access

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        resource = request.match_info.route.resource
        path = resource.canonical if resource else "unknown"
        try:
            if path not in _PUBLIC:
                self._check(request)
            answer = await handler(request)
        except Failure as failure:
            answer = failure.answer()
        except InputError as error:
            answer = Failure.of(error).answer()
        except WireError as error:
            answer = Failure(400, f"{error}.", code="invalid_value").answer()
        except UnfitError as unfit:
            answer = Failure(400, f"{unfit.what} {unfit.remedy}").answer()
        except web.HTTPException as error:
            answer = _failure(error).answer()
        except GoneError:
            answer = Failure(503, "The server is ending.", kind="server_error").answer()
        except ConnectionError:
            raise  # whoever asked has gone
        except (OSError, RuntimeError, MemoryError) as error:
            _log.exception("%s could not be answered", path)
            answer = Failure(500, f"{error}", kind="server_error").answer()
        self._context.counters.answered(path, answer.status)
        return answer

    def _check(self, request: web.Request) -> None:
        if not self._access.known(request):
            raise Failure(
                401,
                "The token is missing or wrong: send Authorization: Bearer TOKEN.",
                code="invalid_api_key",
                headers={"WWW-Authenticate": "Bearer"},
            )


def _failure(error: web.HTTPException) -> Failure:
    codes = {404: "not_found", 405: "method_not_allowed", 403: "forbidden", 413: "too_large"}
    headers = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
    usual = f"{error.status}: {error.reason}"  # what aiohttp says by itself
    message = error.text.strip() if error.text and error.text != usual else f"{error.reason}."
    return Failure(error.status, message, code=codes.get(error.status), headers=headers)


class _Pages:
    """What tells of the server itself."""

    def __init__(self, context: ServeContext) -> None:
        self._context = context

    @property
    def _models(self) -> tuple[str, ...]:
        return (self._context.render.engine.name, *MODELS)

    async def page(self, request: web.Request) -> web.StreamResponse:
        text = page(_STATIC, "index.html").replace("{language}", language_of(request))
        answer = web.Response(text=text, content_type="text/html", headers=_PAGE_SECURITY)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    async def asset(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        found = assets(_STATIC).get(name)
        if found is None:
            raise Failure(404, "There is no such file.", code="not_found")
        answer = tagged(request, found.data, found.tag, found.type)
        answer.headers.update(SECURITY)
        return answer

    async def health(self, request: web.Request) -> web.StreamResponse:
        return web.Response(text="ok\n")

    async def metrics(self, request: web.Request) -> web.StreamResponse:
        context = self._context
        text = context.counters.text(
            waiting=context.turns.waiting,
            speaking=context.turns.speaking,
            jobs=context.jobs.counts(),
            engine=context.render.engine.name,
        )
        kind = {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        return web.Response(text=text, headers=kind)

    async def openapi(self, request: web.Request) -> web.StreamResponse:
        voices = await asyncio.to_thread(self._context.render.library.names)
        return json_answer(document(voices, self._models))

    async def models(self, request: web.Request) -> web.StreamResponse:
        return json_answer({"object": "list", "data": [self._model(name) for name in self._models]})

    async def model(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["model"]
        if name not in self._models:
            raise Failure(404, f'There is no model "{name[:80]}".', code="model_not_found")
        return json_answer(self._model(name))

    def _model(self, name: str) -> dict[str, object]:
        began = int(self._context.counters.began)
        return {"id": name, "object": "model", "created": began, "owned_by": "glmtts"}
