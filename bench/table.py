"""python -m bench.table: one table of this machine, every engine by how many lines there are.

Each cell is several processes of their own, the engines in turn: so memory is one engine's, and
what else the machine does falls on all. GLM-TTS has random weights unless it is given a checkpoint.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from comfyui_glmtts.audio.wave import Wave
from comfyui_glmtts.glmtts_runtime.engines import open_engine
from comfyui_glmtts.glmtts_runtime.options import EngineOptions
from comfyui_glmtts.glmtts_runtime.runtime import shared
from comfyui_glmtts.machine import processor
from comfyui_glmtts.mistakes import Place
from comfyui_glmtts.progress import unwatched

from .load import peak, told, work
from .work import forced, lines

ENGINES = ("preview", "kokoro", "glm-tts")
SECONDS = 4.0
"""That a line of random weights is forced to."""


@dataclass(frozen=True, slots=True)
class Cost:
    """One process: an engine opened, some lines spoken."""

    opened: float
    """s until it had spoken one line, loading and all"""
    first: float
    """s until the first line was there"""
    wall: float
    """s for a second of speech"""
    cpu: float
    """CPU seconds for a second of speech, those of processes it starts too"""
    peak: float
    """MiB"""


def main() -> None:
    """Measure and print."""
    options = _options()
    if options.alone:
        engine, count = options.alone
        print(json.dumps(asdict(alone(engine, int(count), options.checkpoint, options.seconds))))
        return
    before = told()
    with tempfile.TemporaryDirectory() as scratch:
        given = _weights(options, Path(scratch))
        cases = [(e, n) for n in options.lines.split(",") for e in options.engines.split(",")]
        found: dict[tuple[str, str], list[Cost]] = {case: [] for case in cases}
        for _ in range(options.repeats):
            for case in cases:
                found[case].append(_measured(*case, given))
    print(f"{processor()}\nbefore: {before}\nafter:  {told()}")
    print("\n".join(rows(found)))
    if options.json:
        costs = [{"case": case, "costs": [*map(asdict, some)]} for case, some in found.items()]
        report = {"machine": processor(), "before": before, "found": costs}
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.table", description=__doc__)
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--lines", default="1,16", help="at once: 1,4,16")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--size", default="half", choices=("tiny", "half", "full"))
    parser.add_argument("--checkpoint", type=Path, help="a real one; lines end of themselves")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--alone", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=float, help=argparse.SUPPRESS)
    return parser.parse_args()


def _weights(options: argparse.Namespace, scratch: Path) -> Sequence[str]:
    """What a process is told of the weights."""
    if options.checkpoint or "glm-tts" not in options.engines:
        return ["--checkpoint", str(options.checkpoint)] if options.checkpoint else []
    from comfyui_glmtts.glmtts_runtime.glm_tts.checkpoint.synth import synth

    made = synth(scratch / "checkpoint", options.size).folder
    return ["--checkpoint", str(made), "--seconds", str(SECONDS)]


def _measured(engine: str, count: str, given: Sequence[str]) -> Cost:
    program = [sys.executable, "-m", __spec__.name, "--alone", engine, count, *given]
    done = subprocess.run(program, check=True, stdout=subprocess.PIPE, text=True)
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


def alone(engine: str, count: int, checkpoint: Path | None, seconds: float | None) -> Cost:
    """What an engine costs in this process, which has done nothing else yet."""
    asked = EngineOptions(engine=engine, checkpoint=checkpoint)  # type: ignore[arg-type]
    start = time.perf_counter()
    begun, first, speech = work(), 0.0, 0.0
    with closing(open_engine(asked, Place)) as opened:
        length = seconds if engine == "glm-tts" else None
        given = lines(count, length)
        with forced(given.tokens):
            once = lines(1, length).requests  # weights are loaded, the voice is heard
            list(opened.synthesize(once, progress=unwatched, cancel=unwatched))
            ready, prepared = time.perf_counter() - start, work()
            start = time.perf_counter()
            for outcome in opened.synthesize(given.requests, progress=unwatched, cancel=unwatched):
                first = first or time.perf_counter() - start
                assert isinstance(outcome.result, Wave), outcome.result
                speech += outcome.result.seconds
            took = time.perf_counter() - start
    shared().close()
    # A process of the engine's is counted when it has ended, so with what it did before.
    spent = work() - (prepared if engine != "preview" else begun)
    return Cost(ready, first, took / speech, spent / speech, peak() / 2**20)


def rows(found: dict[tuple[str, str], list[Cost]]) -> list[str]:
    """The table: medians, and from what to what the CPU seconds went."""
    names = ("opened s", "first s", "wall s/s", "CPU s/s", "peak MiB")
    told = ["engine    lines  " + "  ".join(f"{name:>9}" for name in names) + "   CPU s/s spread"]
    for (engine, count), costs in found.items():
        middles = [statistics.median(getattr(c, f.name) for c in costs) for f in fields(Cost)]
        cpu = [cost.cpu for cost in costs]
        shown = "  ".join(f"{value:9.3f}" if value < 100 else f"{value:9.0f}" for value in middles)
        told.append(f"{engine:9} {count:>5}  {shown}   {min(cpu):.3f}–{max(cpu):.3f}")
    return told


if __name__ == "__main__":
    main()
