"""Values and files of our own -> answers: JSON, assets with tags, a page in a reader's language."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from aiohttp import web

SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self';"
        " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""Headers of a careful page"""


def tag_of(data: bytes) -> str:
    """An entity tag for some bytes."""
    return f'"{hashlib.sha256(data).hexdigest()[:24]}"'


def tagged(request: web.Request, data: bytes, tag: str, kind: str) -> web.Response:
    """The data, or 304 for whoever has it already."""
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if request.headers.get("If-None-Match") == tag:
        return web.Response(status=304, headers=headers)
    charset = None if kind == "image/svg+xml" else "utf-8"
    return web.Response(body=data, headers=headers, content_type=kind, charset=charset)


def json_answer(value: Any, status: int = 200) -> web.Response:
    """A JSON object, not to be kept."""
    data = json.dumps(value, ensure_ascii=False).encode(errors="replace")
    return web.Response(
        body=data,
        status=status,
        content_type="application/json",
        charset="utf-8",
        headers={"Cache-Control": "no-store"},
    )


def language_of(request: web.Request) -> str:
    """`zh` for who would rather read Chinese, `en` for everybody else."""
    for wish in request.headers.get("Accept-Language", "").split(","):
        language = wish.split(";")[0].strip().lower()[:2]
        if language in {"zh", "en"}:
            return language
    return "en"
