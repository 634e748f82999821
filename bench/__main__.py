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
from comfyui_glmtts.glmtts_runtime.glm_tts.checkpoint.layout import find
from comfyui_glmtts.glmtts_runtime.glm_tts.checkpoint.synth import synth
from comfyui_glmtts.glmtts_runtime.glm_tts.device import device, precision
from comfyui_glmtts.glmtts_runtime.glm_tts.engine import GlmEngine
from comfyui_glmtts.glmtts_runtime.glm_tts.flow.solver import Solver
from comfyui_glmtts.glmtts_runtime.options import Schedule

from . import picture, speech, upstream
from .machine import measured
from .work import lines


def main() -> None:
    """Measure and print."""
    options = _options()
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
            solver=Solver(steps=options.flow_steps, schedule=options.flow_schedule),
            low_vram=options.low_vram,
        )
        speech.measure(engine, found, options.lines, length, machine)
        report: dict[str, Any] = {"machine": asdict(machine), "found": asdict(found)}
        if options.against:
            report["upstream"] = _against(options.against, folder, engine, options)
    print(_table(report))
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
    parser.add_argument("--low-vram", action="store_true")
    parser.add_argument("--against", type=Path, metavar="DIR", help="upstream's folder")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--picture", type=Path, metavar="FILE.png")
    return parser.parse_args()


def _counts(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


def _made(folder: Path, size: Any) -> Path:
    synth(folder, size, seed=0, report=lambda name: print(f"making {name}", file=sys.stderr))
    return folder


def _against(
    folder: Path, checkpoint: Path, engine: GlmEngine, options: argparse.Namespace
) -> dict[int, Any]:
    """Upstream's times by how many lines there were."""
    layout = find(checkpoint)
    with upstream.inside(folder, layout.folder):
        other = upstream.loaded(layout, engine)
        upstream.speak(other, engine, lines(1, 1.0))
        return {
            count: asdict(times) | {"whole": times.whole}
            for count in options.lines
            for times in [upstream.speak(other, engine, lines(count, options.seconds))]
        }


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
    other = report.get("upstream", {})
    for count, spoken in found["spoken"].items():
        row = (
            f"  {count:5}   {spoken['work']:.4f}    {spoken['flow']:.4f}   {spoken['vocoder']:.4f} "
            f"{spoken['tokens']:10.1f}"
        )
        if count in other:
            row += "   " + _ratios(other[count], spoken)
        rows.append(row)
    return "\n".join(rows)


def _ratios(theirs: dict[str, Any], ours: dict[str, Any]) -> str:
    """How many times as long upstream takes, as a whole and module by module."""
    drawing = ours["work"] - ours["flow"] - ours["vocoder"]
    llm, flow, vocoder = (theirs[name] / theirs["speech"] for name in ("llm", "flow", "vocoder"))
    return (
        f"upstream {theirs['whole']:.4f}, {theirs['whole'] / ours['work']:.1f} times as long "
        f"(language model {llm / drawing:.1f}, flow {flow / ours['flow']:.1f}, "
        f"vocoder {vocoder / ours['vocoder']:.1f})"
    )


if __name__ == "__main__":
    main()
