"""What the published sizes take on a CUDA device, counted without one: every tensor that a line of
ten seconds makes, from loading to its wave. Attention's scores are counted as if they were written
down, which a GPU's kernels do not do; what its libraries keep for themselves is not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from comfyui_glmtts.glmtts_runtime.engine import Sampling
from comfyui_glmtts.glmtts_runtime.glm_tts.acoustic_model import Score, Sound
from comfyui_glmtts.glmtts_runtime.glm_tts.checkpoint.synth import PLANS
from comfyui_glmtts.glmtts_runtime.glm_tts.flow.solver import Flow, FlowConfig, Solver, solve
from comfyui_glmtts.glmtts_runtime.glm_tts.llm.decode import Batch
from comfyui_glmtts.glmtts_runtime.glm_tts.llm.llama import Llama
from comfyui_glmtts.glmtts_runtime.glm_tts.llm.passage import AudioIds, Passage
from comfyui_glmtts.glmtts_runtime.glm_tts.reference.hearing import Features
from comfyui_glmtts.glmtts_runtime.glm_tts.vocoder.hift import HiFT
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.multiprocessing.reductions import StorageWeakRef
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

CUDA = torch.device("cuda", 0)
PLAN = PLANS["full"]
WORDS = PLAN.vocabulary
AUDIO = AudioIds(first=WORDS.audio, count=WORDS.audio_count, begin=WORDS.begin, end=WORDS.end)
GIB = 2**30
HEARD, SAID = 6 * 25, 10 * 25


class Counted(TorchDispatchMode):
    """Bytes of the device held by tensors that are still there, and the most there were."""

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[int, tuple[StorageWeakRef, int]] = {}
        self.peak = 0

    def __torch_dispatch__(
        self, func: Callable[..., Any], types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        made = func(*args, **(kwargs or {}))
        for tensor in tree_leaves(made):
            if isinstance(tensor, torch.Tensor) and tensor.device.type == "cuda":
                storage = tensor.untyped_storage()
                self.held[storage._cdata] = (StorageWeakRef(storage), storage.nbytes())
        self.peak = max(self.peak, self.now())
        return made

    def now(self) -> int:
        self.held = {key: one for key, one in self.held.items() if not one[0].expired()}
        return sum(size for _, size in self.held.values())


def lying(build: Callable[[], nn.Module], device: torch.device, dtype: torch.dtype) -> Any:
    """A network as `load` leaves it on a device."""
    with torch.device("meta"):
        network = build()
    for module in network.modules():
        for held in (module._parameters, module._buffers):
            for name, value in held.items():
                if value is not None:
                    made = torch.empty(value.shape, dtype=dtype, device=device)
                    held[name] = nn.Parameter(made, requires_grad=False)
    return network


def to(network: nn.Module, device: torch.device) -> None:
    for module in network.modules():
        for held in (module._parameters, module._buffers):
            for name, value in held.items():
                if value is not None and value.device != device:
                    made = torch.empty(value.shape, dtype=value.dtype, device=device)
                    held[name] = nn.Parameter(made, requires_grad=False)


def narrowed(flow: Flow) -> Flow:
    """As `Flow.narrow` leaves it; without numbers modules cannot be converted."""
    for name, module in flow.named_modules():
        if name.endswith((".attn", ".ff")):
            for part in module.modules():
                for key, value in part._parameters.items():
                    assert value is not None
                    part._parameters[key] = nn.Parameter(value.bfloat16(), requires_grad=False)
    for block in flow.estimator.transformer_blocks:
        block.within = torch.bfloat16
    return flow


def spoken(batch: Batch, sound: Sound, before: Callable[[str], None]) -> None:
    """One line of ten seconds after six of its voice."""
    ids = (*range(100), AUDIO.begin, *([AUDIO.first] * HEARD))
    passage = Passage(prompts=((ids, 1.0),), least=SAID, most=SAID, seed=0, sampling=Sampling())
    before("draw")
    batch.add([passage])
    for _ in range(2):
        batch._draw(1)
        batch._feed(1, 512)
    before("sound")
    features = Features(
        tokens=torch.zeros(HEARD, dtype=torch.int64),
        speaker=torch.zeros(192),
        mels={24_000: torch.zeros(2 * HEARD, 80)},
    )
    score = Score(tokens=[0] * SAID, features=features, sample_rate=24_000, rate=1.0, seed=0)
    mels = solve(sound.flow, [sound.utterance(score)], sound.solver)
    hift: Any = sound.vocoders[24_000]
    assert len(sound._sung(hift, mels, [score])[0]) == 10 * 24_000


@pytest.fixture(autouse=True)
def unchecked_istft(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_numbers(spectrum: torch.Tensor, _: int, hop: int, __: int, window: Any) -> Any:
        return spectrum.real.new_zeros((spectrum.shape[1] - 1) * hop) * window.sum()

    monkeypatch.setattr(torch, "istft", without_numbers)


def test_a_lone_line_in_bfloat16_takes_less_than_five_gibibytes_from_loading_on() -> None:
    with FakeTensorMode(), Counted() as counted:
        flow = narrowed(lying(lambda: Flow(FlowConfig(dit=PLAN.flow)), CUDA, torch.float32))
        hift = lying(lambda: HiFT(PLAN.hift), CUDA, torch.float32)
        llama = lying(lambda: Llama(PLAN.llama), CUDA, torch.bfloat16)
        llama.prepare(AUDIO.speech)
        assert 3.4 * GIB < counted.now() < 4.0 * GIB
        sound = Sound(flow, {24_000: hift}, CUDA, Solver(steps=2))
        spoken(Batch(llama, AUDIO, CUDA, graphs=False), sound, lambda _: None)
    assert counted.peak < 5 * GIB


def test_in_turns_it_takes_less_than_three_and_a_half() -> None:
    with FakeTensorMode(), Counted() as counted:
        cpu = torch.device("cpu")
        flow = narrowed(lying(lambda: Flow(FlowConfig(dit=PLAN.flow)), cpu, torch.float32))
        hift = lying(lambda: HiFT(PLAN.hift), cpu, torch.float32)
        llama = lying(lambda: Llama(PLAN.llama), cpu, torch.bfloat16)
        llama.prepare(AUDIO.speech)
        assert counted.now() == 0
        sounding = nn.ModuleList([flow, hift])
        sound = Sound(flow, {24_000: hift}, CUDA, Solver(steps=2))

        def before(phase: str) -> None:
            # As `InTurns` does it; here a tensor cannot be given other data.
            for network in (llama, sounding):
                to(network, cpu)
            to(llama if phase == "draw" else sounding, CUDA)

        spoken(Batch(llama, AUDIO, CUDA, graphs=False), sound, before)
    assert 2.5 * GIB < counted.peak < 3.5 * GIB
