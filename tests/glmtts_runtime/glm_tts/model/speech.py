"""What tests of the engine share: voices, requests, and the waves an engine makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from comfyui_glmtts.audio.wave import Wave
from comfyui_glmtts.glmtts_runtime.engine import Outcome, SpeechRequest
from comfyui_glmtts.glmtts_runtime.glm_tts.checkpoint.layout import Layout
from comfyui_glmtts.glmtts_runtime.glm_tts.engine import GlmEngine
from comfyui_glmtts.glmtts_runtime.glm_tts.loading import LoadPlan, open_engine
from comfyui_glmtts.glmtts_runtime.voices.voice import Voice
from comfyui_glmtts.pronunciation.spoken import Break, Character, SpokenText

CPU = torch.device("cpu")


def nothing(*_: object) -> None:
    """A progress nobody watches, or a cancel nobody presses."""


def voice(name: str, hertz: float, transcript: str = "今天天气很好我们走吧") -> Voice:
    """Three seconds of a wavering tone."""
    rate = 22_050
    time = np.arange(3 * rate) / rate
    samples = 0.3 * np.sin(2 * np.pi * hertz * time * (1 + 0.1 * np.sin(3 * time)))
    samples = samples + 0.01 * np.random.RandomState(1).standard_normal(len(time))
    return Voice.of(name, Wave(samples.astype(np.float32), rate), transcript)


ANNA, BEN, CALM = voice("anna", 220), voice("ben", 120), voice("calm", 160, "别着急慢慢来吧")


def spoken(text: str, breaks: tuple[Break, ...] = ()) -> SpokenText:
    """A text without readings."""
    return SpokenText(text, tuple(Character(char, at) for at, char in enumerate(text)), breaks)


def request(text: str = "你好。", seed: int = 0, **changes: Any) -> SpeechRequest:
    """One line of Anna's, unless told otherwise."""
    return SpeechRequest(**{"spoken": spoken(text), "voice": ANNA, "seed": seed, **changes})


def opened(tiny: Path, **changes: Any) -> GlmEngine:
    """An engine of random weights, in float32 on the CPU unless told otherwise."""
    plan = {"layout": Layout(tiny), "device": CPU, "dtype": torch.float32}
    return open_engine(LoadPlan(**{**plan, **changes}))


class Speaks(Protocol):
    """An engine, or what stands before one."""

    def synthesize(self, requests: Any, *, progress: Any, cancel: Any) -> Any: ...


def outcomes(engine: Speaks, requests: Sequence[SpeechRequest]) -> list[Outcome]:
    """How each request ended, in their order."""
    found = list(engine.synthesize(requests, progress=nothing, cancel=nothing))
    assert sorted(outcome.index for outcome in found) == list(range(len(requests)))
    return sorted(found, key=lambda outcome: outcome.index)


def speak(engine: Speaks, requests: Sequence[SpeechRequest]) -> list[Wave]:
    """The wave of each request."""
    found: list[Wave] = []
    for outcome in outcomes(engine, requests):
        assert isinstance(outcome.result, Wave), outcome.result
        found.append(outcome.result)
    return found


def same(one: Wave, other: Wave) -> bool:
    """To the bit."""
    return one.rate == other.rate and np.array_equal(one.samples, other.samples)
