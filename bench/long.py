"""python -m bench.long: whether an hour of speech costs sixty times a minute, and no more memory.

As a script of lines, whose waves are let go as they come, and as one text, whose wave is the only
thing that may grow. Weights are random and tiny unless a checkpoint is given.
"""

from __future__ import annotations

import argparse
import multiprocessing
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from comfyui_glmtts.audio.wave import Wave
from comfyui_glmtts.glmtts_runtime.engine import SpeechRequest
from comfyui_glmtts.glmtts_runtime.glm_tts.checkpoint.layout import find
from comfyui_glmtts.glmtts_runtime.glm_tts.checkpoint.synth import synth
from comfyui_glmtts.glmtts_runtime.glm_tts.device import device, precision
from comfyui_glmtts.glmtts_runtime.glm_tts.loading import LoadPlan, open_engine
from comfyui_glmtts.progress import unwatched
from comfyui_glmtts.pronunciation.reader import Reader

from .machine import peak
from .work import TEXT, forced, lines

MINUTES = (1, 4, 15, 60)
EACH = 8.0
"""s of speech a piece is forced to"""


def main() -> None:
    """Measure each length in a process of its own, whose peak is then its own."""
    parser = argparse.ArgumentParser(prog="python -m bench.long", description=__doc__)
    parser.add_argument("--checkpoint", type=Path)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--minutes", type=int, nargs="+", default=MINUTES)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.checkpoint or Path(scratch) / "made"
        if not options.checkpoint:
            synth(folder, "tiny")
        print("  minutes  as       work per second   peak       waves themselves")
        alone = multiprocessing.get_context("spawn")
        for kind in ("lines", "text"):
            for minutes in options.minutes:
                with alone.Pool(1) as pool:
                    work, most, held = pool.apply(
                        _measured, (folder, options.device, kind, minutes)
                    )
                print(
                    f"  {minutes:7}  {kind:6}   {work:13.4f}   {most / 2**20:5.0f} MiB   "
                    f"{held / 2**20:5.0f} MiB"
                )


def _measured(folder: Path, where: str, kind: str, minutes: int) -> tuple[float, int, int]:
    """Seconds of work for a second of speech, bytes held at most, bytes of the longest wave."""
    on = device(where)
    engine = open_engine(LoadPlan(layout=find(folder), device=on, dtype=precision(on)))
    (first,) = lines(1, EACH).requests
    count = round(60 * minutes / EACH)
    if kind == "text":
        # Two sentences fill a piece.
        requests: object = [replace(first, spoken=Reader().read(TEXT * 2 * count))]
    else:
        requests = _scripted(first, count)
    spoken, longest = 0.0, 0
    with forced(round(EACH * 25)):
        start = time.perf_counter()
        for outcome in engine.synthesize(
            requests,  # type: ignore[arg-type]
            progress=unwatched,
            cancel=unwatched,
        ):
            assert isinstance(outcome.result, Wave), outcome.result
            spoken += outcome.result.seconds
            longest = max(longest, outcome.result.samples.nbytes)
        took = time.perf_counter() - start
    return took / spoken, peak(on), longest


def _scripted(first: SpeechRequest, count: int) -> Iterator[SpeechRequest]:
    for number in range(count):
        yield replace(first, seed=number)


if __name__ == "__main__":
    main()
