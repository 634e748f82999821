"""Networks -> the device they compute on: the seam for a host that lends its memory in turn."""

from __future__ import annotations

from typing import Any, Protocol

import torch


class Residence(Protocol):
    """Decides where weights lie. Each group of weights is taken in once, and what is returned is
    kept as long as the weights are; it is brought before they are used.
    """

    @property
    def waiting(self) -> torch.device:
        """Where weights are loaded to."""
        ...

    def take_in(self, weights: torch.nn.Module) -> Any:
        """Be told of weights that were loaded."""
        ...

    def bring(self, *taken: Any) -> None:
        """Have all of them on the computing device at once."""
        ...


class Settled:
    """Everything is loaded to one device and stays there."""

    def __init__(self, device: torch.device) -> None:
        self.waiting = device

    def take_in(self, weights: torch.nn.Module) -> torch.nn.Module:
        return weights

    def bring(self, *taken: torch.nn.Module) -> None:
        pass
