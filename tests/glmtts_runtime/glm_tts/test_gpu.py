"""`make gpu`: on a CUDA device, every fast path against the plain one. Left out elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import decoding
import numpy as np
import pytest
import torch
from comfyui_glmtts.glmtts_runtime.engine import SpeechRequest
from comfyui_glmtts.glmtts_runtime.glm_tts.engine import GlmEngine
from comfyui_glmtts.glmtts_runtime.glm_tts.llm.decode import Batch
from comfyui_glmtts.glmtts_runtime.glm_tts.weight_placement import SequentialOffload
from decoding import AUDIO, CPU, decode, prepared
from speech import opened, request, speak

pytestmark = pytest.mark.gpu
CUDA = torch.device("cuda")
passage = partial(decoding.passage, least=30, most=60)


def test_recorded_steps_draw_the_tokens_that_plain_steps_and_a_cpu_draw(tiny: Path) -> None:
    passages = [passage(seed) for seed in range(20)]
    network = prepared(tiny, CUDA)
    recorded = Batch(network, AUDIO, CUDA)
    found = decode(recorded, passages, 6)
    assert len(recorded._graphs) > 0, "nothing was recorded"
    assert recorded._graphs.enabled, "recording failed"
    assert found == decode(Batch(network, AUDIO, CUDA, graphs=False, ahead=0), passages, 6)
    assert found == [decode(Batch(network, AUDIO, CUDA), [one], 1)[0] for one in passages]
    assert found == decode(Batch(prepared(tiny, CPU), AUDIO, CPU), passages, 6)


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
    with opened(tiny, device=CUDA) as engine:
        yield engine


def line(seed: int) -> SpeechRequest:
    """Of a length and a rate of its own."""
    rate = (24_000, 32_000)[seed % 2]
    return request("你好，我们走吧。"[: 3 + seed % 6] + "。", seed, sample_rate=rate)


def test_lines_synthesized_together_beside_decoding_are_those_synthesized_alone(
    engine: GlmEngine,
) -> None:
    requests = [line(seed) for seed in range(12)]
    together = speak(engine, requests)
    for one, wave in zip(requests, together, strict=True):
        (alone,) = speak(engine, [one])
        assert alone.samples.shape == wave.samples.shape
        assert float(np.sqrt(np.mean((alone.samples - wave.samples) ** 2))) < 0.01 * float(
            np.abs(alone.samples).max()
        )


def test_taking_turns_holds_less_and_says_the_same(tiny: Path, engine: GlmEngine) -> None:
    requests = [line(seed) for seed in range(3)]
    settled = speak(engine, requests)
    turns = opened(tiny, device=CUDA, placement=SequentialOffload(CUDA))
    for one, other in zip(settled, speak(turns, requests), strict=True):
        assert np.allclose(one.samples, other.samples, atol=1e-3)
    turns.load_weights("llm")
    assert turns.llama.turns.is_cuda
    assert not turns.acoustic.flow.estimator.rotary_embed.inv_freq.is_cuda


def test_keys_and_values_do_not_take_what_is_not_free(tiny: Path) -> None:
    from comfyui_glmtts.glmtts_runtime.glm_tts.memory import free, has_room

    unused = free(CUDA)
    assert unused is not None
    assert has_room(CUDA, 1 << 20)
    assert not has_room(CUDA, unused)
