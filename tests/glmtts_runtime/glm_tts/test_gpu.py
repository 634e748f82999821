"""`make gpu`: on a CUDA device, every fast path against the plain one. Left out elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import drawing
import numpy as np
import pytest
import torch
from comfyui_glmtts.audio.wave import Wave
from comfyui_glmtts.glmtts_runtime.engine import SpeechRequest
from comfyui_glmtts.glmtts_runtime.glm_tts.checkpoint.layout import Layout
from comfyui_glmtts.glmtts_runtime.glm_tts.engine import GlmEngine
from comfyui_glmtts.glmtts_runtime.glm_tts.llm.decode import Batch
from comfyui_glmtts.glmtts_runtime.glm_tts.loading import open_engine
from comfyui_glmtts.glmtts_runtime.glm_tts.weight_placement import InTurns
from comfyui_glmtts.glmtts_runtime.voices.voice import Voice
from comfyui_glmtts.pronunciation.spoken import Character, SpokenText
from drawing import AUDIO, CPU, drawn_by, prepared

pytestmark = pytest.mark.gpu
CUDA = torch.device("cuda")
passage = partial(drawing.passage, least=30, most=60)


def test_recorded_steps_draw_the_tokens_that_plain_steps_and_a_cpu_draw(tiny: Path) -> None:
    passages = [passage(seed) for seed in range(20)]
    network = prepared(tiny, CUDA)
    recorded = Batch(network, AUDIO, CUDA)
    found = drawn_by(recorded, passages, 6)
    assert len(recorded._graphs) > 0, "nothing was recorded"
    assert recorded._graphs.enabled, "recording failed"
    assert found == drawn_by(Batch(network, AUDIO, CUDA, graphs=False, ahead=0), passages, 6)
    assert found == [drawn_by(Batch(network, AUDIO, CUDA), [one], 1)[0] for one in passages]
    assert found == drawn_by(Batch(prepared(tiny, CPU), AUDIO, CPU), passages, 6)


@pytest.mark.parametrize("kind", ["bfloat16", "float16", "int8"])
@torch.inference_mode()
def test_scores_in_reduced_precision_are_within_a_hundredth_of_a_nat(tiny: Path, kind: str) -> None:
    plain = prepared(tiny, CUDA)
    dtype = torch.float16 if kind == "float16" else torch.bfloat16
    close = prepared(tiny, CUDA, dtype)
    if kind == "int8":
        close.quantize(dtype)
    scores = []
    for network in (plain, close):
        batch = Batch(network, AUDIO, CUDA)
        batch.add([passage(seed) for seed in range(8)])
        hidden = batch._slots.hidden[:8]
        scores.append(network.speech_head(hidden).float().log_softmax(dim=-1))
    divergence = (scores[0].exp() * (scores[0] - scores[1])).sum(dim=-1)
    assert 0 < divergence.max() < 0.01


@pytest.fixture
def engine(tiny: Path) -> Iterator[GlmEngine]:
    with open_engine(Layout(tiny), device=CUDA, dtype=torch.float32) as opened:
        yield opened


def request(seed: int) -> SpeechRequest:
    time = np.arange(44_100) / 22_050
    wave = Wave((0.3 * np.sin(2 * np.pi * 200 * time)).astype(np.float32), 22_050)
    text = "你好，我们走吧。"[: 3 + seed % 6] + "。"
    said = SpokenText(text, tuple(Character(char, at) for at, char in enumerate(text)))
    rate = (24_000, 32_000)[seed % 2]
    voice = Voice.of("anna", wave, "今天天气很好")
    return SpeechRequest(spoken=said, voice=voice, seed=seed, sample_rate=rate)


def said(engine: GlmEngine, requests: list[SpeechRequest]) -> list[np.ndarray]:
    outcomes = engine.synthesize(requests, progress=lambda *_: None, cancel=lambda: None)
    found = {outcome.index: outcome.result for outcome in outcomes}
    waves = [found[index] for index in range(len(requests))]
    assert all(isinstance(wave, Wave) for wave in waves), waves
    return [wave.samples for wave in waves]  # type: ignore[union-attr]


def test_lines_sounded_together_beside_the_drawing_are_those_sounded_alone(
    engine: GlmEngine,
) -> None:
    requests = [request(seed) for seed in range(12)]
    together = said(engine, requests)
    for one, wave in zip(requests, together, strict=True):
        (alone,) = said(engine, [one])
        assert alone.shape == wave.shape
        assert float(np.sqrt(np.mean((alone - wave) ** 2))) < 0.01 * float(np.abs(alone).max())


def test_taking_turns_holds_less_and_says_the_same(tiny: Path, engine: GlmEngine) -> None:
    requests = [request(seed) for seed in range(3)]
    settled = said(engine, requests)
    turns = open_engine(Layout(tiny), device=CUDA, dtype=torch.float32, residence=InTurns(CUDA))
    for one, other in zip(settled, said(turns, requests), strict=True):
        assert np.allclose(one, other, atol=1e-3)
    turns.bring("draw")
    assert turns.llama.turns.is_cuda
    assert not turns.sound.flow.estimator.rotary_embed.inv_freq.is_cuda


def test_keys_and_values_do_not_take_what_is_not_free(tiny: Path) -> None:
    from comfyui_glmtts.glmtts_runtime.glm_tts.memory import free, has_room

    unused = free(CUDA)
    assert unused is not None
    assert has_room(CUDA, 1 << 20)
    assert not has_room(CUDA, unused)
