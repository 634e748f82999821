"""Weight-normalised tensors of a state dict -> plain weights."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

SPELLINGS = (
    (".parametrizations.weight.original0", ".parametrizations.weight.original1"),
    (".weight_g", ".weight_v"),
)
"""Magnitude and direction, as newer and as older PyTorch name them."""


def folded(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The state with every magnitude and direction multiplied out into one `.weight`."""
    plain = dict(state)
    for magnitude, direction in SPELLINGS:
        for name in [name for name in plain if name.endswith(magnitude)]:
            stem = name.removesuffix(magnitude)
            g, v = plain.pop(name), plain.pop(stem + direction)
            plain[stem + ".weight"] = torch._weight_norm(v, g, 0)
    return plain
