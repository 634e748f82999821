"""The Kokoro engine beside PyPI's kokoro-onnx, on the same weights, symbols and cores.

`python bench/kokoro.py [--lines 50] [--rounds 3]` tells, for one line and for a script of many, the
seconds and the CPU seconds that a second of speech takes, and what loading takes.
Both are given the same symbols, in turn, so that what else the machine does falls on both. It needs
the extra `kokoro`; kokoro-onnx is left out where it is not installed.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from comfyui_glmtts.audio.wave import Wave
from comfyui_glmtts.glmtts_runtime.engine import SpeechRequest
from comfyui_glmtts.glmtts_runtime.kokoro.engine import KokoroEngine
from comfyui_glmtts.glmtts_runtime.kokoro.lines import passes
from comfyui_glmtts.glmtts_runtime.kokoro.network import RATE
from comfyui_glmtts.glmtts_runtime.kokoro.spaces import spaces
from comfyui_glmtts.glmtts_runtime.kokoro.speakers import table
from comfyui_glmtts.glmtts_runtime.kokoro.weights import find
from comfyui_glmtts.glmtts_runtime.voices.voice import Voice
from comfyui_glmtts.machine import cores
from comfyui_glmtts.progress import unwatched
from comfyui_glmtts.pronunciation.reader import Reader

SPEAKER = "zf_xiaoxiao"
LINE = "今天下午我们一起去公园散步，然后回家吃晚饭，你觉得这样好不好？晚上还可以看一场电影。"
SENTENCES = Path(__file__).parents[1] / "tests/glmtts_runtime/kokoro/sentences.txt"


@dataclass(frozen=True, slots=True)
class Spent:
    """What speaking cost."""

    wall: float
    cpu: float
    speech: float
    """s"""

    def __str__(self) -> str:
        return f"{self.wall / self.speech:.3f} s ({self.cpu / self.speech:.3f} of work)"


class Ours:
    """The engine as everyone uses it."""

    def __init__(self) -> None:
        self.engine = KokoroEngine.open()
        nobody = Wave(np.zeros(1, np.float32), RATE)
        self.voice = Voice(SPEAKER, nobody, "", SPEAKER, ((SPEAKER, 1.0),))

    def __call__(self, texts: Sequence[str]) -> float:
        requests = [SpeechRequest(spoken=Reader().read(t), voice=self.voice) for t in texts]
        outcomes = self.engine.synthesize(requests, progress=unwatched, cancel=unwatched)
        return sum(outcome.result.seconds for outcome in outcomes)  # type: ignore[union-attr]


class Theirs:
    """kokoro-onnx, given the symbols we would speak; it says one text after the other."""

    def __init__(self) -> None:
        from kokoro_onnx import Kokoro

        voices = Path(tempfile.gettempdir()) / "kokoro-voices.npz"
        np.savez(voices, **{SPEAKER: table(SPEAKER)[:, None]})
        self.kokoro: Any = Kokoro(str(find().file), str(voices))

    def __call__(self, texts: Sequence[str]) -> float:
        seconds = 0.0
        for text in texts:
            for said in passes(Reader().read(text), spaces, lambda _word: "")[1]:
                samples, rate = self.kokoro.create(said.symbols, SPEAKER, is_phonemes=True)
                seconds += len(samples) / rate
        return seconds


def spent(speak: Callable[[Sequence[str]], float], texts: Sequence[str]) -> Spent:
    """Measure one go."""
    wall, cpu = time.perf_counter(), time.process_time()
    speech = speak(texts)
    return Spent(time.perf_counter() - wall, time.process_time() - cpu, speech)


def best(found: list[Spent]) -> Spent:
    """The go that was disturbed least."""
    return min(found, key=lambda one: one.wall / one.speech)


def alone(which: str) -> str:
    """Loading and memory, in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, "--alone", which], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def tell_alone(which: str) -> None:
    began, cpu = time.perf_counter(), time.process_time()
    speak = Ours() if which == "this engine" else Theirs()
    loaded, work = time.perf_counter() - began, time.process_time() - cpu
    speak([LINE])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{loaded:.2f} s ({work:.2f} of work) to load | {peak:.0f} MB at most")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--alone", choices=("this engine", "kokoro-onnx"))
    chosen = parser.parse_args()
    if chosen.alone:
        tell_alone(chosen.alone)
        return
    speakers: dict[str, Callable[[Sequence[str]], float]] = {"this engine": Ours()}
    if find_spec("kokoro_onnx"):
        speakers["kokoro-onnx"] = Theirs()
    script = SENTENCES.read_text(encoding="utf-8").splitlines()[: chosen.lines]
    for texts in ([LINE], script):
        for speak in speakers.values():
            speak(texts[:1])
        found: dict[str, list[Spent]] = {name: [] for name in speakers}
        for _ in range(chosen.rounds):
            for name, speak in speakers.items():
                found[name].append(spent(speak, texts))
        print(f"{len(texts)} line(s) on {cores()} cores, a second of speech:")
        for name, goes in found.items():
            print(f"  {name}: {best(goes)}", flush=True)
    for name in speakers:
        print(f"{name}: {alone(name)}", flush=True)


if __name__ == "__main__":
    main()
