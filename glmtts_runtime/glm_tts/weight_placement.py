"""Networks -> the device they compute on: the seam for a host that lends its memory in turn."""

from __future__ import annotations

from typing import Any, Literal, Protocol, TypeAlias
from weakref import WeakSet

import torch

WeightGroup: TypeAlias = Literal["llm", "acoustic", "all"]
"""The weights of the language model, those of the flow and the vocoders, or both side by side."""


class WeightPlacement(Protocol):
    """Decides where weights lie. Each network is registered once, and what is returned is kept as
    long as the network is; it is loaded before the network is used.
    """

    @property
    def sequential(self) -> bool:
        """Whether decoding and synthesis should take turns, for want of room for both."""
        ...

    @property
    def offload_device(self) -> torch.device:
        """Where weights are read to, and lie while they are not used."""
        ...

    def register(self, network: torch.nn.Module) -> Any:
        """Be told of a network whose weights were read."""
        ...

    def load(self, *registered: Any) -> None:
        """Have the weights of all of them on the computing device at once."""
        ...


class Resident:
    """Everything is read to one device and stays there."""

    sequential = False

    def __init__(self, device: torch.device) -> None:
        self.offload_device = device

    def register(self, network: torch.nn.Module) -> torch.nn.Module:
        return network

    def load(self, *registered: torch.nn.Module) -> None:
        pass


class SequentialOffload:
    """Only what computes is on the device. Everything stays in main memory as well, so that leaving
    the device costs nothing, and coming back one copy.
    """

    sequential = True
    offload_device = torch.device("cpu")

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._every: WeakSet[Offloadable] = WeakSet()

    def register(self, network: torch.nn.Module) -> Offloadable:
        offloadable = Offloadable(network)
        self._every.add(offloadable)
        return offloadable

    def load(self, *registered: Offloadable) -> None:
        for offloadable in self._every:
            if offloadable not in registered:
                offloadable.offload()
        for offloadable in registered:
            offloadable.load(self._device)


class Offloadable:
    """One network, and its weights as they lie in main memory."""

    def __init__(self, network: torch.nn.Module) -> None:
        tensors = (*network.parameters(), *network.buffers())
        self._tensors = [(tensor, tensor.data) for tensor in tensors]
        self.loaded = False

    def load(self, device: torch.device) -> None:
        if not self.loaded:
            for tensor, kept in self._tensors:
                tensor.data = kept.to(device)
        self.loaded = True

    def offload(self) -> None:
        if self.loaded:
            for tensor, kept in self._tensors:
                tensor.data = kept
        self.loaded = False
