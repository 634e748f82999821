"""Weights laid out for a CPU that multiplies bfloat16: nearly the same numbers, the same rules.

Left out where the kernel is not there.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from comfyui_glmtts.glmtts_runtime.glm_tts.checkpoint import load
from comfyui_glmtts.glmtts_runtime.glm_tts.checkpoint.layout import Layout
from comfyui_glmtts.glmtts_runtime.glm_tts.flow.solver import (
    Flow,
    FlowInput,
    FlowPrompt,
    Solver,
    solve,
)
from comfyui_glmtts.glmtts_runtime.glm_tts.kernels.packed import ROWS, PackedLinear, stored
from comfyui_glmtts.glmtts_runtime.glm_tts.llm.decode import Batch
from comfyui_glmtts.glmtts_runtime.glm_tts.llm.llama import Llama
from comfyui_glmtts.glmtts_runtime.glm_tts.llm.passage import AudioIds, Passage
from comfyui_glmtts.glmtts_runtime.options import Sampling
from torch import nn

pytestmark = pytest.mark.packed
CPU = torch.device("cpu")
AUDIO = AudioIds(first=768, count=512, begin=526, end=519)


def llama(tiny: Path, *, packed: bool) -> Llama:
    dtype = torch.bfloat16 if packed else torch.float32
    network: Llama = load.load(load.llama_part(Layout(tiny)), CPU, dtype)
    network.prepare(AUDIO.speech)
    if packed:
        network.pack()
    return network


def flow(tiny: Path, *, packed: bool) -> Flow:
    network: Flow = load.load(load.flow_part(Layout(tiny)), CPU, torch.float32)
    if packed:
        network.pack()
    return network


def passage(seed: int, length: int) -> Passage:
    random = torch.Generator().manual_seed(seed)
    text = torch.randint(0, 512, (length,), generator=random).tolist()
    speech = (AUDIO.first + torch.randint(0, 512, (30,), generator=random)).tolist()
    prompts = (((*text, AUDIO.begin, *speech), 1.0),)
    return Passage(prompts=prompts, least=12, most=12, seed=seed, sampling=Sampling())


@torch.inference_mode()
def test_a_packed_layer_is_the_plain_one_rounded_to_bfloat16() -> None:
    plain = nn.Linear(96, 160)
    x = torch.randn(3, 5, 96, generator=torch.Generator().manual_seed(0))
    wanted = torch.nn.functional.linear(
        x.bfloat16().float(), plain.weight.bfloat16().float(), plain.bias.bfloat16().float()
    )
    found = PackedLinear(plain)(x)
    assert found.dtype == torch.float32
    assert torch.allclose(found, wanted, rtol=2**-7, atol=2**-7)


@torch.inference_mode()
def test_a_bend_after_a_layer_is_left_to_the_kernel_and_gone_from_the_network() -> None:
    network = nn.Sequential(nn.Linear(64, 64), nn.GELU(approximate="tanh"), nn.Linear(64, 32))
    x = torch.randn(7, 64, generator=torch.Generator().manual_seed(1))
    wanted = network(x)
    from comfyui_glmtts.glmtts_runtime.glm_tts.kernels.packed import pack

    pack(network)
    assert isinstance(network[1], nn.Identity)
    assert torch.allclose(network(x), wanted, atol=0.02)


@torch.inference_mode()
def test_scores_of_the_next_token_are_within_a_hundredth_of_those_in_float32(tiny: Path) -> None:
    scores = []
    for packed in (False, True):
        network = llama(tiny, packed=packed)
        batch = Batch(network, AUDIO, CPU)
        for seed in range(8):
            batch.add([passage(seed, 20 + seed)])
        rows = network.speech_head(batch._slots.hidden[:8]).float().log_softmax(dim=-1)
        scores.append(rows)
    plain, close = scores
    divergence = (plain.exp() * (plain - close)).sum(dim=-1)
    assert divergence.max() < 0.01
    assert divergence.max() > 0  # it is another path


@torch.inference_mode()
def test_a_packed_line_does_not_depend_on_its_neighbours_by_a_single_bit(tiny: Path) -> None:
    network = llama(tiny, packed=True)
    alone, among = Batch(network, AUDIO, CPU), Batch(network, AUDIO, CPU)
    alone.add([passage(3, 25)])
    among.add([passage(3, 25)])
    for seed in range(ROWS + 3):
        among.add([passage(100 + seed, 10 + 9 * seed)])
    for _ in range(11):
        assert alone.step()[0].token == among.step()[0].token
        assert torch.equal(alone._slots.hidden[0], among._slots.hidden[0])


@pytest.mark.parametrize("steps", [4, 10, 16])
@torch.inference_mode()
def test_the_mel_of_a_packed_flow_is_within_a_tenth_of_a_decibel(tiny: Path, steps: int) -> None:
    random = torch.Generator().manual_seed(steps)
    prompt = FlowPrompt(
        tokens=torch.randint(0, 512, (25,), generator=random),
        mel=torch.randn(50, 80, generator=random),
        speaker=torch.randn(192, generator=random),
    )
    tokens = torch.randint(0, 512, (40,), generator=random)
    noise = torch.randn(130, 80, generator=random)
    one = [FlowInput(tokens=tokens, prompt=prompt, noise=noise)]
    (plain,) = solve(flow(tiny, packed=False), one, Solver(steps=steps))
    (close,) = solve(flow(tiny, packed=True), one, Solver(steps=steps))
    decibels = 20 / torch.log(torch.tensor(10.0)) * (plain - close)  # a mel is a natural logarithm
    assert 0 < decibels.pow(2).mean().sqrt() < 0.1


def test_packing_halves_what_the_weights_take(tiny: Path) -> None:
    plain, packed = llama(tiny, packed=False), llama(tiny, packed=True)
    assert stored(packed) == pytest.approx(stored(plain) / 2, rel=0.02)
