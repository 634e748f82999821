"""Log-mel -> speech tokens: Whisper's encoder, halved to 25 Hz and rounded to a codebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

MOST_LAYERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class WhisperVQConfig:
    """The fields of `speech_tokenizer/config.json` that shape the encoder."""

    d_model: int
    encoder_attention_heads: int
    encoder_ffn_dim: int
    num_mel_bins: int
    max_source_positions: int
    pooling_kernel_size: int
    pooling_position: int
    quantize_position: int
    quantize_vocab_size: int
    quantize_causal_block_size: int | None
    encoder_causal_convolution: bool

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> WhisperVQConfig:
        """Raises KeyError for a missing field and ValueError for an encoder not built here."""
        if values.get("pooling_type") != "avg":
            raise ValueError(f"pooling_type = {values.get('pooling_type')!r} is not supported")
        for name in ("quantize_causal_encoder", "encoder_causal_attention", "scale_embedding"):
            if values.get(name):
                raise ValueError(f"{name} = {values[name]!r} is not supported")
        if not 0 < values["pooling_position"] <= values["quantize_position"] <= MOST_LAYERS:
            raise ValueError("pooling_position and quantize_position are not in order")
        return cls(**{field.name: values[field.name] for field in fields(cls)})


class Convolution(nn.Conv1d):
    """Three frames wide; causal ones see no frame ahead."""

    def __init__(self, inputs: int, outputs: int, stride: int, *, causal: bool) -> None:
        super().__init__(inputs, outputs, 3, stride, padding=0)
        self.margin = (2, 0) if causal else (1, 1)

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(F.pad(x, self.margin))


class Attention(nn.Module):
    def __init__(self, config: WhisperVQConfig) -> None:
        super().__init__()
        dim = config.d_model
        self.heads = config.encoder_attention_heads
        self.q_proj = nn.Linear(dim, dim)
        self.k_proj = nn.Linear(dim, dim, bias=False)
        self.v_proj = nn.Linear(dim, dim)
        self.out_proj = nn.Linear(dim, dim)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        query, key, value = (
            project(x).unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for project in (self.q_proj, self.k_proj, self.v_proj)
        )
        attended = F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        return self.out_proj(attended.transpose(1, 2).flatten(-2))


class Layer(nn.Module):
    def __init__(self, config: WhisperVQConfig) -> None:
        super().__init__()
        self.self_attn = Attention(config)
        self.self_attn_layer_norm = nn.LayerNorm(config.d_model)
        self.fc1 = nn.Linear(config.d_model, config.encoder_ffn_dim)
        self.fc2 = nn.Linear(config.encoder_ffn_dim, config.d_model)
        self.final_layer_norm = nn.LayerNorm(config.d_model)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        x = x + self.self_attn(self.self_attn_layer_norm(x), mask)
        return x + self.fc2(F.gelu(self.fc1(self.final_layer_norm(x))))


class WhisperVQ(nn.Module):
    """The encoder up to its codebook, named as in `model.encoder.` of the checkpoint."""

    def __init__(self, config: WhisperVQConfig) -> None:
        super().__init__()
        self.config = config
        causal = config.encoder_causal_convolution
        self.conv1 = Convolution(config.num_mel_bins, config.d_model, 1, causal=causal)
        self.conv2 = Convolution(config.d_model, config.d_model, 2, causal=causal)
        self.embed_positions = nn.Embedding(config.max_source_positions, config.d_model)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.quantize_position))
        self.codebook = nn.Embedding(config.quantize_vocab_size, config.d_model)
        # Added to the rounded states, which only the decoder (not published) would read.
        pooled = -(-config.max_source_positions // config.pooling_kernel_size)
        self.embed_positions2 = nn.Embedding(pooled, config.d_model)

    def forward(self, mel: Tensor, valid: Tensor) -> tuple[Tensor, Tensor]:
        """mel: [B, 128, T], T a multiple of 4; valid: [B, T] bool; returns [B, T/4], [B, T/4, D].

        Tokens, and the rounded states with their positions added.
        """
        pool = self.config.pooling_kernel_size
        x = F.gelu(self.conv2(F.gelu(self.conv1(mel)))).mT
        x = x + self.embed_positions.weight[: x.shape[1]]
        valid = valid[:, ::2]
        mask = block_causal_mask(valid, self.config.quantize_causal_block_size)
        for index, layer in enumerate(self.layers, start=1):
            x = layer(x, mask)
            if index == self.config.pooling_position:
                x = F.avg_pool1d(F.pad(x.mT, (0, -x.shape[1] % pool)), pool).mT
                valid = valid[:, ::pool]
                block = self.config.quantize_causal_block_size
                mask = block_causal_mask(valid, block and block // pool)
        tokens = nearest_code(x, self.codebook.weight)
        return tokens, self.codebook(tokens) + self.embed_positions2.weight[: x.shape[1]]


def nearest_code(x: Tensor, codebook: Tensor) -> Tensor:
    """Index of the nearest row.   x: [B, T, D]; codebook: [V, D]; returns [B, T]."""
    flat = x.flatten(0, 1)
    squares = codebook.square().sum(dim=1) + flat.square().sum(dim=1, keepdim=True)
    return (
        torch.addmm(squares, flat, codebook.T, alpha=-2.0).argmin(dim=1).unflatten(0, x.shape[:2])
    )


def block_causal_mask(valid: Tensor, block: int | None) -> Tensor:
    """Who sees whom: all before, one's whole block, never padding.

    valid: [B, T] bool; block: frames, or none to see everything; returns [B, 1, T, T] float, 0
    where seen and the least finite number elsewhere, so that a row of padding stays finite.
    """
    steps = torch.arange(valid.shape[1], device=valid.device)
    size = block or valid.shape[1]
    seen = (steps[None, :] <= steps[:, None]) | (steps[None, :] // size == steps[:, None] // size)
    seen = seen & valid[:, None, :]
    return torch.where(seen, 0.0, torch.finfo(torch.float32).min)[:, None]
