"""A message for a hook -> what came of it: a program run, or a signed HTTP POST."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from typing import IO, TYPE_CHECKING

from ...messages import Message
from ..settings.hook import Hook, ProgramHook, WebHook
from ..token import TOKEN_VARIABLE

if TYPE_CHECKING:
    import aiohttp

SIGNATURE = "X-Glmtts-Signature"
MOST_ANSWER = 4096
"""Bytes of a hook's answer that are kept: the last ones."""


class UndeliveredError(RuntimeError):
    """A hook did not take a message; the text says why."""


def signature(secret: bytes, timestamp: int, body: bytes) -> str:
    """The value of the header SIGNATURE: the time, and the HMAC-SHA256 of time, dot and body."""
    digest = hmac.new(secret, b"%d.%b" % (timestamp, body), hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={digest}"


async def deliver(
    hook: Hook, payload: str, variables: Mapping[str, str], *, key: str, timestamp: int
) -> str:
    """Hand a message to a hook; returns what it answered. Raises `UndeliveredError`.

    `variables` are added to the environment of a program; `timestamp` is in seconds since 1970.
    """
    if isinstance(hook, ProgramHook):
        return await _run(hook, payload.encode(), variables)
    return await _post(hook, payload.encode(), key, timestamp)


async def _run(hook: ProgramHook, message: bytes, variables: Mapping[str, str]) -> str:
    with tempfile.TemporaryFile() as output:
        try:
            process = subprocess.Popen(
                hook.argv,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=hook.folder,
                env={**_environment(), **variables},
                start_new_session=True,
            )
        except OSError as error:
            raise UndeliveredError(f"{hook.argv[0]}: {error.strerror or error}") from error
        try:
            in_time = await asyncio.to_thread(_finished, process, message, hook.timeout)
        except asyncio.CancelledError:
            _kill(process)  # and so the thread ends
            raise
        answer = _end_of(output)
    if not in_time:
        raise UndeliveredError(Message("no end within {:g} s\n{}", hook.timeout, answer))
    if process.returncode:
        raise UndeliveredError(Message("exit code {}\n{}", process.returncode, answer))
    return answer


def _finished(process: subprocess.Popen[bytes], message: bytes, timeout: float) -> bool:
    """Give a program its message, if it wants it; whether it ended in time.

    What it started and left running ends with it.
    """
    with process:
        try:
            process.communicate(message, timeout)
            in_time = True
        except subprocess.TimeoutExpired:
            in_time = False
        _kill(process)
    return in_time


def _environment() -> dict[str, str]:
    """Ours, without the token that opens the status page."""
    return {name: value for name, value in os.environ.items() if name != TOKEN_VARIABLE}


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a program and, where the system can, all that it started."""
    with suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)


def _end_of(output: IO[bytes]) -> str:
    output.seek(max(0, output.seek(0, os.SEEK_END) - MOST_ANSWER))
    return _text(output.read(MOST_ANSWER))


async def _post(hook: WebHook, body: bytes, key: str, timestamp: int) -> str:
    import aiohttp

    headers = {"Content-Type": "application/json", "Idempotency-Key": key}
    if secret := _secret(hook):
        headers[SIGNATURE] = signature(secret, timestamp, body)
    timeout = aiohttp.ClientTimeout(total=hook.timeout)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(hook.url, data=body, headers=headers, allow_redirects=False) as response,
        ):
            answer = _text(await _beginning(response))
            if not 200 <= response.status < 300:
                raise UndeliveredError(Message("HTTP {}\n{}", response.status, answer))
            return answer
    except asyncio.TimeoutError:
        raise UndeliveredError(Message("no answer within {:g} s", hook.timeout)) from None
    except (aiohttp.ClientError, ValueError) as error:
        raise UndeliveredError(f"{type(error).__name__}: {error}") from error


async def _beginning(response: aiohttp.ClientResponse) -> bytes:
    try:
        return await response.content.readexactly(MOST_ANSWER)
    except asyncio.IncompleteReadError as error:
        return error.partial


def _secret(hook: WebHook) -> bytes:
    """The key of the signature, b"" for none; raises `UndeliveredError` if it cannot be had."""
    try:
        if hook.secret_file:
            secret = hook.secret_file.read_bytes()[:4096].strip()
        elif hook.secret_env:
            secret = os.environ[hook.secret_env].encode().strip()
        else:
            return b""
    except (OSError, KeyError) as error:
        raise UndeliveredError(Message("the secret cannot be read: {}", error)) from error
    if not secret:
        raise UndeliveredError("the secret is empty")
    return secret


def _text(answer: bytes) -> str:
    return answer.decode(errors="replace").strip()
