"""What a CUDA device would be asked to do, without one: tensors that have a device and no numbers.

They complain where a tensor lies on another device than those it meets, and where a result would
have to be waited for; a recorded step may do neither. Whether it is fast, or right, they cannot
say: `tests/glmtts_runtime/glm_tts/test_gpu.py`.
"""

from __future__ import annotations

from typing import Any

import pytest
import torch
from comfyui_glmtts.glmtts_runtime.glm_tts.acoustic_model import AcousticModel, AcousticRequest
from comfyui_glmtts.glmtts_runtime.glm_tts.checkpoint.sizes import PLANS
from comfyui_glmtts.glmtts_runtime.glm_tts.flow.solver import Flow, FlowConfig, Solver, solve
from comfyui_glmtts.glmtts_runtime.glm_tts.llm.decode import Batch
from comfyui_glmtts.glmtts_runtime.glm_tts.llm.llama import Llama
from comfyui_glmtts.glmtts_runtime.glm_tts.llm.passage import AudioIds, Passage
from comfyui_glmtts.glmtts_runtime.glm_tts.reference.cache import Features
from comfyui_glmtts.glmtts_runtime.glm_tts.vocoder.hift import SAMPLES_PER_FRAME, HiFT
from comfyui_glmtts.glmtts_runtime.options import Sampling
from torch import nn
from torch._subclasses.fake_tensor import DataDependentOutputException, FakeTensorMode

CUDA = torch.device("cuda", 0)
AUDIO = AudioIds(first=768, count=512, begin=526, end=519)
PLAN = PLANS["tiny"]


def moved(network: nn.Module) -> Any:
    """The network as if it lay on the device."""
    for module in network.modules():
        for held in (module._parameters, module._buffers):
            for name, value in held.items():
                if value is not None:
                    held[name] = _there(value)
    return network


def _there(value: torch.Tensor) -> torch.Tensor:
    tensor = torch.empty(value.shape, dtype=value.dtype, device=CUDA)
    return nn.Parameter(tensor, requires_grad=False) if isinstance(value, nn.Parameter) else tensor


def llama(dtype: torch.dtype, *, eight: bool = False) -> Llama:
    network = Llama(PLAN.llama).to(dtype).requires_grad_(False)
    network.prepare(AUDIO.speech)
    if eight:
        network.quantize(dtype)
    return network


def passage(length: int, prompts: int = 1) -> Passage:
    made = (((*range(length - 1), AUDIO.begin), 1 / prompts),) * prompts
    return Passage(prompts=made, least=10, most=40, seed=length, sampling=Sampling())


@pytest.mark.parametrize(
    ("dtype", "eight"), [(torch.float32, False), (torch.bfloat16, False), (torch.bfloat16, True)]
)
def test_a_step_waits_for_nothing_and_stays_on_its_device(dtype: torch.dtype, eight: bool) -> None:
    network = llama(dtype, eight=eight)
    with FakeTensorMode():
        _stepped(Batch(moved(network), AUDIO, CUDA, graphs=False))


def _stepped(batch: Batch) -> None:
    handles = batch.add([passage(length) for length in (7, 30, 12)])
    handles += batch.add([passage(20, prompts=3)])
    assert batch.rows == 6
    for _ in range(3):
        batch._sample(8)  # as many as are recorded for six rows
        batch._feed(8, 512)
    batch.drop(handles[1])  # the last row moves
    batch._sample(8)
    batch._feed(8, 1024 - 512)
    assert batch._slots.token.device == batch._cache.both.device == CUDA


def test_what_would_wait_or_lies_elsewhere_is_seen() -> None:
    with FakeTensorMode():
        with pytest.raises(DataDependentOutputException):
            torch.zeros(3, device=CUDA).sum().item()
        with pytest.raises(RuntimeError, match="device"):
            torch.zeros(3, 3, device=CUDA) @ torch.zeros(3, 3)


@pytest.mark.usefixtures("no_istft_check")
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_lines_of_several_lengths_are_synthesized_on_the_device(dtype: torch.dtype) -> None:
    flow, hift = Flow(FlowConfig(dit=PLAN.flow)), HiFT(PLAN.hift)
    if dtype != torch.float32:
        flow.narrow(dtype)
    with FakeTensorMode():
        _synthesized(AcousticModel(moved(flow), {24_000: moved(hift)}, CUDA, Solver(steps=2)))


def _synthesized(acoustic: AcousticModel) -> None:
    features = Features(  # as they are kept: on the CPU
        tokens=torch.zeros(20, dtype=torch.int64),
        speaker=torch.zeros(192),
        mels={24_000: torch.zeros(40, 80)},
    )
    requests = [
        AcousticRequest(
            tokens=[1] * count, features=features, sample_rate=24_000, rate=rate, seed=count
        )
        for count, rate in ((25, 1.0), (60, 1.2), (7, 1.0))
    ]
    mels = solve(acoustic.flow, [acoustic.flow_input(one) for one in requests], acoustic.solver)
    assert [mel.shape[0] for mel in mels] == [50, 120, 14]
    waves = acoustic._vocode_together(acoustic.vocoders[24_000], mels, requests)
    assert [len(wave) for wave in waves] == [frames * SAMPLES_PER_FRAME for frames in (50, 120, 14)]
    assert {tensor.device for tensor in (*mels, *waves)} == {CUDA}


def test_lines_are_synthesized_together_by_rate_and_length() -> None:
    def features(heard: int) -> Features:
        return Features(torch.zeros(heard), torch.zeros(192), {})

    flow: Any = type("Lengths", (), {"config": FlowConfig()})
    requests = [
        AcousticRequest(
            tokens=[0] * count, features=features(100), sample_rate=rate, rate=1.0, seed=0
        )
        for count, rate in ((900, 24_000), (100, 24_000), (110, 32_000), (120, 24_000))
    ] + [
        AcousticRequest(
            tokens=[0] * 2500, features=features(0), sample_rate=24_000, rate=1.0, seed=0
        )
    ]
    assert AcousticModel(flow, {}, CUDA)._groups(requests) == [[1, 3, 0], [4], [2]]
    assert AcousticModel(flow, {}, torch.device("cpu"))._groups(requests) == [
        [0],
        [1],
        [2],
        [3],
        [4],
    ]
