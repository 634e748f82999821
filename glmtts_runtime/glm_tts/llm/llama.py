"""Token ids -> hidden states: a Llama with grouped-query attention, named as its checkpoint is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..kernels.packed import ROWS, has_tiles, pack
from ..kernels.probe import alike
from ..kernels.quantized import FEW, quantize
from .cache import KeyValues, Span

BLOCK = 8
"""With another number of rows the float32 matrix library of a CPU adds up in another order; always
with this one, a row's numbers are the same to the bit whatever its neighbours are."""
MANY = 64
"""Rows computed at once where any number of them is added up alike."""
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
        return F.rms_norm(x, self.weight.shape, self.weight, self.eps)


class Attention(nn.Module):
    def __init__(self, config: LlamaConfig) -> None:
        super().__init__()
        self.config = config
        dim, head = config.hidden_size, config.head_dim
        self.q_proj = nn.Linear(dim, config.num_attention_heads * head, bias=False)
        self.k_proj = nn.Linear(dim, config.num_key_value_heads * head, bias=False)
        self.v_proj = nn.Linear(dim, config.num_key_value_heads * head, bias=False)
        self.o_proj = nn.Linear(config.num_attention_heads * head, dim, bias=False)

    def join(self) -> None:
        """Make one layer of the three that read the same.

        The two halves of a query's and a key's head, whose channels are the pairs that are rotated,
        are interleaved: their product is the same, and a pair is a complex number.
        """
        head = self.config.head_dim
        pairs = torch.arange(head).view(2, -1).T.flatten()
        turned = [
            layer.weight.unflatten(0, (-1, head))[:, pairs].flatten(0, 1)
            for layer in (self.q_proj, self.k_proj)
        ]
        self.qkv_proj = _linear(torch.cat((*turned, self.v_proj.weight)))
        del self.q_proj, self.k_proj, self.v_proj

    def forward(self, x: Tensor, turn: Tensor, span: Span, layer: int) -> Tensor:
        """x: [B, T, D]; turn: as `Llama.turns` has them, [B, T, 1, head / 2, 2]; returns
        [B, T, D].
        """
        heads, groups = self.config.num_attention_heads, self.config.num_key_value_heads
        every = self.qkv_proj(x).unflatten(-1, (-1, self.config.head_dim))
        rotate(every[:, :, : heads + groups], turn)
        keys, values = span.store(layer, every[:, :, heads:])
        attended = grouped_attention(every[: span.busy, :, :heads], keys, values, span.mask)
        if span.busy is not None:
            attended = F.pad(attended, (0, 0, 0, 0, 0, 0, 0, len(x) - span.busy))
        return self.o_proj(attended.flatten(-2).to(x.dtype))


class Mlp(nn.Module):
    def __init__(self, config: LlamaConfig) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
        self.up_proj = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
        self.down_proj = nn.Linear(config.intermediate_size, config.hidden_size, bias=False)

    def join(self) -> None:
        """Make one layer of the two that read the same."""
        self.gate_up_proj = _linear(torch.cat((self.gate_proj.weight, self.up_proj.weight)))
        del self.gate_proj, self.up_proj

    def forward(self, x: Tensor) -> Tensor:
        gate, up = self.gate_up_proj(x).chunk(2, dim=-1)
        return self.down_proj(F.silu(gate).mul_(up))


class Layer(nn.Module):
    def __init__(self, config: LlamaConfig) -> None:
        super().__init__()
        self.self_attn = Attention(config)
        self.mlp = Mlp(config)
        self.input_layernorm = RMSNorm(config.hidden_size, config.rms_norm_eps)
        self.post_attention_layernorm = RMSNorm(config.hidden_size, config.rms_norm_eps)

    def forward(self, x: Tensor, turn: Tensor, span: Span, layer: int) -> Tensor:
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
    """`LlamaForCausalLM`; to be prepared before it is used."""

    turns: Tensor  # [positions, 1, head / 2, 2] float32, cosines and sines of rotary positions

    def __init__(self, config: LlamaConfig) -> None:
        super().__init__()
        self.config = config
        self.model = Decoder(config)
        if not config.tie_word_embeddings:
            self.lm_head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        self.block = BLOCK
        """Rows that a CPU computes at once."""
        self.padded = True
        """Whether it is always so many, idle ones included."""
        self.kept: torch.dtype | None = None
        """What keys and values are kept in, if not in what hidden states are."""

    @property
    def dtype(self) -> torch.dtype:
        """What hidden states are kept in."""
        return self.model.norm.weight.dtype

    def key_values(self, device: torch.device) -> KeyValues:
        """Empty buffers for its keys and values."""
        return KeyValues(
            layers=self.config.num_hidden_layers,
            groups=self.config.num_key_value_heads,
            head_dim=self.config.head_dim,
            device=device,
            dtype=self.kept or self.dtype,
        )

    def prepare(self, speech: Sequence[int]) -> None:
        """Join what is computed together, and keep those rows of the head that speech needs.

        speech: ids in the order their scores are wanted in. An untied head is let go.
        """
        for layer in self.model.layers:
            for part in layer.children():
                if isinstance(part, (Attention, Mlp)):
                    part.join()
        rows = self.head[list(speech)].float()
        # What all scores share changes no distribution, and in bfloat16 it would drown the rest.
        self.speech_head: nn.Module = _linear((rows - rows.mean(dim=0)).to(self.head.dtype))
        if not self.config.tie_word_embeddings:
            del self.lm_head
        self.register_buffer("turns", rotations(self.config).to(rows.device), persistent=False)

    def pack(self) -> None:
        """Lay a prepared network's weights out for a CPU that multiplies bfloat16."""
        pack(self)
        self.float()
        self.model.embed_tokens.to(torch.bfloat16)
        self.kept = torch.bfloat16
        # Measured to the bit: AVX-512's kernel adds up alike for any number of rows.
        self.block, self.padded = (ROWS, True) if has_tiles() else (MANY, False)

    def unpad(self) -> None:
        """Compute only the rows there are, if this machine adds up a prepared network's products
        alike for any number of them; tried on a layer of each shape.
        """
        first: Any = self.model.layers[0]
        layers: list[Any] = [first.self_attn.qkv_proj, first.self_attn.o_proj, self.speech_head]
        layers += [first.mlp.gate_up_proj, first.mlp.down_proj]
        if all(alike(layer, layer.weight.shape[1], MANY) for layer in layers):
            self.block, self.padded = MANY, False

    def quantize(self, dtype: torch.dtype) -> None:
        """Round a prepared network's weights to eight bits, each row of a layer to a scale.

        dtype: of hidden states. The embedding stays as it is.
        """
        quantize(self)
        for module in self.modules():
            if isinstance(module, RMSNorm):
                module.to(dtype)
        self.block, self.padded = FEW, False

    @property
    def head(self) -> Tensor:
        """[V, D], the embedding itself where the two are tied."""
        tied = self.config.tie_word_embeddings
        return self.model.embed_tokens.weight if tied else self.lm_head.weight

    def forward(self, ids: Tensor, span: Span) -> Tensor:
        """The last hidden states of new tokens.   ids: [B, T] at `span`; returns [B, T, D]."""
        x = self.model.embed_tokens(ids).to(self.dtype)
        turn = self.turns[span.positions]
        for index, layer in enumerate(self.model.layers):
            x = layer(x, turn, span, index)
        return self.model.norm(x)


def _linear(weight: Tensor) -> nn.Linear:
    layer = nn.Linear(weight.shape[1], weight.shape[0], bias=False, device="meta")
    layer.weight = nn.Parameter(weight, requires_grad=False)
    return layer


def rotations(config: LlamaConfig) -> Tensor:
    """Cosines and sines of every rotary position: [positions, 1, head / 2, 2]."""
    half = torch.arange(0, config.head_dim, 2, dtype=torch.float32)
    steps = torch.arange(config.max_position_embeddings, dtype=torch.float32)
    angles = steps[:, None, None] * config.rope_theta ** (-half / config.head_dim)
    return torch.stack((angles.cos(), angles.sin()), dim=-1)


def rotate(x: Tensor, turn: Tensor) -> None:
    """Apply rotary positions in place; neighbouring channels are the pairs.

    x: [B, T, H, head]; turn: [B, T, 1, head / 2, 2] float32.
    """
    pairs = x.unflatten(-1, (-1, 2))
    if x.dtype == torch.float32:
        torch.view_as_complex(pairs).mul_(torch.view_as_complex(turn))
    else:
        turned = torch.view_as_complex(pairs.float()) * torch.view_as_complex(turn)
        pairs.copy_(torch.view_as_real(turned))


def grouped_attention(query: Tensor, keys: Tensor, values: Tensor, mask: Tensor) -> Tensor:
    """Attention where G key heads serve H query heads, without copying a key.

    query: [B, T, H, head]; keys, values: [B, G, S, head]; mask: [B or 1, T, S], added to scores;
    returns [B, T, H, head] in the type of the keys. The query heads of a group are laid along the
    time axis.
    """
    length, head, groups = query.shape[1], query.shape[3], keys.shape[1]
    share = query.shape[2] // groups
    stacked = query.unflatten(2, (groups, share)).permute(0, 2, 3, 1, 4).flatten(2, 3)
    seen = mask[:, None] if length == 1 else mask[:, None].repeat(1, 1, share, 1)
    attended = F.scaled_dot_product_attention(
        stacked.to(keys.dtype), keys, values, attn_mask=seen, scale=head**-0.5
    )
    return attended.unflatten(2, (share, length)).permute(0, 3, 1, 2, 4).flatten(2, 3)
