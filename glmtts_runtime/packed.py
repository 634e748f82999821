"""Linear layers -> the same in bfloat16, laid out once for the CPU's own matrix multiplication.

Reading weights is what decoding costs. In bfloat16 they are half as large, and laid out in the
order the kernel reads them they come at the memory's full speed for up to `ROWS` rows at once, at
hardly more than the price of one. Sums are kept in float32 by the kernel, and everything between
the layers stays float32.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

ROWS = 16
"""Rows a step may have at the price of one; measured, see docs/LOG.md."""


def supported() -> bool:
    """Whether this CPU multiplies bfloat16 itself, and this torch knows how to lay weights out."""
    capable = (getattr(torch.cpu, f"_is_{unit}_supported", None) for unit in _UNITS)
    return all(hasattr(torch.ops.mkldnn, name) for name in _KERNELS) and any(
        ask is not None and ask() for ask in capable
    )


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


_KERNELS = ("_reorder_linear_weight", "_linear_pointwise")
_UNITS = ("amx_tile", "avx512_bf16")
