"""A plan -> the tensors of every network, random, named and shaped as the published ones.

Each tensor is made from its name, so that it does not depend on what is made before it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable

import numpy as np
import torch
from torch import Tensor, nn

from ..flow.solver import Flow, FlowConfig
from ..llm.llama import Llama
from ..reference.whisper_vq import WhisperVQ
from ..spec import MEL_32K, MEL_BINS, SPEAKER_DIM
from ..vocoder.hift import HiFT
from .sizes import Plan

ENDING = 0.1
"""Rough chance that random speech ends at each step, so that a sentence does."""
PLAIN = ("source_downs.", "m_source.", "f0_predictor.classifier")
"""Parts of the vocoder whose weights are not normalised."""


def llm_shapes(plan: Plan) -> dict[str, tuple[int, ...]]:
    """What the language model holds; at full size too much to be made at once."""
    with torch.device("meta"):
        return _shapes(Llama(plan.llama))


def llm(plan: Plan, names: Iterable[str], seed: int) -> dict[str, Tensor]:
    """Some of its tensors."""
    shapes = llm_shapes(plan)
    state = {name: weight(name, shapes[name], seed) for name in names}
    if (embedding := state.get("model.embed_tokens.weight")) is not None:
        _make_it_end(embedding, plan)
    return state


def flow(plan: Plan, seed: int) -> dict[str, Tensor]:
    with torch.device("meta"):
        shapes = _shapes(Flow(FlowConfig(dit=plan.flow)))
    state = {name: weight(name, shape, seed) for name, shape in shapes.items()}
    dim_head = plan.flow.dim_head
    steps = torch.arange(0, dim_head, 2).float()
    state["estimator.rotary_embed.inv_freq"] = 10_000 ** (-steps / dim_head)
    return state


def hift(plan: Plan, seed: int) -> dict[str, Tensor]:
    """Convolutions whose weights are normalised are stored as magnitude and direction."""
    with torch.device("meta"):
        network = HiFT(plan.hift)
    state: dict[str, Tensor] = {}
    for name, shape in _shapes(network).items():
        stem = name.removesuffix(".weight")
        if stem == name or len(shape) < 3 or name.startswith(PLAIN):
            state[name] = weight(name, shape, seed)
            continue
        pair = f"{stem}.parametrizations.weight."
        direction = weight(pair + "original1", shape, seed)
        magnitude = direction.flatten(1).norm(dim=1)
        state[pair + "original0"] = magnitude.view(-1, *[1] * (len(shape) - 1))
        state[pair + "original1"] = direction
    # A pitch that people speak with.
    state["f0_predictor.classifier.bias"] = torch.tensor([180.0])
    return state


def speech_tokenizer(plan: Plan, seed: int) -> dict[str, Tensor]:
    with torch.device("meta"):
        shapes = _shapes(WhisperVQ(plan.tokenizer))
    prefix = "model.encoder."
    state = {prefix + name: weight(name, shape, seed) for name, shape in shapes.items()}
    codes = state[prefix + "codebook.weight"]
    # States that differ from moment to moment, so that many codes are used.
    state[prefix + "embed_positions.weight"] *= 3 * codes.shape[1] ** 0.5
    state[prefix + "ema_count"] = torch.ones(codes.shape[0])
    state[prefix + "ema_weight"] = codes.clone()
    return state


def vocos(seed: int) -> nn.Module:
    """What stands in for the 32 kHz vocoder."""
    return _Vocos(weight("vocos.matrix", (MEL_BINS, MEL_32K.hop), seed) * 8)


def campplus(seed: int) -> Tensor:
    """The one matrix of what stands in for the speaker encoder, [80, 192]."""
    return weight("campplus.matrix", (MEL_BINS, SPEAKER_DIM), seed)


def weight(name: str, shape: tuple[int, ...], seed: int) -> Tensor:
    """A parameter's values, made from its name: near 1 for scales, small for biases, and elsewhere
    of a size that keeps what passes through as large as it was.
    """
    number = (zlib.crc32(name.encode()) + seed) & 0xFFFFFFFF
    values = torch.randn(shape, generator=torch.Generator().manual_seed(number))
    if len(shape) == 1:
        return 0.1 * values + (1.0 if name.endswith(("weight", "alpha")) else 0.0)
    return values / _numel(shape[1:]) ** 0.5


class _Vocos(nn.Module):
    """A frame's mel -> its samples; stands in for the 32 kHz vocoder's interface."""

    matrix: Tensor  # [80, hop]

    def __init__(self, matrix: Tensor) -> None:
        super().__init__()
        self.register_buffer("matrix", matrix)

    def forward(self, mel: Tensor) -> Tensor:
        """mel: [B, T, 80]; returns [B, T * hop]."""
        return torch.tanh(0.1 * mel @ self.matrix).flatten(1)


def _make_it_end(embedding: Tensor, plan: Plan) -> None:
    """Let the end be about as likely as it must be for sentences to have one.

    Every embedding leans one way, and the end's leans further, so that whatever the state is the
    end's score stands above the others'.
    """
    dim, others = plan.llama.hidden_size, plan.vocabulary.audio_count
    # As far as the layers' sum goes in all other directions together.
    embedding[:, 0] = (dim * plan.llama.num_hidden_layers / 2) ** 0.5
    # The last norm makes a state's first channel about sqrt(dim) / 2 for such embeddings.
    lift = np.log(ENDING * others) / (0.5 * dim**0.5)
    embedding[plan.vocabulary.end, 0] += lift


def _shapes(network: nn.Module) -> dict[str, tuple[int, ...]]:
    return {name: tuple(value.shape) for name, value in network.state_dict().items()}


def _numel(shape: tuple[int, ...]) -> int:
    return int(np.prod(shape))
