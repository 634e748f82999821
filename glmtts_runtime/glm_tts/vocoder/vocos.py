"""Mel -> 32 kHz wave: the published TorchScript generator and the scale it wants."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

SHIFT = -7.847762537473608
"""Added to the log-mel, which the generator was trained on in another scale (vocos_util.py:8)."""


class Vocos:
    """The generator; `program` is the loaded archive."""

    def __init__(self, program: Any) -> None:
        self.program = program

    def __call__(self, mel: Tensor) -> Tensor:
        """mel: [B, 80, T]; returns [B, samples]."""
        if mel.shape[-1] == 1:  # the generator needs two frames
            mel = torch.cat((mel, mel), dim=-1)
        wave: Tensor = self.program(mel.mT + SHIFT)
        return wave.flatten(1)
