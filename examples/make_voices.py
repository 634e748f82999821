"""Three manners and three sentences -> the bundled voices: FLAC and transcript, by espeak-ng.

    python examples/make_voices.py

They are our own and nobody's recording, so that they may be given to anyone (see
glmtts_runtime/voices/bundled/LICENSE.md), and they differ in what people tell speakers apart by.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import soundfile
from comfyui_glmtts.glmtts_runtime.espeak.installation import Installation
from comfyui_glmtts.glmtts_runtime.preview.assembly import assembled
from comfyui_glmtts.glmtts_runtime.preview.espeak import Job
from comfyui_glmtts.glmtts_runtime.preview.parameters import Parameters
from comfyui_glmtts.glmtts_runtime.preview.text import Speech, plan
from comfyui_glmtts.glmtts_runtime.voices.library import BUNDLED
from comfyui_glmtts.glmtts_runtime.voices.prosody import Prosody
from comfyui_glmtts.pronunciation.reader import Reader

RATE = 24_000
LEVEL = -22.0  # dBFS
SILENCE = 0.15  # seconds before and after

VOICES = {
    "xiaoyu": (
        Prosody(hertz=230, semitones=8.0, tempo=4.9),
        "今天下午的阳光特别好，我打算去公园里走一走，再买一杯热咖啡。",
    ),
    "aming": (
        Prosody(hertz=105, semitones=6.0, tempo=4.4),
        "各位听众朋友大家好，欢迎收听今天的节目，我们先来聊一聊最近的新闻。",
    ),
    "leo": (
        Prosody(hertz=142, semitones=7.0, tempo=4.6),
        "Good morning, everyone. 今天我们用Python写一个小程序, and then we will run it together.",
    ),
}


def make(prosody: Prosody, text: str) -> np.ndarray:
    """[T] float32 at RATE"""
    pieces = plan(Reader().read(text))
    parameters = Parameters(prosody)
    said = [parameters.utterance(piece) for piece in pieces if isinstance(piece, Speech)]
    _, sounds = Job(Installation.find(), said).result()
    samples = assembled(pieces, sounds, RATE, 1.0).samples
    samples = samples * 10 ** (LEVEL / 20) / math.sqrt(float(np.mean(samples**2)))
    return np.pad(samples, round(SILENCE * RATE))


def main() -> None:
    for name, (prosody, text) in VOICES.items():
        samples = make(prosody, text)
        soundfile.write(BUNDLED / f"{name}.flac", samples, RATE, subtype="PCM_16")
        Path(BUNDLED / f"{name}.txt").write_text(text + "\n", encoding="utf-8")
        print(f"{name}: {len(samples) / RATE:.2f} s")


if __name__ == "__main__":
    main()
