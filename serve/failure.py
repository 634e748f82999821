"""What went wrong -> an answer in OpenAI's shape: a status and `{"error": {…}}`."""

from __future__ import annotations

from typing import Literal, TypeAlias

from aiohttp import web

from ..http_server.answers import SECURITY, json_answer
from ..mistakes import InputError, Mistake

Kind: TypeAlias = Literal["invalid_request_error", "rate_limit_error", "server_error"]


class Failure(Exception):  # noqa: N818
    """A request that is not done. The sentences are shown to a person as they are."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: Kind = "invalid_request_error",
        param: str | None = None,
        code: str | None = None,
        headers: dict[str, str] | None = None,
        details: dict[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.headers = status, message, headers or {}
        self._kind, self._param, self._code = kind, param, code
        self._details = details or {}

    @classmethod
    def of(cls, error: InputError) -> Failure:
        """400 with every mistake; the parameter and the code are the first one's."""
        message = "\n".join(_said(mistake) for mistake in error.mistakes)
        return cls(400, message, param=error.mistakes[0].place.file, code="invalid_value")

    def body(self) -> dict[str, object]:
        """The JSON object."""
        told = {
            "message": self.message,
            "type": self._kind,
            "param": self._param,
            "code": self._code,
            **self._details,
        }
        return {"error": told}

    def answer(self) -> web.Response:
        """The whole answer."""
        found = json_answer(self.body(), self.status)
        found.headers.update({**SECURITY, **self.headers})
        return found


def _said(mistake: Mistake) -> str:
    return f"{mistake.place.file}: {mistake.what} {mistake.remedy}".rstrip()
