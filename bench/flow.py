"""python -m bench.flow: what fewer steps, other schedules and narrow products do to a mel.

The mel is compared with that of many steps in float32, and with that of as many steps in float32.
With random weights the first says how fast the solver converges on a field of this kind, not how
speech sounds.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from comfyui_glmtts.glmtts_runtime.glm_tts.acoustic_model import AcousticRequest
from comfyui_glmtts.glmtts_runtime.glm_tts.checkpoint.layout import Layout, find
from comfyui_glmtts.glmtts_runtime.glm_tts.checkpoint.synth import synth
from comfyui_glmtts.glmtts_runtime.glm_tts.device import device
from comfyui_glmtts.glmtts_runtime.glm_tts.engine import GlmEngine
from comfyui_glmtts.glmtts_runtime.glm_tts.flow.solver import Flow, FlowInput, Solver, solve
from comfyui_glmtts.glmtts_runtime.glm_tts.loading import LoadPlan, open_engine
from comfyui_glmtts.glmtts_runtime.options import Schedule

from .machine import synchronise
from .work import lines

FINE = 128
STEPS = (2, 4, 6, 8, 10, 16, 32)
SCHEDULES: tuple[Schedule, ...] = ("cosine", "uniform", "pruned")
GUIDED = (100, 70, 50, 30, 0)
"""Percent of the steps that are guided, for 10 steps by cosine and 7 pruned ones."""


@torch.inference_mode()
def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.flow", description=__doc__)
    parser.add_argument("--checkpoint", type=Path)
    parser.add_argument("--size", default="half", choices=("tiny", "half", "full"))
    parser.add_argument("--device", default="auto")
    options = parser.parse_args()
    on = device(options.device)
    with tempfile.TemporaryDirectory() as scratch:
        layout = find(options.checkpoint) if options.checkpoint else Layout(Path(scratch) / "made")
        if not options.checkpoint:
            synth(layout.folder, options.size)
        plain = open_engine(LoadPlan(layout=layout, device=on, dtype=torch.float32))
        narrow = open_engine(LoadPlan(layout=layout, device=on, dtype=torch.bfloat16))
        given = _utterance(plain)
        (finest,) = solve(plain.acoustic.flow, [given], Solver(steps=FINE))
        print(f"decibels of difference, root mean square; {on}")
        print("  steps  schedule   from the finest   bfloat16 from float32    float32   bfloat16")
        for schedule in SCHEDULES:
            for steps in STEPS:
                asked = Solver(steps=steps, schedule=schedule)
                wide, slow = _timed(plain.acoustic.flow, given, asked)
                close, fast = _timed(narrow.acoustic.flow, given, asked)
                print(
                    f"  {steps:5}  {schedule:8}   {_decibels(wide - finest):15.3f}   "
                    f"{_decibels(close - wide):21.3f}   {slow:6.2f} s   {fast:6.2f} s"
                )
        _unguided(plain.acoustic.flow, given, finest)


def _unguided(flow: Flow, given: FlowInput, finest: torch.Tensor) -> None:
    """What leaving guidance out of the last steps does."""
    print("  steps  schedule   guided   from the finest   from all guided   CPU seconds")
    for steps, schedule in ((10, "cosine"), (7, "pruned")):
        whole = None
        for guided in GUIDED:
            asked = Solver(steps=steps, schedule=schedule, guided=guided)  # type: ignore[arg-type]
            start = time.process_time()
            (mel,) = solve(flow, [given], asked)
            spent = time.process_time() - start
            whole = mel if whole is None else whole
            print(
                f"  {steps:5}  {schedule:8}   {guided:4} %   {_decibels(mel - finest):15.3f}   "
                f"{_decibels(mel - whole):15.3f}   {spent:8.2f} s"
            )


def _utterance(engine: GlmEngine) -> FlowInput:
    (request,) = lines(1, 4.0).requests
    features = engine.references(request.voice)
    tokens = (features.tokens.tolist() * 4)[:100]
    asked = AcousticRequest(tokens=tokens, features=features, sample_rate=24_000, rate=1.0, seed=0)
    return engine.acoustic.flow_input(asked)


def _timed(flow: Flow, given: FlowInput, asked: Solver) -> tuple[torch.Tensor, float]:
    place = given.noise.device
    synchronise(place)
    start = time.perf_counter()
    (mel,) = solve(flow, [given], asked)
    synchronise(place)
    return mel, time.perf_counter() - start


def _decibels(difference: torch.Tensor) -> float:
    return 20 / np.log(10) * float(difference.pow(2).mean().sqrt())


if __name__ == "__main__":
    main()
