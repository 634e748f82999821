"""Token ids -> hidden states: a Llama with grouped-query attention, named as its checkpoint is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..packed import ROWS, pack
from .cache import Span

BLOCK = 8
"""With another number of rows the matrix library adds up in another order; always with this one, a
row's numbers are the same to the bit whatever its neighbours are."""
MOST_LAYERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class LlamaConfig:
    """The fields of `llm/config.json` that shape the network."""

    hidden_size: int
    intermediate_size: int
    num_hidden_layers: int
    num_attention_heads: int
    num_key_value_heads: int
    vocab_size: int
    head_dim: int
    max_position_embeddings: int
    rope_theta: float
    rms_norm_eps: float
    tie_word_embeddings: bool

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> LlamaConfig:
        """Raises KeyError for a missing field and ValueError for a kind of Llama not built here."""
        for name in ("rope_scaling", "attention_bias", "mlp_bias"):
            if values.get(name):
                raise ValueError(f"{name} = {values[name]!r} is not supported")
        if not 0 < values["num_hidden_layers"] <= MOST_LAYERS:
            raise ValueError(f"{values['num_hidden_layers']} layers are not a Llama of this kind")
        chosen = dict(values)
        chosen.setdefault("head_dim", values["hidden_size"] // values["num_attention_heads"])
        return cls(**{field.name: chosen[field.name] for field in fields(cls)})


class RMSNorm(nn.Module):
    def __init__(self, dim: int, eps: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(dim))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        wide = F.rms_norm(x.float(), self.weight.shape, eps=self.eps)
        return self.weight * wide.to(x.dtype)


class Attention(nn.Module):
    def __init__(self, config: LlamaConfig) -> None:
        super().__init__()
        self.config = config
        dim, head = config.hidden_size, config.head_dim
        self.q_proj = nn.Linear(dim, config.num_attention_heads * head, bias=False)
        self.k_proj = nn.Linear(dim, config.num_key_value_heads * head, bias=False)
        self.v_proj = nn.Linear(dim, config.num_key_value_heads * head, bias=False)
        self.o_proj = nn.Linear(config.num_attention_heads * head, dim, bias=False)
        self.qkv_proj: nn.Module | None = None

    def join(self) -> None:
        """Make one layer of the three that read the same."""
        self.qkv_proj = _joined(self.q_proj, self.k_proj, self.v_proj)
        del self.q_proj, self.k_proj, self.v_proj

    def forward(self, x: Tensor, turn: tuple[Tensor, Tensor], span: Span, layer: int) -> Tensor:
        """x: [B, T, D]; returns [B, T, D]."""
        heads, groups = self.config.num_attention_heads, self.config.num_key_value_heads
        if self.qkv_proj is None:
            flat = torch.cat((self.q_proj(x), self.k_proj(x), self.v_proj(x)), dim=-1)
        else:
            flat = self.qkv_proj(x)
        every = flat.unflatten(-1, (-1, self.config.head_dim))
        turned = rotate(every[:, :, : heads + groups], turn)
        query, key = turned[:, :, :heads], turned[:, :, heads:]
        keys, values = span.store(layer, key, every[:, :, heads + groups :])
        heard = grouped_attention(query[: span.busy], keys, values, span.mask, groups)
        idle = (0, 0, 0, 0, 0, len(x) - span.busy)
        return self.o_proj(F.pad(heard.flatten(-2), idle))


class Mlp(nn.Module):
    def __init__(self, config: LlamaConfig) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
        self.up_proj = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
        self.down_proj = nn.Linear(config.intermediate_size, config.hidden_size, bias=False)
        self.gate_up_proj: nn.Module | None = None

    def join(self) -> None:
        """Make one layer of the two that read the same."""
        self.gate_up_proj = _joined(self.gate_proj, self.up_proj)
        del self.gate_proj, self.up_proj

    def forward(self, x: Tensor) -> Tensor:
        if self.gate_up_proj is None:
            gate, up = self.gate_proj(x), self.up_proj(x)
        else:
            gate, up = self.gate_up_proj(x).chunk(2, dim=-1)
        return self.down_proj(F.silu(gate) * up)


class Layer(nn.Module):
    def __init__(self, config: LlamaConfig) -> None:
        super().__init__()
        self.self_attn = Attention(config)
        self.mlp = Mlp(config)
        self.input_layernorm = RMSNorm(config.hidden_size, config.rms_norm_eps)
        self.post_attention_layernorm = RMSNorm(config.hidden_size, config.rms_norm_eps)

    def forward(self, x: Tensor, turn: tuple[Tensor, Tensor], span: Span, layer: int) -> Tensor:
        x = x + self.self_attn(self.input_layernorm(x), turn, span, layer)
        return x + self.mlp(self.post_attention_layernorm(x))


class Decoder(nn.Module):
    """The stack below the head; its own module only because the checkpoint calls it `model.`."""

    def __init__(self, config: LlamaConfig) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.num_hidden_layers))
        self.norm = RMSNorm(config.hidden_size, config.rms_norm_eps)


class Llama(nn.Module):
    """`LlamaForCausalLM`."""

    def __init__(self, config: LlamaConfig) -> None:
        super().__init__()
        self.config = config
        self.model = Decoder(config)
        if not config.tie_word_embeddings:
            self.lm_head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        self.speech_head: nn.Module | None = None
        self.block = BLOCK
        """Rows that the CPU computes at once, idle ones included."""

    @property
    def dtype(self) -> torch.dtype:
        """What hidden states are kept in."""
        return self.model.norm.weight.dtype

    def pack(self) -> None:
        """Lay a prepared network's weights out for a CPU that multiplies bfloat16."""
        pack(self)
        self.float()
        self.model.embed_tokens.to(torch.bfloat16)
        self.block = ROWS

    def prepare(self, speech: Sequence[int]) -> None:
        """Join what is computed together, and keep those rows of the head that speech needs.

        speech: ids in the order their scores are wanted in. An untied head is let go.
        """
        for module in list(self.modules()):
            if isinstance(module, (Attention, Mlp)):
                module.join()
        rows = self.head[list(speech)].float()
        # What all scores share changes no distribution, and in bfloat16 it would drown the rest.
        self.speech_head = _linear((rows - rows.mean(dim=0)).to(self.head.dtype))
        if not self.config.tie_word_embeddings:
            del self.lm_head

    @property
    def head(self) -> Tensor:
        """[V, D], the embedding itself where the two are tied."""
        tied = self.config.tie_word_embeddings
        return self.model.embed_tokens.weight if tied else self.lm_head.weight

    def forward(self, ids: Tensor, span: Span) -> Tensor:
        """The last hidden states of new tokens.   ids: [B, T] at `span`; returns [B, T, D]."""
        x = self.model.embed_tokens(ids).to(self.dtype)
        turn = rotation(span.positions, self.config, x.dtype)
        for index, layer in enumerate(self.model.layers):
            x = layer(x, turn, span, index)
        return self.model.norm(x)


def _linear(weight: Tensor) -> nn.Linear:
    layer = nn.Linear(weight.shape[1], weight.shape[0], bias=False, device="meta")
    layer.weight = nn.Parameter(weight, requires_grad=False)
    return layer


def _joined(*layers: nn.Linear) -> nn.Linear:
    return _linear(torch.cat([layer.weight for layer in layers]))


def rotation(positions: Tensor, config: LlamaConfig, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """Cosines and sines of rotary positions.   positions: [B, T]; returns twice [B, T, 1, head]."""
    half = torch.arange(0, config.head_dim, 2, device=positions.device, dtype=torch.float32)
    angles = positions[..., None].float() * config.rope_theta ** (-half / config.head_dim)
    angles = torch.cat((angles, angles), dim=-1)[:, :, None]
    return angles.cos().to(dtype), angles.sin().to(dtype)


def rotate(x: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
    """Apply rotary positions; the halves of a head are the pairs.   x: [B, T, H, head]"""
    cos, sin = turn
    low, high = x.chunk(2, dim=-1)
    return x * cos + torch.cat((-high, low), dim=-1) * sin


def grouped_attention(
    query: Tensor, keys: Tensor, values: Tensor, mask: Tensor, groups: int
) -> Tensor:
    """Attention where `groups` key heads serve H query heads, without copying a key.

    query: [B, T, H, head]; keys, values: [B, S, groups, head]; mask: [B, T, S] bool, true where
    seen; returns [B, T, H, head]. The query heads of a group are laid along the time axis.
    """
    length, head = query.shape[1], query.shape[3]
    share = query.shape[2] // groups
    stacked = query.unflatten(2, (groups, share)).permute(0, 2, 3, 1, 4).flatten(2, 3)
    heard = F.scaled_dot_product_attention(
        stacked,
        keys.transpose(1, 2),
        values.transpose(1, 2),
        attn_mask=mask[:, None].repeat(1, 1, share, 1),
        scale=head**-0.5,
    )
    return heard.unflatten(2, (share, length)).permute(0, 3, 1, 2, 4).flatten(2, 3)
