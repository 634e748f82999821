"""A checkpoint -> an engine whose weights the host moves and evicts as it does its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from ...glmtts_runtime.glm_tts.device import precision as named_precision
from ...glmtts_runtime.glm_tts.flow.solver import Solver
from ...glmtts_runtime.glm_tts.loading import open_engine
from ...glmtts_runtime.glm_tts.oom_split import Halving
from . import comfy, folders

if TYPE_CHECKING:
    from ...glmtts_runtime.engine import Engine
    from ...glmtts_runtime.glm_tts.checkpoint.layout import Layout
    from ...glmtts_runtime.options import EngineOptions

ROOM = 2 << 30
"""Bytes to work in: keys and values of sixteen rows, and what the flow and the vocoder pass on."""


@dataclass(frozen=True, slots=True)
class HostResidence:
    """Weights wait where the host wants them, and are on `device` when they are used."""

    device: torch.device
    in_turns = False  # the host decides what gives way to what

    @property
    def waiting(self) -> torch.device:
        return comfy.waiting_device(self.device)

    def take_in(self, weights: torch.nn.Module) -> comfy.Weights:
        return comfy.Weights(weights, self.device)

    def bring(self, *taken: comfy.Weights) -> None:
        comfy.bring(taken, ROOM)


def open_in_host(layout: Layout, options: EngineOptions) -> Engine:
    """The GLM-TTS engine on the host's device or the CPU. Raises InputError."""
    on = comfy.computing_device() if options.device == "auto" else torch.device(options.device)
    if options.precision == "auto" and on.type != "cpu":
        dtype = torch.bfloat16 if comfy.likes_bfloat16(on) else torch.float32
    else:
        dtype = named_precision(on, options.precision)
    engine = open_engine(
        layout,
        device=on,
        dtype=dtype,
        features=folders.cache() / "features",
        history=options.history,
        solver=Solver(steps=options.flow_steps, schedule=options.flow_schedule),
        residence=HostResidence(on),
        graphs=options.graphs,
    )
    return Halving(engine)
