"""Linear layers -> the same with weights of eight bits, for machines short of memory or bandwidth.

Each row of a layer is rounded to a 255th of twice its largest weight. Sums are those of the plain
layer; what is multiplied stays as it was (weight-only).
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

FEW = 24
"""Rows up to which torch's own kernel is faster than rounding back; measured, see docs/LOG.md."""


def quantize(network: nn.Module) -> None:
    """Replace every linear layer below a network, in place; the plain weights are let go."""
    for name, child in list(network.named_children()):
        if isinstance(child, nn.Linear):
            setattr(network, name, QuantizedLinear(child))
        else:
            quantize(child)


class QuantizedLinear(nn.Module):
    """`nn.Linear` without a bias; its weights move with the network."""

    weight: Tensor  # [out, in] int8
    scale: Tensor  # [out]
    ones: Tensor  # [out], what the kernel multiplies by

    def __init__(self, plain: nn.Linear) -> None:
        super().__init__()
        assert plain.bias is None, "layers with a bias are not quantized"
        wide = plain.weight.detach().float()
        scale = wide.abs().amax(dim=1).clamp(min=1e-12) / 127
        self.register_buffer("weight", (wide / scale[:, None]).round().to(torch.int8))
        self.register_buffer("scale", scale)
        self.register_buffer("ones", torch.ones_like(scale, dtype=torch.bfloat16))

    def forward(self, x: Tensor) -> Tensor:
        """x: [..., in]; returns [..., out] in the same type."""
        rows = x.flatten(0, -2)
        if len(rows) <= FEW and has_kernel(x.device):
            # Only for bfloat16 is the kernel of a CPU a fast one.
            narrow = rows.to(torch.bfloat16).contiguous()
            done = torch.ops.aten._weight_int8pack_mm(narrow, self.weight, self.ones)
        else:
            done = F.linear(rows, self.weight.to(x.dtype))
        return (done * self.scale).to(x.dtype).unflatten(0, x.shape[:-1])


def has_kernel(device: torch.device) -> bool:
    """Whether this torch multiplies by weights of eight bits on the device as they are."""
    key = device.type.upper()
    return torch._C._dispatch_has_kernel_for_dispatch_key("aten::_weight_int8pack_mm", key)
