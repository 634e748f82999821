"""Block sizes -> who sees whom: the block-causal mask that streaming was trained with."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

WIDE = 172
"""Mel frames; a larger block looks further ahead (utils/block_mask_util.py:33)."""


def mel_block(tokens: int) -> int:
    """Mel frames the mask counts for a block of tokens.

    The network was trained with this conversion (12.5 tokens per second, 22.05 kHz, hop 256), which
    is not the checkpoint's real rate; the mask must keep it.
    """
    return int(tokens / 12.5 * 22050 / 256)


def block_mask(blocks: Sequence[int], length: int, device: torch.device | None = None) -> Tensor:
    """Each frame sees all before it, its whole block, and at least half a block ahead.

    blocks: mel frames per block, the last one repeating; returns [length, length] bool, rows see
    columns.
    """
    reach: list[int] = []
    start, index = 0, 0
    while len(reach) < length:
        size = blocks[min(index, len(blocks) - 1)]
        ahead = int(size / 2) if size <= WIDE else int(size / 1.5)
        end = start + size
        reach += [max(end, frame + 1 + ahead) for frame in range(start, end)]
        start, index = end, index + 1
    columns = torch.arange(length, device=device)
    return columns[None, :] < torch.tensor(reach[:length], device=device)[:, None]
