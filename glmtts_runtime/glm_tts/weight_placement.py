"""Networks -> the device they compute on: the seam for a host that lends its memory in turn."""

from __future__ import annotations

from typing import Any, Literal, Protocol, TypeAlias
from weakref import WeakSet

import torch

Phase: TypeAlias = Literal["draw", "sound", "all"]
"""What weights are wanted for: the language model's for drawing, the flow's and the vocoders' for
sounding, or both side by side."""


class Residence(Protocol):
    """Decides where weights lie. Each group of weights is taken in once, and what is returned is
    kept as long as the weights are; it is brought before they are used.
    """

    @property
    def in_turns(self) -> bool:
        """Whether drawing and sounding should take turns, for want of room for both."""
        ...

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

    in_turns = False

    def __init__(self, device: torch.device) -> None:
        self.waiting = device

    def take_in(self, weights: torch.nn.Module) -> torch.nn.Module:
        return weights

    def bring(self, *taken: torch.nn.Module) -> None:
        pass


class InTurns:
    """Only what computes is on the device. Everything stays in main memory as well, so that leaving
    the device costs nothing, and coming back one copy.
    """

    in_turns = True
    waiting = torch.device("cpu")

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._every: WeakSet[Lodged] = WeakSet()

    def take_in(self, weights: torch.nn.Module) -> Lodged:
        lodged = Lodged(weights)
        self._every.add(lodged)
        return lodged

    def bring(self, *taken: Lodged) -> None:
        for lodged in self._every:
            if lodged not in taken:
                lodged.leave()
        for lodged in taken:
            lodged.come(self._device)


class Lodged:
    """One network, and its weights as they lie in main memory."""

    def __init__(self, network: torch.nn.Module) -> None:
        tensors = (*network.parameters(), *network.buffers())
        self._tensors = [(tensor, tensor.data) for tensor in tensors]
        self.here = False

    def come(self, device: torch.device) -> None:
        if not self.here:
            for tensor, kept in self._tensors:
                tensor.data = kept.to(device)
        self.here = True

    def leave(self) -> None:
        if self.here:
            for tensor, kept in self._tensors:
                tensor.data = kept
        self.here = False
