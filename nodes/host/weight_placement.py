"""A checkpoint -> an engine whose weights the host moves and evicts as it does its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakSet

import torch

from ...glmtts_runtime.glm_tts.device import MEASURED
from ...glmtts_runtime.glm_tts.device import precision as named_precision
from ...glmtts_runtime.glm_tts.flow.solver import Solver
from ...glmtts_runtime.glm_tts.loading import LoadPlan, open_engine
from ...glmtts_runtime.glm_tts.oom_split import SplitOnOutOfMemory
from . import comfy, folders

if TYPE_CHECKING:
    from ...glmtts_runtime.engine import Engine
    from ...glmtts_runtime.glm_tts.checkpoint.layout import Layout
    from ...glmtts_runtime.options import EngineOptions

ROOM = 2 << 30
"""Bytes to work in: keys and values of sixteen rows, and what the flow and the vocoder pass on."""
ROOM_SEQUENTIAL = 1 << 30
"""The same of four rows."""


@dataclass(frozen=True, slots=True)
class HostWeightPlacement:
    """Weights lie where the host wants them, and are on `device` when they are used.

    sequential: the networks that are not used leave the device first. Otherwise the host alone
    decides what gives way to what.
    """

    device: torch.device
    sequential: bool = False
    _registered: WeakSet[comfy.Weights] = field(default_factory=WeakSet)

    @property
    def offload_device(self) -> torch.device:
        return comfy.offload_device(self.device)

    def register(self, network: torch.nn.Module) -> comfy.Weights:
        weights = comfy.Weights(network, self.device)
        self._registered.add(weights)
        return weights

    def load(self, *registered: comfy.Weights) -> None:
        if self.sequential:
            comfy.offload(self._registered - set(registered), self.device)
        comfy.load(registered, ROOM_SEQUENTIAL if self.sequential else ROOM)


def open_in_host(layout: Layout, options: EngineOptions) -> Engine:
    """The GLM-TTS engine on the host's device or the CPU. Raises InputError."""
    on = comfy.computing_device() if options.device == "auto" else torch.device(options.device)
    if options.precision == "auto" and on.type != "cpu":
        dtype = torch.bfloat16 if comfy.likes_bfloat16(on) else torch.float32
    else:
        dtype = named_precision(on, options.precision, folders.cache() / MEASURED)
    plan = LoadPlan(
        layout=layout,
        device=on,
        dtype=dtype,
        features=folders.cache() / "features",
        history=options.history,
        solver=Solver(
            steps=options.flow_steps,
            schedule=options.flow_schedule,
            guided=options.flow_guided,
        ),
        placement=HostWeightPlacement(on, sequential=options.low_vram),
        graphs=options.graphs,
    )
    return SplitOnOutOfMemory(open_engine(plan))
