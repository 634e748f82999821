"""python -m bench: how fast GLM-TTS speaks here, as a table, JSON and a picture.

Without a checkpoint of your own one of random weights is made: what it says is noise, but it takes
the same time, its lines being forced to a length. Compare only numbers of one run.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

import torch
from comfyui_glmtts.glmtts_runtime.glm_tts.checkpoint.synth import synth
from comfyui_glmtts.glmtts_runtime.glm_tts.device import device, precision
from comfyui_glmtts.glmtts_runtime.glm_tts.flow.solver import Solver
from comfyui_glmtts.glmtts_runtime.options import Schedule

from . import picture, speech, versus
from .load import told
from .machine import measured


def main() -> None:
    """Measure and print."""
    options = _options()
    print(told())
    on = device(options.device)
    options.lines = options.lines or ((1, 4, 16, 64) if on.type == "cuda" else (1, 4, 16))
    dtype = precision(on, options.precision)
    length = None if options.checkpoint else options.seconds
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.checkpoint or _made(Path(scratch) / "checkpoint", options.size)
        machine = measured(on, torch.bfloat16 if dtype == torch.int8 else dtype)
        engine, found = speech.opened(
            folder,
            on,
            dtype,
            solver=Solver(
                steps=options.flow_steps,
                schedule=options.flow_schedule,
                guided=options.flow_guided,
            ),
            low_vram=options.low_vram,
        )
        speech.measure(engine, found, options.lines, length, machine)
        report: dict[str, Any] = {"machine": asdict(machine), "found": asdict(found)}
        if options.against:
            pairs = versus.compared(
                options.against, folder, engine, options.lines, options.seconds, options.repeats
            )
            report["upstream"] = {
                count: [asdict(pair) for pair in found] for count, found in pairs.items()
            }
    print(_table(report))
    print(told())
    if options.against:
        print(*versus.rows(pairs), sep="\n")
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    if options.picture:
        picture.draw(report, options.picture)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--checkpoint", type=Path, help="a real one; lines end of themselves")
    parser.add_argument("--size", default="half", choices=("tiny", "half", "full"))
    parser.add_argument("--seconds", type=float, default=4.0, help="of speech a line is forced to")
    parser.add_argument("--lines", type=_counts, help="at once: 1,4,16,64")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--precision", default="auto")
    parser.add_argument("--flow-steps", type=int, default=10)
    parser.add_argument("--flow-schedule", default="cosine", choices=get_args(Schedule))
    parser.add_argument("--flow-guided", type=int, default=100)
    parser.add_argument("--low-vram", action="store_true")
    parser.add_argument("--against", type=Path, metavar="DIR", help="upstream's folder")
    parser.add_argument("--repeats", type=int, default=3, help="of upstream and ours in turn")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--picture", type=Path, metavar="FILE.png")
    return parser.parse_args()


def _counts(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


def _made(folder: Path, size: Any) -> Path:
    synth(folder, size, seed=0, report=lambda name: print(f"making {name}", file=sys.stderr))
    return folder


def _table(report: dict[str, Any]) -> str:
    machine, found = report["machine"], report["found"]
    rows = [
        f"{machine['device']}, {found['precision']}",
        f"  copy {machine['copy'] / 1e9:.1f} GB/s, weights read {machine['read'] / 1e9:.1f} GB/s, "
        f"product {machine['flops'] / 1e9:.0f} GFLOP/s",
        f"  loaded in {found['load']:.2f} s, weights {found['weights'] / 2**20:.0f} MiB, "
        f"peak {found['peak'] / 2**20:.0f} MiB",
        f"  first sound after {found['first']:.2f} s",
        f"  a token of a lone line {1e3 * found['step']:.1f} ms, "
        f"{100 * found['bandwidth']:.0f} % of the bandwidth",
        f"  a line's flow {1e3 * found['flow']:.0f} ms, {100 * found['flow_rate']:.0f} % of the "
        f"product's rate; vocoder {1e3 * found['vocoder']:.0f} ms, "
        f"{100 * found['vocoder_rate']:.0f} %",
        "          work per second of speech:",
        "  lines   all       flow     vocoder   tokens/s",
    ]
    for count, spoken in found["spoken"].items():
        row = (
            f"  {count:5}   {spoken['work']:.4f}    {spoken['flow']:.4f}   {spoken['vocoder']:.4f} "
            f"{spoken['tokens']:10.1f}"
        )
        rows.append(row)
    return "\n".join(rows)


if __name__ == "__main__":
    main()
