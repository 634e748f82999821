"""Six casts and six sentences -> the bundled voices: FLAC, transcript and sidecar, by Kokoro.

    python examples/make_voices.py [NAME …]

They are our own and nobody's recording, so that they may be given to anyone (see
glmtts_runtime/voices/bundled/LICENSE.md). What a CPU multiplies otherwise gives other last bits, so
what is committed need not be what another computer makes; people hear no difference.
"""

from __future__ import annotations

import math
import sys

import numpy as np
import numpy.typing as npt
import soundfile
from comfyui_glmtts.audio.level import HOP, levels, speaking
from comfyui_glmtts.audio.wave import Wave
from comfyui_glmtts.glmtts_runtime.engine import Engine, SpeechRequest
from comfyui_glmtts.glmtts_runtime.kokoro.engine import KokoroEngine
from comfyui_glmtts.glmtts_runtime.kokoro.speakers import Blend, blend
from comfyui_glmtts.glmtts_runtime.voices.library import BUNDLED
from comfyui_glmtts.glmtts_runtime.voices.voice import Voice
from comfyui_glmtts.pronunciation.reader import Reader

RATE = 24_000
LEVEL = -22.0  # dBFS
PACE = {"aming": 0.9}  # who reads the news too fast to be copied well
SILENCE = 0.2  # seconds before and after

VOICES = {
    "xiaoyu": (
        {"zf_xiaoxiao": 1.0},
        "今天下午的阳光特别好，我打算去公园里走一走，再买一杯热咖啡。",
    ),
    "aming": (
        {"zm_yunyang": 1.0},
        "各位听众朋友大家好，欢迎收听今天的节目，我们先来聊一聊最近的新闻。",
    ),
    "leo": (
        {"zm_yunxi": 0.5, "am_fenrir": 0.5},
        "Good morning, everyone. 今天我们用Python写一个小程序, and then we will run it together.",
    ),
    "jiayi": (
        {"zf_xiaobei": 1.0},
        "周末我和朋友去爬山，山顶的风很大，可是看到的风景真让人高兴！",
    ),
    "laochen": (
        {"zm_yunjian": 1.0},
        "很久以前，山脚下有一座小村庄，村里的老人每天晚上都要讲一个故事。",
    ),
    "grace": (
        {"zf_xiaoxiao": 0.5, "af_heart": 0.5},
        "Good evening, and welcome back. Tonight we have three short stories for you, "
        "and one of them is true.",
    ),
}


def make(engine: Engine, who: Blend, text: str, rate: float) -> npt.NDArray[np.float32]:
    """The speech alone at LEVEL, with SILENCE around it. [T] at RATE"""
    nobody = Voice("", Wave(np.zeros(1, np.float32), RATE), "", "", who)
    request = SpeechRequest(spoken=Reader().read(text), voice=nobody, sample_rate=RATE, rate=rate)
    [outcome] = engine.synthesize([request], progress=lambda _d, _t: None, cancel=lambda: None)
    assert isinstance(outcome.result, Wave), outcome.result
    heard = np.flatnonzero(speaking(levels(outcome.result)))
    step = round(HOP * RATE)
    samples = outcome.result.samples[heard[0] * step : (heard[-1] + 1) * step]
    samples = samples * 10 ** (LEVEL / 20) / math.sqrt(float(np.mean(samples**2)))
    fade = np.minimum(1.0, np.arange(step) / step, dtype=np.float32)
    samples[:step] *= fade
    samples[-step:] *= fade[::-1]
    return np.pad(samples, round(SILENCE * RATE)).astype(np.float32)


def sidecar(who: Blend) -> str:
    """NAME.yaml"""
    if len(who) == 1:
        return f"kokoro: {who[0][0]}\n"
    parts = ", ".join(f"{name}: {weight:g}" for name, weight in who)
    return f"kokoro: {{{parts}}}\n"


def main() -> None:
    wanted = sys.argv[1:] or list(VOICES)
    with KokoroEngine.open() as engine:
        for name in wanted:
            weights, text = VOICES[name]
            who = blend(weights)
            samples = make(engine, who, text, PACE.get(name, 1.0))
            soundfile.write(BUNDLED / f"{name}.flac", samples, RATE, subtype="PCM_16")
            (BUNDLED / f"{name}.txt").write_text(text + "\n", encoding="utf-8")
            (BUNDLED / f"{name}.yaml").write_text(sidecar(who), encoding="utf-8")
            print(f"{name}: {len(samples) / RATE:.2f} s")


if __name__ == "__main__":
    main()
