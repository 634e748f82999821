"""The engine of a speech server as one of our own: the same requests, takes and fingerprint.

Whatever happens to the connection, a line is asked for again only while it has no outcome, and the
server finds in its store what it has spoken already: no line is doubled.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator, Sequence
from typing import Any

from ...mistakes import InputError, Place
from ...progress import Cancel, Progress
from ..engine import Outcome, SpeechRequest
from ..voices.voice import Voice
from ..wire import read_outcome, request_value, voice_bytes
from .connection import Connection, RefusalError, UnreachableError

AT_ONCE = 64
"""Requests sent together"""
PATIENCE = 300.0
"""s without any outcome after which a server is given up"""
_PAUSES = (0.5, 1.0, 2.0, 5.0)  # s before each try, the last repeating
_LOOK = 0.05  # s between two looks at whether a waiting caller wants to stop

_log = logging.getLogger(__name__)


class RemoteEngine:
    """Speaks through a server. Several threads may; each has a connection of its own."""

    def __init__(self, url: str, about: dict[str, Any]) -> None:
        self._url = url
        self.name = str(about["name"])
        self.fingerprint = str(about["fingerprint"])
        self.sample_rates = tuple(int(rate) for rate in about["sample_rates"])

    @classmethod
    def open(cls, url: str) -> RemoteEngine:
        """Ask the server who it is. Raises InputError."""
        connection = Connection(url)
        try:
            about = connection.json("GET", "/v1/engine")
            return (CastingRemoteEngine if about.get("casts") else RemoteEngine)(url, about)
        except UnreachableError as error:
            raise InputError.at(Place(url), f"{error}.", "Start it: glmtts serve") from None
        except InputError:
            raise
        except (RefusalError, KeyError, TypeError, ValueError):
            what = "This is no server of `glmtts serve`."
            raise InputError.at(Place(url), what, "Check the address.") from None
        finally:
            connection.close()

    def synthesize(
        self, requests: Sequence[SpeechRequest], *, progress: Progress, cancel: Cancel
    ) -> Iterator[Outcome]:
        """As `Engine.synthesize`; progress counts requests."""
        open_ = dict(enumerate(requests))
        connection = Connection(self._url)
        last, tries = time.monotonic(), 0
        try:
            while open_:
                cancel()
                numbers = list(open_)[:AT_ONCE]
                try:
                    for outcome in self._ask(connection, [open_[n] for n in numbers], cancel):
                        number = numbers[outcome.index]
                        if open_.pop(number, None) is None:
                            continue
                        last, tries = time.monotonic(), 0
                        progress(len(requests) - len(open_), len(requests))
                        yield Outcome(number, outcome.result, outcome.notes, outcome.times)
                except (UnreachableError, RefusalError) as error:
                    self._wait(error, last, tries, cancel)
                    tries += 1
        finally:
            connection.close()

    def close(self) -> None:
        """The server goes on for others."""

    def _ask(
        self, connection: Connection, requests: Sequence[SpeechRequest], cancel: Cancel
    ) -> Iterator[Outcome]:
        """One question, its voices sent where the server lacks them."""
        values = [request_value(request) for request in requests]
        body = json.dumps({"fingerprint": self.fingerprint, "requests": values}).encode()
        try:
            yield from self._outcomes(connection, body, cancel)
        except RefusalError as refusal:
            if refusal.code != "voices_missing":
                raise
            self._send_voices(connection, requests, set(refusal.told.get("digests", ())))
            yield from self._outcomes(connection, body, cancel)

    def _outcomes(self, connection: Connection, body: bytes, cancel: Cancel) -> Iterator[Outcome]:
        for frame in connection.frames("/v1/engine/speech", body):
            cancel()
            if frame:
                yield read_outcome(frame)

    def _send_voices(
        self, connection: Connection, requests: Sequence[SpeechRequest], wanted: set[str]
    ) -> None:
        voices: dict[str, Voice] = {}
        for request in requests:
            parts = request.emotion.parts if request.emotion else ()
            voices |= {voice.digest: voice for voice in (request.voice, *(v for v, _ in parts))}
        for digest in wanted & voices.keys():
            self._send_voice(connection, voices[digest])

    def _send_voice(self, connection: Connection, voice: Voice) -> None:
        connection.json("PUT", f"/v1/engine/voices/{voice.digest}", voice_bytes(voice))

    def _wait(
        self, error: UnreachableError | RefusalError, last: float, tries: int, cancel: Cancel
    ) -> None:
        """Let some time go by before the next try; raise what no time mends."""
        if isinstance(error, RefusalError) and error.status not in {429, 502, 503, 504}:
            told = {
                "engine_changed": f"{self._url} has another engine now: start again",
            }.get(error.code, f"{self._url} answered {error.status}: {error.message}")
            raise RuntimeError(told) from None
        if time.monotonic() - last > PATIENCE:
            raise RuntimeError(f"given up after {PATIENCE:.0f} s: {error}") from None
        pause = _PAUSES[min(tries, len(_PAUSES) - 1)]
        if isinstance(error, RefusalError):
            pause = min(max(pause, error.after), 60.0)
        _log.warning("%s; trying again in %g s", error if tries == 0 else "still", pause)
        end = time.monotonic() + pause
        while time.monotonic() < end:
            cancel()
            time.sleep(_LOOK)


class CastingRemoteEngine(RemoteEngine):
    """One whose engine cannot clone: its server says who speaks for a voice."""

    def cast(self, voices: Sequence[Voice]) -> list[Voice]:
        """As `CastingEngine.cast`."""
        connection = Connection(self._url)
        asked = [[voice.digest, voice.name, voice.speakers] for voice in voices]
        body = json.dumps({"voices": asked}).encode()
        try:
            try:
                found = connection.json("POST", "/v1/engine/cast", body)
            except RefusalError as refusal:
                if refusal.code != "voices_missing":
                    raise
                wanted = set(refusal.told.get("digests", ()))
                for voice in {v.digest: v for v in voices if v.digest in wanted}.values():
                    self._send_voice(connection, voice)
                found = connection.json("POST", "/v1/engine/cast", body)
        except RefusalError as refusal:
            raise InputError.at(Place(self._url), refusal.message) from None
        except UnreachableError as error:
            raise InputError.at(Place(self._url), f"{error}.", "Start it: glmtts serve") from None
        finally:
            connection.close()
        speakers = [tuple((str(n), float(w)) for n, w in one) for one in found["speakers"]]
        return [
            Voice(voice.name, voice.reference, voice.transcript, voice.digest, who)
            for voice, who in zip(voices, speakers, strict=True)
        ]
