"""What runs on each GPU, or on some cores, of a cluster: an engine that speaks line by line."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from ...mistakes import InputError, Place
from ...progress import unwatched
from ..engine import CastingEngine
from ..engines import open_engine
from ..options import EngineOptions
from ..voices.voice import Voice
from ..wire import called, outcome_frame, read_request, read_voice


class Actor:
    """Several lines at once, each a call of its own; an engine that batches does so with them."""

    def __init__(self, options: EngineOptions) -> None:
        self._engine = open_engine(options, lambda name: Place(f"--{name}"))
        self._voices: dict[str, Voice] = {}
        self._lock = threading.Lock()

    def about(self) -> dict[str, Any]:
        """Who speaks; answered once it can."""
        engine = self._engine
        return {
            "name": engine.name,
            "fingerprint": engine.fingerprint,
            "sample_rates": tuple(engine.sample_rates),
            "casts": isinstance(engine, CastingEngine),
        }

    def cast(self, voices: list[tuple[str, str, Any]], sent: Mapping[str, Any]) -> list[Any] | str:
        """Who speaks for each voice; or what is wrong, as a sentence."""
        assert isinstance(self._engine, CastingEngine), "only those cast that say so"
        asked = [called(self._voice(digest, sent), name, who) for digest, name, who in voices]
        try:
            return [voice.speakers for voice in self._engine.cast(asked)]
        except InputError as error:
            return str(error)

    def speak(self, value: Mapping[str, Any], sent: Mapping[str, Any]) -> bytes:
        """The frame of a request's outcome. sent: where voices lie, by digest."""
        request = read_request(value, lambda digest: self._voice(digest, sent))
        (outcome,) = self._engine.synthesize([request], progress=unwatched, cancel=unwatched)
        return outcome_frame(outcome)[4:]

    def _voice(self, digest: str, sent: Mapping[str, Any]) -> Voice:
        """A voice, fetched once: Ray keeps what it fetched for all actors of a machine."""
        import ray

        with self._lock:
            if digest not in self._voices:
                self._voices[digest] = read_voice(ray.get(sent[digest]))
            return self._voices[digest]
