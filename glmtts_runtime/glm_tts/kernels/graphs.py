"""Work that only moves numbers on a CUDA device -> a recording of its kernels, replayed.

Launching the kernels of one decoding step takes longer than running them. A recording is launched
at once. What is recorded reads and writes the same tensors every time, and waits for nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable
from typing import Any

import torch

MOST = 64
"""Recordings kept; beyond, all are let go and made anew as they are needed."""

_log = logging.getLogger(__name__)


class Graphs:
    """Recordings by the shapes they were made of. Elsewhere than on CUDA work is simply done."""

    def __init__(self, device: torch.device, *, enabled: bool = True) -> None:
        self.enabled = enabled and device.type == "cuda"
        self._device = device
        self._warm: set[Hashable] = set()
        self._recorded: dict[Hashable, torch.cuda.CUDAGraph] = {}
        self._pool: Any = None  # what recordings work in, one after the other

    def __len__(self) -> int:
        return len(self._recorded)

    def run(self, key: Hashable, work: Callable[[], None]) -> None:
        """Do the work of these shapes: the first time plainly, so that libraries are set up; then
        recorded and replayed. Where recording fails it is done plainly from then on.
        """
        if not self.enabled:
            work()
        elif key in self._recorded:
            self._recorded[key].replay()
        elif key not in self._warm:
            self._warm.add(key)
            work()
        else:
            self._record(key, work)

    def clear(self) -> None:
        """Forget all recordings: the tensors they used are no more."""
        self._recorded.clear()
        self._warm.clear()
        self._pool = None

    def _record(self, key: Hashable, work: Callable[[], None]) -> None:
        if len(self._recorded) == MOST:
            self.clear()
        graph = torch.cuda.CUDAGraph()
        self._pool = self._pool or torch.cuda.graph_pool_handle()
        try:
            # Other threads may use the device meanwhile; only this one is recorded.
            with torch.cuda.graph(graph, pool=self._pool, capture_error_mode="thread_local"):
                work()
        except torch.OutOfMemoryError:
            raise
        except RuntimeError as error:
            _log.warning("decoding is not recorded on this device, and slower: %s", error)
            self.enabled = False
            self.clear()
            work()
            return
        self._recorded[key] = graph
        graph.replay()
