"""The GLM-TTS engine: time to load and to be heard, time per second of speech, memory, tokens."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import torch
from comfyui_glmtts.audio.wave import Samples, Wave
from comfyui_glmtts.glmtts_runtime.glm_tts.acoustic_model import AcousticModel, AcousticRequest
from comfyui_glmtts.glmtts_runtime.glm_tts.checkpoint.layout import find
from comfyui_glmtts.glmtts_runtime.glm_tts.engine import GlmEngine
from comfyui_glmtts.glmtts_runtime.glm_tts.flow.solver import Solver, solve
from comfyui_glmtts.glmtts_runtime.glm_tts.kernels.packed import stored
from comfyui_glmtts.glmtts_runtime.glm_tts.loading import LoadPlan, open_engine
from comfyui_glmtts.glmtts_runtime.glm_tts.weight_placement import SequentialOffload
from comfyui_glmtts.progress import unwatched
from torch import Tensor

from .machine import Machine, peak, seconds, synchronise
from .operations import operations
from .work import TOKEN_RATE, Work, forced, lines


@dataclass(frozen=True, slots=True)
class Spoken:
    """Some lines at once."""

    work: float
    """s for a second of speech"""
    flow: float
    """s of it in the flow; beside the language model's where they overlap"""
    vocoder: float
    """s of it in the vocoder, likewise"""
    tokens: float
    """Speech tokens a second, all lines together"""


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
    spoken: dict[int, Spoken] = field(default_factory=dict)
    """By lines at once"""
    step: float = 0.0
    """s of the language model for a token of a lone line"""
    bandwidth: float = 0.0
    """Weights read per second for a lone line, as a share of what the machine can"""
    flow: float = 0.0
    """s of the flow for one line"""
    flow_rate: float = 0.0
    """Its operations a second, as a share of the machine's for a matrix product"""
    vocoder: float = 0.0
    """s of the vocoder for one line"""
    vocoder_rate: float = 0.0
    """As for the flow"""
    peak: int = 0
    """bytes"""


def opened(
    checkpoint: Path | None,
    device: torch.device,
    dtype: torch.dtype,
    *,
    solver: Solver,
    low_vram: bool,
) -> tuple[GlmEngine, Found]:
    """A loaded engine, and how long that took."""
    start = time.perf_counter()
    plan = LoadPlan(
        layout=find(checkpoint),
        device=device,
        dtype=dtype,
        solver=solver,
        placement=SequentialOffload(device) if low_vram else None,
    )
    engine = open_engine(plan)
    synchronise(device)
    took = time.perf_counter() - start
    name = str(dtype).removeprefix("torch.")
    return engine, Found(str(device), name, took, engine.nbytes)


def measure(
    engine: GlmEngine, found: Found, counts: Sequence[int], length: float | None, machine: Machine
) -> None:
    """Fill `found`. length: s every line is forced to, None for as long as it comes."""
    warm = lines(1, length)
    for _ in range(2):  # the voice is heard, kernels are chosen, steps are recorded
        speak(engine, warm)
    found.first = first_heard(engine, warm)
    for count in counts:
        work = lines(count, length)
        if engine.device.type == "cuda":
            speak(engine, work)  # shapes of their own, recorded anew
        found.spoken[count] = speak(engine, work)
    _parts(engine, found, warm, machine)
    found.peak = peak(engine.device)


def speak(engine: GlmEngine, work: Work) -> Spoken:
    """Speak some lines."""
    with forced(work.tokens), _watched() as spent:
        synchronise(engine.device)
        start = time.perf_counter()
        outcomes = list(engine.synthesize(work.requests, progress=unwatched, cancel=unwatched))
        synchronise(engine.device)
        took = time.perf_counter() - start
    waves = [outcome.result for outcome in outcomes]
    made = sum(wave.seconds for wave in waves if isinstance(wave, Wave))
    flow, vocoder = (sum(times) / made for times in spent)
    return Spoken(took / made, flow, vocoder, made * TOKEN_RATE / took)


def first_heard(engine: GlmEngine, work: Work) -> float:
    """s from the request to its first samples."""
    with forced(work.tokens):
        start = time.perf_counter()
        stream = engine.stream(work.requests[0], progress=unwatched, cancel=unwatched)
        next(stream)
        took = time.perf_counter() - start
        stream.close()  # type: ignore[attr-defined]
    return took


@contextmanager
def _watched() -> Iterator[tuple[list[float], list[float]]]:
    """Within it the times of the flow and of the vocoder are kept."""
    flows: list[float] = []
    vocoders: list[float] = []
    waves, vocode = AcousticModel.waves, AcousticModel.vocode

    def timed_vocode(
        self: AcousticModel, mels: Sequence[Tensor], requests: Sequence[AcousticRequest]
    ) -> list[Samples]:
        synchronise(self.device)
        start = time.perf_counter()
        made = vocode(self, mels, requests)
        vocoders.append(time.perf_counter() - start)
        return made

    def timed_waves(self: AcousticModel, requests: Sequence[AcousticRequest]) -> list[Samples]:
        start, before = time.perf_counter(), sum(vocoders)
        made = waves(self, requests)
        flows.append(time.perf_counter() - start - (sum(vocoders) - before))
        return made

    with (
        mock.patch.object(AcousticModel, "waves", timed_waves),
        mock.patch.object(AcousticModel, "vocode", timed_vocode),
    ):
        yield flows, vocoders


def _parts(engine: GlmEngine, found: Found, work: Work, machine: Machine) -> None:
    """The language model, the flow and the vocoder by themselves."""
    request = work.requests[0]
    with torch.inference_mode():
        features = engine.references(request.voice)
        tokens = (features.tokens.tolist() * 4)[: work.tokens or 100]
        rate = request.sample_rate
        asked = AcousticRequest(
            tokens=tokens, features=features, sample_rate=rate, rate=1.0, seed=0
        )
        engine.load_weights("acoustic" if engine.sequential else "all")
        acoustic, flow_input = engine.acoustic, [engine.acoustic.flow_input(asked)]
        mels = solve(acoustic.flow, flow_input, acoustic.solver)

        def flow() -> object:
            return solve(acoustic.flow, flow_input, acoustic.solver)

        def vocoder() -> object:
            return acoustic.vocode(mels, [asked])

        found.flow = seconds(engine.device, flow, 3)
        found.vocoder = seconds(engine.device, vocoder, 3)
        found.flow_rate = operations(acoustic.flow, flow) / found.flow / machine.flops
        done = operations(acoustic.vocoders[rate], vocoder)  # type: ignore[arg-type]
        found.vocoder_rate = done / found.vocoder / machine.flops
    with forced(work.tokens):
        found.step = _step(engine, work)
    read = stored(engine.llama) - engine.llama.model.embed_tokens.weight.nbytes
    found.bandwidth = read / found.step / machine.read


def _step(engine: GlmEngine, work: Work) -> float:
    """s of a step for a lone line, its prompt not counted."""
    with engine._decoding() as batch:
        engine.load_weights("llm" if engine.sequential else "all")
        state = engine._prepare(0, work.requests[0])
        limit = engine.llama.config.max_position_embeddings
        batch.add([state.passage(engine.tokenizer, limit)])  # type: ignore[union-attr]
        for _ in range(8):
            batch.step()
        synchronise(engine.device)
        start, steps = time.perf_counter(), 0
        while len(batch) and steps < 64:
            batch.step()
            steps += 1
        synchronise(engine.device)
        return (time.perf_counter() - start) / steps


def _quiet(_done: int, _total: int) -> None:
    pass
