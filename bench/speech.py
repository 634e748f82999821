"""The GLM-TTS engine: time to load and to be heard, time per second of speech, memory, tokens."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
from comfyui_glmtts.glmtts_runtime.checkpoint.layout import find
from comfyui_glmtts.glmtts_runtime.flow.solver import solve
from comfyui_glmtts.glmtts_runtime.glm import GlmEngine
from comfyui_glmtts.glmtts_runtime.opening import open_engine
from comfyui_glmtts.glmtts_runtime.packed import stored
from comfyui_glmtts.glmtts_runtime.sound import Score
from comfyui_glmtts.glmtts_runtime.wave import Wave

from .machine import Machine, peak, seconds, synchronise
from .work import Work, forced, lines


@dataclass(slots=True)
class Found:
    """What was measured."""

    device: str
    precision: str
    load: float
    """s"""
    weights: int
    """bytes"""
    first: float = 0.0
    """s until the first samples of a stream"""
    spoken: dict[int, float] = field(default_factory=dict)
    """Lines at once -> seconds of work per second of speech"""
    step: float = 0.0
    """s of the language model for a token of a lone line"""
    bandwidth: float = 0.0
    """Weights read per second for a lone line, as a share of what the machine can"""
    flow: float = 0.0
    """s of the flow for one line"""
    vocoder: float = 0.0
    """s of the vocoder for one line"""
    peak: int = 0
    """bytes"""


def opened(
    checkpoint: Path | None, device: torch.device, dtype: torch.dtype
) -> tuple[GlmEngine, Found]:
    """A loaded engine, and how long that took."""
    start = time.perf_counter()
    engine = open_engine(find(checkpoint), device=device, dtype=dtype)
    synchronise(device)
    took = time.perf_counter() - start
    name = str(dtype).removeprefix("torch.")
    return engine, Found(str(device), name, took, engine.nbytes)


def measure(
    engine: GlmEngine, found: Found, counts: Sequence[int], length: float | None, machine: Machine
) -> None:
    """Fill `found`. length: s every line is forced to, None for as long as it comes."""
    warm = lines(1, length)
    speak(engine, warm)  # the voice is heard, kernels are chosen
    found.first = first_heard(engine, warm)
    for count in counts:
        work = lines(count, length)
        took, made = speak(engine, work)
        found.spoken[count] = took / made
    _parts(engine, found, warm, machine)
    found.peak = peak(engine.device)


def speak(engine: GlmEngine, work: Work) -> tuple[float, float]:
    """Seconds it took, and seconds of speech."""
    with forced(work.tokens):
        synchronise(engine.device)
        start = time.perf_counter()
        outcomes = list(engine.synthesize(work.requests, progress=_quiet, cancel=lambda: None))
        synchronise(engine.device)
        took = time.perf_counter() - start
    waves = [outcome.result for outcome in outcomes]
    return took, sum(wave.seconds for wave in waves if isinstance(wave, Wave))


def first_heard(engine: GlmEngine, work: Work) -> float:
    """s from the request to its first samples."""
    with forced(work.tokens):
        start = time.perf_counter()
        stream = engine.stream(work.requests[0], progress=_quiet, cancel=lambda: None)
        next(stream)
        took = time.perf_counter() - start
        stream.close()  # type: ignore[attr-defined]
    return took


def _parts(engine: GlmEngine, found: Found, work: Work, machine: Machine) -> None:
    """The language model, the flow and the vocoder by themselves."""
    request = work.requests[0]
    rate = request.sample_rate
    with torch.inference_mode():
        features = engine.hearing(request.voice)
        tokens = (features.tokens.tolist() * 4)[: work.tokens or 100]
        score = Score(tokens=tokens, features=features, sample_rate=rate, rate=1.0, seed=0)
        sound, utterance = engine.sound, [engine.sound.utterance(score)]
        mels = solve(sound.flow, utterance, sound.solver)
        found.flow = seconds(engine.device, lambda: solve(sound.flow, utterance, sound.solver), 3)
        found.vocoder = seconds(engine.device, lambda: sound.voiced(mels, [score]), 3)
    took, made = speak(engine, work)
    found.step = (took - found.flow - found.vocoder) / (made * 25)
    read = stored(engine.llama) - engine.llama.model.embed_tokens.weight.nbytes
    found.bandwidth = read / found.step / machine.read


def _quiet(_done: int, _total: int) -> None:
    pass
