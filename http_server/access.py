"""A request -> whether its sender may do that: tokens, and no other site's pages.

Three things are kept out. Strangers, where others can reach the port: a token is needed. Other
sites' scripts in the browser of somebody who may (CSRF): what changes something needs a header that
only our own page knows to set, and the browser's word on where it comes from. And other sites'
names that are made to point here (DNS rebinding): without a token only this machine's own names are
answered.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from urllib.parse import urlsplit

from aiohttp import web

PAGE_HEADER = "X-Glmtts-Page"
COOKIE = "glmtts-watch"
SHORTEST_TOKEN = 16
"""Characters"""


class Access:
    """Who may. Without a token: whoever sits at this machine."""

    def __init__(self, token: str | None) -> None:
        assert token is None or len(token) >= SHORTEST_TOKEN, "checked by whoever took the token"
        self._token = token
        self.page = secrets.token_hex(16)
        """What our own page sends back in PAGE_HEADER."""
        self._session = "" if token is None else _digest(token)

    def known(self, request: web.Request) -> bool:
        """Whether the sender may look. Raises 403 for what no person sent from our own page."""
        self._refuse_other_sites(request)
        if self._token is not None:
            session = _same(request.cookies.get(COOKIE, ""), self._session)
            return session or self._bearer(request)
        if not (_is_local(request.remote or "") and _is_local(_host(request))):
            raise web.HTTPForbidden(
                text="Without a token this page is for the machine it runs on.\n"
            )
        return True

    def check_change(self, request: web.Request) -> None:
        """Raises 403 for a change that our page, or a program with the token, did not ask for."""
        if not (self._bearer(request) or _same(request.headers.get(PAGE_HEADER, ""), self.page)):
            raise web.HTTPForbidden(text=f"The header {PAGE_HEADER} is missing or old: reload.\n")

    def session(self, token: str) -> str | None:
        """The value of COOKIE for whoever knows the token."""
        return self._session if self._token and _same(token, self._token) else None

    def _bearer(self, request: web.Request) -> bool:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        return self._token is not None and scheme == "Bearer" and _same(given, self._token)

    def _refuse_other_sites(self, request: web.Request) -> None:
        headers = request.headers
        origin, site = headers.get("Origin"), headers.get("Sec-Fetch-Site", "none")
        # A link on another site may lead to our page; nothing else of another site may.
        followed = request.method == "GET" and headers.get("Sec-Fetch-Mode") == "navigate"
        if origin is not None and not _same(_netloc(origin), request.host):
            raise web.HTTPForbidden(text="This comes from another site.\n")
        if site not in {"same-origin", "none"} and not followed:
            raise web.HTTPForbidden(text="This comes from another site.\n")


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own."""
    return _is_local(host)


def _is_local(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def _host(request: web.Request) -> str:
    """The name, without the port, by which the sender called us; "" for none or several."""
    if len(request.headers.getall("Host", [])) != 1:
        return ""
    try:
        return urlsplit(f"//{request.host}").hostname or ""
    except ValueError:
        return ""


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(errors="replace"), wanted.encode())


def _digest(token: str) -> str:
    return hmac.new(token.encode(), b"session", hashlib.sha256).hexdigest()
