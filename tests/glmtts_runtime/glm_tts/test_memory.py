"""What the published sizes take on a CUDA device, counted without one: every tensor that a line of
ten seconds makes, from loading to its wave. Attention's scores are counted as if they were written
down, which a GPU's kernels do not do; what its libraries keep for themselves is not.
"""

from __future__ import annotations

from collections.abc import Callable
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
from comfyui_glmtts.glmtts_runtime.glm_tts.vocoder.hift import HiFT
from comfyui_glmtts.glmtts_runtime.options import Sampling
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.multiprocessing.reductions import StorageWeakRef
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

pytestmark = pytest.mark.usefixtures("no_istft_check")
CUDA = torch.device("cuda", 0)
PLAN = PLANS["full"]
WORDS = PLAN.vocabulary
AUDIO = AudioIds(first=WORDS.audio, count=WORDS.audio_count, begin=WORDS.begin, end=WORDS.end)
GIB = 2**30
PROMPT_TOKENS, TOKENS = 6 * 25, 10 * 25


class Counted(TorchDispatchMode):
    """Bytes of the device held by tensors that are still there, and the most there were."""

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[int, tuple[StorageWeakRef, int]] = {}
        self.at_most = 0
        """Those held, and those let go since they were last looked through."""
        self.peak = 0

    def __torch_dispatch__(
        self, func: Callable[..., Any], types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        made = func(*args, **(kwargs or {}))
        for tensor in tree_leaves(made):
            if isinstance(tensor, torch.Tensor) and tensor.device.type == "cuda":
                storage = tensor.untyped_storage()
                _, before = self.held.get(storage._cdata, (None, 0))
                self.held[storage._cdata] = (StorageWeakRef(storage), storage.nbytes())
                self.at_most += storage.nbytes() - before
        if self.at_most > self.peak:
            self.peak = max(self.peak, self.now())
        return made

    def now(self) -> int:
        self.held = {key: one for key, one in self.held.items() if not one[0].expired()}
        self.at_most = sum(size for _, size in self.held.values())
        return self.at_most


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


def spoken(batch: Batch, acoustic: AcousticModel, before: Callable[[str], None]) -> None:
    """One line of ten seconds after six of its voice."""
    ids = (*range(100), AUDIO.begin, *([AUDIO.first] * PROMPT_TOKENS))
    passage = Passage(prompts=((ids, 1.0),), least=TOKENS, most=TOKENS, seed=0, sampling=Sampling())
    before("llm")
    batch.add([passage])
    for _ in range(2):
        batch._sample(1)
        batch._feed(1, 512)
    before("acoustic")
    features = Features(
        tokens=torch.zeros(PROMPT_TOKENS, dtype=torch.int64),
        speaker=torch.zeros(192),
        mels={24_000: torch.zeros(2 * PROMPT_TOKENS, 80)},
    )
    asked = AcousticRequest(
        tokens=[0] * TOKENS, features=features, sample_rate=24_000, rate=1.0, seed=0
    )
    mels = solve(acoustic.flow, [acoustic.flow_input(asked)], acoustic.solver)
    hift: Any = acoustic.vocoders[24_000]
    assert len(acoustic._vocode_together(hift, mels, [asked])[0]) == 10 * 24_000


def test_a_lone_line_in_bfloat16_takes_less_than_five_gibibytes_from_loading_on() -> None:
    with FakeTensorMode(), Counted() as counted:
        flow = narrowed(lying(lambda: Flow(FlowConfig(dit=PLAN.flow)), CUDA, torch.float32))
        hift = lying(lambda: HiFT(PLAN.hift), CUDA, torch.float32)
        llama = lying(lambda: Llama(PLAN.llama), CUDA, torch.bfloat16)
        llama.prepare(AUDIO.speech)
        assert 3.4 * GIB < counted.now() < 4.0 * GIB
        acoustic = AcousticModel(flow, {24_000: hift}, CUDA, Solver(steps=2))
        spoken(Batch(llama, AUDIO, CUDA, graphs=False), acoustic, lambda _: None)
    assert counted.peak < 5 * GIB


def test_in_turns_it_takes_less_than_three_and_a_half() -> None:
    with FakeTensorMode(), Counted() as counted:
        cpu = torch.device("cpu")
        flow = narrowed(lying(lambda: Flow(FlowConfig(dit=PLAN.flow)), cpu, torch.float32))
        hift = lying(lambda: HiFT(PLAN.hift), cpu, torch.float32)
        llama = lying(lambda: Llama(PLAN.llama), cpu, torch.bfloat16)
        llama.prepare(AUDIO.speech)
        assert counted.now() == 0
        acoustic_weights = nn.ModuleList([flow, hift])
        acoustic = AcousticModel(flow, {24_000: hift}, CUDA, Solver(steps=2))

        def before(phase: str) -> None:
            # As `SequentialOffload` does it; here a tensor cannot be given other data.
            for network in (llama, acoustic_weights):
                to(network, cpu)
            to(llama if phase == "llm" else acoustic_weights, CUDA)

        spoken(Batch(llama, AUDIO, CUDA, graphs=False), acoustic, before)
    assert 2.5 * GIB < counted.peak < 3.5 * GIB
