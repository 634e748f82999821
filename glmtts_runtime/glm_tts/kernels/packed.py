"""Linear layers -> the same in bfloat16, laid out once for the CPU's own matrix multiplication.

Reading weights is what decoding costs. In bfloat16 they are half as large, and laid out in the
order the kernel reads them they come at the memory's full speed for up to `ROWS` rows at once, at
hardly more than the price of one. Sums are kept in float32 by the kernel, and everything between
the layers stays float32.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import torch
from torch import Tensor, nn

ROWS = 16
"""Rows a step may have at the price of one; measured, see docs/LOG.md."""

CACHED = 1 << 19
"""Attention scores worked on at once: a megabyte of them."""


def has_tiles() -> bool:
    """Whether this CPU has AMX, whose kernels want other shapes than AVX-512's."""
    return bool(getattr(torch.cpu, "_is_amx_tile_supported", bool)())


@cache
def has_kernel() -> bool:
    """Whether this torch has the kernel on this CPU, found out by using it."""
    try:
        weight = torch.ones((32, 32), dtype=torch.bfloat16)
        packed = torch.ops.mkldnn._reorder_linear_weight(weight, ROWS)
        torch.ops.mkldnn._linear_pointwise(weight[:1], packed, None, "none", [], "")
    except (AttributeError, RuntimeError):  # this torch has no such operation, or the CPU none
        return False
    return True


def supported() -> bool:
    """Whether the kernel is there, and the CPU multiplies bfloat16 itself: one that does not only
    imitates it, slower than float32.
    """
    units = (getattr(torch.cpu, f"_is_{unit}_supported", bool) for unit in _UNITS)
    return has_kernel() and any(ask() for ask in units)


def pack(network: nn.Module) -> None:
    """Replace every linear layer below a network, in place; the plain weights are let go.

    A GELU that follows in a row of layers is left to the kernel.
    """
    children = list(network.named_children())
    for index, (name, child) in enumerate(children):
        if isinstance(child, nn.Linear):
            then, after = (*children, ("", None))[index + 1]
            if isinstance(network, nn.Sequential) and isinstance(after, nn.GELU):
                setattr(network, name, PackedLinear(child, after.approximate))
                setattr(network, then, nn.Identity())
            else:
                setattr(network, name, PackedLinear(child))
        else:
            pack(child)


def stored(network: nn.Module) -> int:
    """Bytes of a network's weights, laid out or not."""
    plain = sum(value.nbytes for value in network.state_dict().values())
    return plain + sum(m.nbytes for m in network.modules() if isinstance(m, PackedLinear))


class PackedLinear(nn.Module):
    """`nn.Linear` over weights laid out for the kernel; they are no parameter and do not move."""

    def __init__(self, plain: nn.Linear, gelu: str | None = None) -> None:
        """gelu: how the one that follows is approximated, None for none."""
        super().__init__()
        weight = plain.weight.detach().to(torch.bfloat16)
        self.nbytes = weight.nbytes
        self.packed: Any = torch.ops.mkldnn._reorder_linear_weight(weight.contiguous(), ROWS)
        self.bias = None if plain.bias is None else plain.bias.detach().to(torch.bfloat16)
        self.bend = ("none", "") if gelu is None else ("gelu", gelu)

    def forward(self, x: Tensor) -> Tensor:
        """x: [..., in] of any float type; returns [..., out] in the same."""
        kind, how = self.bend
        narrow = x.to(torch.bfloat16).contiguous()
        done: Tensor = torch.ops.mkldnn._linear_pointwise(
            narrow, self.packed, self.bias, kind, [], how
        )
        return done.to(x.dtype)


def attention_in_products(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """Attention as two matrix products a few heads at a time, so that scores stay in the cache.

    query, key, value: [B, H, T, D] in bfloat16; returns [B, H, T, D]. The mean key is taken from
    every key, which changes no weight and leaves scores small enough to be rounded (SageAttention,
    arXiv 2410.02367).
    """
    key = key - key.mean(dim=2, keepdim=True)
    queries, keys, values = (x.flatten(0, 1) for x in (query * query.shape[-1] ** -0.5, key, value))
    attended = torch.empty_like(queries, memory_format=torch.contiguous_format)
    count = max(1, CACHED // query.shape[2] ** 2)
    for start in range(0, len(queries), count):
        part = slice(start, start + count)
        weights = torch.bmm(queries[part], keys[part].mT).softmax(dim=-1)
        torch.bmm(weights, values[part], out=attended[part])
    return attended.unflatten(0, query.shape[:2])


_UNITS = ("amx_tile", "avx512_bf16")
