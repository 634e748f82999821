"""A network at work -> the multiplications and additions it cannot do without."""

from __future__ import annotations

from collections.abc import Callable

import torch
from comfyui_glmtts.glmtts_runtime.glm_tts.flow.dit import Attention
from comfyui_glmtts.glmtts_runtime.glm_tts.kernels.packed import PackedLinear
from torch import nn


def operations(network: nn.Module, work: Callable[[], object]) -> int:
    """Floating-point operations of matrix products, convolutions and attention while it works."""
    total = 0

    def seen(module: nn.Module, given: tuple[torch.Tensor, ...], made: torch.Tensor) -> None:
        nonlocal total
        total += _of(module, given[0], made)

    hooks = [module.register_forward_hook(seen) for module in network.modules()]
    try:
        work()
    finally:
        for hook in hooks:
            hook.remove()
    return total


def _of(module: nn.Module, given: torch.Tensor, made: torch.Tensor) -> int:
    if isinstance(module, (nn.Linear, PackedLinear)):
        return 2 * given.numel() * made.shape[-1]
    if isinstance(module, nn.Conv1d):
        each = module.in_channels // module.groups * module.kernel_size[0]
        return 2 * made.numel() * each
    if isinstance(module, nn.ConvTranspose1d):
        return 2 * given.numel() * module.out_channels * module.kernel_size[0]
    if isinstance(module, Attention):
        rows, frames, width = given.shape
        return 4 * rows * frames * frames * width
    return 0
