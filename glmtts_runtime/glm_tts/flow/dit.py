"""Noisy mel, condition, tokens, time and speaker -> velocity: the diffusion transformer."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..kernels.packed import attention_in_products
from ..spec import SPEAKER_DIM

MAX_POSITION = 4096
"""Positions of the token embedding's sinusoids; later frames share the last (flow/dit.py:36)."""
TIME_FEATURES = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class DiTConfig:
    """Sizes of the transformer; the defaults are the published ones."""

    dim: int = 768
    depth: int = 18
    heads: int = 12
    dim_head: int = 64
    ff_mult: int = 2
    mel_dim: int = 80
    condition_dim: int = 80
    token_vocab: int = 100_000
    token_dim: int = 512
    conv_layers: int = 4
    speaker_dim: int = SPEAKER_DIM


class TimeEmbedding(nn.Module):
    def __init__(self, dim: int) -> None:
        super().__init__()
        self.time_mlp = nn.Sequential(nn.Linear(TIME_FEATURES, dim), nn.SiLU(), nn.Linear(dim, dim))

    def forward(self, time: Tensor) -> Tensor:
        """time: [B] in 0..1; returns [B, D]."""
        half = TIME_FEATURES // 2
        steps = torch.arange(half, device=time.device, dtype=torch.float32)
        angles = 1000 * time[:, None] * torch.exp(steps * (-math.log(10_000) / (half - 1)))
        return self.time_mlp(torch.cat((angles.sin(), angles.cos()), dim=-1).to(time.dtype))


class GlobalResponseNorm(nn.Module):
    def __init__(self, dim: int) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.zeros(1, 1, dim))
        self.beta = nn.Parameter(torch.zeros(1, 1, dim))

    def forward(self, x: Tensor, valid: Tensor | None) -> Tensor:
        energy = masked(x, valid).norm(p=2, dim=1, keepdim=True)
        share = energy / (energy.mean(dim=-1, keepdim=True) + 1e-6)
        return self.gamma * (x * share) + self.beta + x


class ConvNeXtBlock(nn.Module):
    """ConvNeXt V2 (arXiv 2301.00808) in one dimension."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.dwconv = nn.Conv1d(dim, dim, kernel_size=7, padding=3, groups=dim)
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.pwconv1 = nn.Linear(dim, 2 * dim)
        self.grn = GlobalResponseNorm(2 * dim)
        self.pwconv2 = nn.Linear(2 * dim, dim)

    def forward(self, x: Tensor, valid: Tensor | None) -> Tensor:
        """x: [B, T, D], nothing where not valid."""
        y = self.norm(self.dwconv(x.mT).mT)
        y = self.pwconv2(self.grn(F.gelu(self.pwconv1(y)), valid))
        return x + masked(y, valid)


class TokenEmbedding(nn.Module):
    def __init__(self, config: DiTConfig) -> None:
        super().__init__()
        self.text_embed = nn.Embedding(config.token_vocab + 1, config.token_dim)
        self.text_blocks = nn.ModuleList(
            ConvNeXtBlock(config.token_dim) for _ in range(config.conv_layers)
        )

    def forward(self, tokens: Tensor, valid: Tensor | None = None) -> Tensor:
        """tokens: [B, T] int64, one a frame (`stretched`); returns [B, T, D]."""
        x = self.text_embed(tokens)
        x = masked(x + _sinusoids(tokens.shape[1], x), valid)
        for block in self.text_blocks:
            x = block(x, valid)
        return x


class InputEmbedding(nn.Module):
    def __init__(self, config: DiTConfig) -> None:
        super().__init__()
        width = config.mel_dim + config.condition_dim + config.token_dim
        self.proj = nn.Linear(width, config.dim)
        self.conv_pos_embed = ConvPosition(config.dim)

    def forward(self, x: Tensor, condition: Tensor, tokens: Tensor, valid: Tensor | None) -> Tensor:
        joined = self.proj(torch.cat((x, condition, tokens), dim=-1))
        return joined + self.conv_pos_embed(masked(joined, valid), valid)


class ConvPosition(nn.Module):
    def __init__(self, dim: int) -> None:
        super().__init__()

        def conv() -> nn.Conv1d:
            return nn.Conv1d(dim, dim, kernel_size=31, padding=15, groups=16)

        self.conv1d = nn.Sequential(conv(), nn.Mish(), conv(), nn.Mish())
        self.within = torch.float32
        """What it computes in."""

    def forward(self, x: Tensor, valid: Tensor | None) -> Tensor:
        """x: [B, T, D], nothing where not valid."""
        first, bend, second, bend_again = self.conv1d
        y = bend(first(x.mT.to(self.within)))
        y = y if valid is None else y * valid[:, None]
        return bend_again(second(y)).mT.to(x.dtype)


class Rotary(nn.Module):
    inv_freq: Tensor  # [dim / 2]

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.register_buffer("inv_freq", 10_000 ** (-torch.arange(0, dim, 2).float() / dim))

    def forward(self, frames: int) -> Tensor:
        """Turns of every position as complex numbers, [frames, dim / 2]."""
        steps = torch.arange(frames, device=self.inv_freq.device, dtype=torch.float32)
        angles = torch.outer(steps, self.inv_freq.float())
        return torch.polar(torch.ones_like(angles), angles)


class Modulation(nn.Module):
    """`parts` vectors per batch row from time and speaker."""

    def __init__(self, config: DiTConfig, parts: int) -> None:
        super().__init__()
        self.parts = parts
        self.linear = nn.Linear(config.dim + config.speaker_dim, config.dim * parts)

    def forward(self, style: Tensor) -> tuple[Tensor, ...]:
        return self.linear(F.silu(style))[:, None].chunk(self.parts, dim=-1)


class Attention(nn.Module):
    def __init__(self, config: DiTConfig) -> None:
        super().__init__()
        inner = config.heads * config.dim_head
        self.heads = config.heads
        self.to_q = nn.Linear(config.dim, inner)
        self.to_k = nn.Linear(config.dim, inner)
        self.to_v = nn.Linear(config.dim, inner)
        self.to_out = nn.ModuleList([nn.Linear(inner, config.dim)])
        self.in_products = False
        """Whether plain matrix products are faster here than the fused kernel."""

    def forward(self, x: Tensor, turn: Tensor, mask: Tensor | None) -> Tensor:
        query, key = rotate_first(self.to_q(x), turn), rotate_first(self.to_k(x), turn)
        query, key, value = (
            y.unflatten(-1, (self.heads, -1)).transpose(1, 2) for y in (query, key, self.to_v(x))
        )
        if self.in_products and mask is None:
            attended = attention_in_products(query, key, value)
        else:
            attended = F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        return self.to_out[0](attended.transpose(1, 2).flatten(-2))


class FeedForward(nn.Module):
    def __init__(self, config: DiTConfig) -> None:
        super().__init__()
        inner = config.dim * config.ff_mult
        rise = nn.Sequential(nn.Linear(config.dim, inner), nn.GELU(approximate="tanh"))
        self.ff = nn.Sequential(rise, nn.Identity(), nn.Linear(inner, config.dim))

    def forward(self, x: Tensor) -> Tensor:
        return self.ff(x)


class Block(nn.Module):
    def __init__(self, config: DiTConfig) -> None:
        super().__init__()
        self.attn_norm = Modulation(config, parts=6)
        self.attn = Attention(config)
        self.ff = FeedForward(config)
        self.within = torch.float32
        """What attention and feed-forward compute in; what goes past them stays as it is."""

    def forward(self, x: Tensor, style: Tensor, turn: Tensor, mask: Tensor | None) -> Tensor:
        shift, scale, gate, ff_shift, ff_scale, ff_gate = self.attn_norm(style)
        seen = torch.addcmul(shift, _norm(x), 1 + scale).to(self.within)
        x = torch.addcmul(x, gate, self.attn(seen, turn, mask).to(x.dtype))
        seen = torch.addcmul(ff_shift, _norm(x), 1 + ff_scale).to(self.within)
        return torch.addcmul(x, ff_gate, self.ff(seen).to(x.dtype))


class DiT(nn.Module):
    """The estimator, named as its checkpoint is."""

    def __init__(self, config: DiTConfig) -> None:
        super().__init__()
        self.time_embed = TimeEmbedding(config.dim)
        self.text_emb_layer = TokenEmbedding(config)
        self.emb_concator = InputEmbedding(config)
        self.rotary_embed = Rotary(config.dim_head)
        self.transformer_blocks = nn.ModuleList(Block(config) for _ in range(config.depth))
        self.norm_out = Modulation(config, parts=2)
        self.proj_out = nn.Linear(config.dim, config.mel_dim)

    def forward(
        self,
        x: Tensor,
        condition: Tensor,
        tokens: Tensor,
        time: Tensor,
        speaker: Tensor,
        mask: Tensor | None = None,
        valid: Tensor | None = None,
        turn: Tensor | None = None,
    ) -> Tensor:
        """The velocity at x.

        x: [B, T, mel]; condition: [B, T, condition]; tokens: [B, T, token], as `text_emb_layer`
        made them; time: [B]; speaker: [B, 192]; mask: [T, T] bool, who sees whom, or none; valid:
        [B, T] bool, none where no row is padded; turn: of T frames, as `rotary_embed` has them, if
        they are at hand; returns [B, T, mel].
        """
        style = torch.cat((self.time_embed(time), speaker), dim=-1)
        turn = self.rotary_embed(x.shape[1]) if turn is None else turn
        x = self.emb_concator(x, condition, tokens, valid)
        if valid is not None:
            mask = valid[:, None, None] if mask is None else mask & valid[:, None, None]
        for block in self.transformer_blocks:
            x = block(x, style, turn, mask)
        scale, shift = self.norm_out(style)
        return self.proj_out(_norm(x) * (1 + scale) + shift)


def rotate_first(x: Tensor, turn: Tensor) -> Tensor:
    """Rotate the first channels only, before the heads are cut, in place.

    The published network was trained so (flow/modules.py:262): only the first head knows positions.
    x: [B, T, D]; neighbouring channels are the pairs; turn: [T, channels / 2] complex.
    """
    first = x[..., : 2 * turn.shape[-1]]
    pairs = torch.view_as_complex(first.float().unflatten(-1, (-1, 2)))
    first.copy_(torch.view_as_real(pairs * turn).flatten(-2))
    return x


def stretched(tokens: Tensor, frames: int) -> Tensor:
    """Tokens [N] to the mel's frames by nearest: [frames]."""
    return F.interpolate(tokens[None, None].float(), size=frames, mode="nearest")[0, 0].long()


def masked(x: Tensor, valid: Tensor | None) -> Tensor:
    """x [B, T, D], with nothing where it is not valid."""
    return x if valid is None else x * valid[..., None]


def _norm(x: Tensor) -> Tensor:
    return F.layer_norm(x, x.shape[-1:], eps=1e-6)


def _sinusoids(frames: int, like: Tensor) -> Tensor:
    """Cosines beside sines of positions, [frames, D]."""
    dim = like.shape[-1]
    rates = 10_000 ** (-torch.arange(0, dim, 2, device=like.device).float() / dim)
    steps = torch.arange(frames, device=like.device).clamp(max=MAX_POSITION - 1)
    angles = torch.outer(steps.float(), rates)
    return torch.cat((angles.cos(), angles.sin()), dim=-1).to(like.dtype)
