"""The engine on the real weights, loaded once for all tests that speak."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from comfyui_glmtts.audio.wave import Wave
from comfyui_glmtts.glmtts_runtime.engine import Outcome, SpeechRequest
from comfyui_glmtts.glmtts_runtime.kokoro.engine import KokoroEngine
from comfyui_glmtts.glmtts_runtime.voices.library import VoiceLibrary
from comfyui_glmtts.glmtts_runtime.voices.voice import Voice
from comfyui_glmtts.pronunciation.reader import Reader

Ask = Callable[..., SpeechRequest]
Say = Callable[..., Outcome]


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kokoro")


@pytest.fixture(scope="session")
def engine(cache: Path) -> Iterator[KokoroEngine]:
    with KokoroEngine.open(cache=cache, environment={}) as engine:
        yield engine


@pytest.fixture(scope="session")
def voice() -> Voice:
    return VoiceLibrary([]).get("xiaoyu")


@pytest.fixture(scope="session")
def ask(voice: Voice) -> Ask:
    def request(text: str, **options: object) -> SpeechRequest:
        spoken = Reader().read(text)
        return SpeechRequest(**{"spoken": spoken, "voice": voice, **options})

    return request


@pytest.fixture(scope="session")
def say(engine: KokoroEngine, ask: Ask) -> Say:
    def speak(text: str, **options: object) -> Outcome:
        [outcome] = engine.synthesize(
            [ask(text, **options)], progress=lambda _done, _total: None, cancel=lambda: None
        )
        assert isinstance(outcome.result, Wave), outcome.result
        return outcome

    return speak
