"""A mono wave: what an engine makes and a reference is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Wave:
    """Mono sound."""

    samples: Samples
    """[T] float32, full scale is 1.0"""
    rate: int
    """Hz"""

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate
