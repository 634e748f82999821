"""The preview engine: seconds of audio it makes in a second, and how espeak-ng answers to settings.

python bench/preview.py [--json]        # how fast it speaks
python bench/preview.py --calibrate     # the numbers of glmtts_runtime/preview/parameters.py
"""

from __future__ import annotations

import argparse
import json
import time

import numpy as np
from comfyui_glmtts.audio.pitch import contour
from comfyui_glmtts.audio.wave import Wave
from comfyui_glmtts.glmtts_runtime.engine import SpeechRequest
from comfyui_glmtts.glmtts_runtime.espeak.installation import Installation
from comfyui_glmtts.glmtts_runtime.preview.engine import PreviewEngine
from comfyui_glmtts.glmtts_runtime.preview.espeak import RATE, Job, Utterance
from comfyui_glmtts.glmtts_runtime.preview.parameters import PITCHES, TIMBRES
from comfyui_glmtts.glmtts_runtime.preview.text import Language, Speech, plan
from comfyui_glmtts.glmtts_runtime.voices.library import VoiceLibrary
from comfyui_glmtts.progress import unwatched
from comfyui_glmtts.pronunciation.reader import Reader

LINES = {
    "Chinese": "今天下午我们一起去公园散步，然后回家吃晚饭，你觉得这样好不好？",
    "English": "This afternoon we are going to walk in the park, and then go home for dinner.",
    "mixed": "我用iPhone拍照，然后upload到Google Drive里面，很快就好了。",
}
COUNT = 60
RANGES = (20, 35, 50, 65, 80, 99)
RATES = (80, 120, 150, 175, 200, 225, 250, 300, 350, 400, 450)
CALIBRATION = {
    Language.CHINESE: (
        "今天下午我们一起去公园散步 然后回家吃晚饭 你觉得这样好不好 各位听众朋友大家好 "
        "欢迎收听今天的节目 我们先来聊一聊最近的新闻 春天的风吹过田野 孩子们在河边放风筝"
    ),
    Language.ENGLISH: (
        "This afternoon we are going to walk in the park and then go home for dinner. "
        "The quick brown fox jumps over the lazy dog. She sells old books near the river."
    ),
}


def speed() -> dict[str, dict[str, float]]:
    """For each kind of line: audio seconds per second of work, and milliseconds per line."""
    voices = [VoiceLibrary([]).get(name) for name in ("aming", "leo", "xiaoyu")]
    reader = Reader()
    found = {}
    with PreviewEngine() as engine:
        for kind, text in LINES.items():
            requests = [
                SpeechRequest(spoken=reader.read(text), voice=voices[i % 3], seed=i)
                for i in range(COUNT)
            ]
            start = time.perf_counter()
            outcomes = list(engine.synthesize(requests, progress=unwatched, cancel=unwatched))
            seconds = time.perf_counter() - start
            audio = sum(o.result.seconds for o in outcomes if isinstance(o.result, Wave))
            found[kind] = {
                "times_real_time": round(audio / seconds, 1),
                "milliseconds_per_line": round(1000 * seconds / COUNT, 1),
                "seconds_of_audio": round(audio, 1),
            }
    return found


def calibrate() -> None:
    """Print what the tables of preview/parameters.py hold."""
    reader = Reader()
    for language, text in CALIBRATION.items():
        pieces = plan(reader.read(text))
        line = " ".join(piece.text for piece in pieces if isinstance(piece, Speech))
        print(f"\n{language.name}\nrate: syllables (in English words) per second")
        count = len(line.split())
        for rate in RATES:
            seconds = len(_spoken(f"{language.value}+m3", line, rate=rate)) / RATE
            print(f"  {rate}: {count / seconds:.2f}")
        for timbre in TIMBRES:
            voice = f"{language.value}+{timbre.name}"
            base, span = _pitch(_spoken(voice, line))
            ratios = [_pitch(_spoken(voice, line, pitch=p))[0] / base for p in PITCHES]
            lifts = [_pitch(_spoken(voice, line, range=r))[0] / base for r in RANGES]
            sound = _spoken(voice, line, volume=50)
            print(f"{timbre.name}: {base:.0f} Hz, {span:.1f} semitones")
            print(
                "  pitch ratios",
                *(f"{p}:{ratio:.3f}" for p, ratio in zip(PITCHES, ratios, strict=True)),
            )
            print(
                "  range lifts ",
                *(f"{r}:{lift:.3f}" for r, lift in zip(RANGES, lifts, strict=True)),
            )
            level = 20 * np.log10(sound.std())
            print(f"  at volume 50: {level:.1f} dBFS, peak {np.abs(sound).max():.2f}")


def _spoken(
    voice: str, text: str, *, rate: int = 190, pitch: int = 50, range: int = 50, volume: int = 60
) -> np.ndarray:
    utterance = Utterance(
        voice=voice, text=text, rate=rate, pitch=pitch, range=range, volume=volume
    )
    return Job(Installation.find(), [utterance]).result()[1][0]


def _pitch(samples: np.ndarray) -> tuple[float, float]:
    """The median in Hz, and the semitones between the lowest and highest tenth."""
    found = contour(Wave(samples, RATE))
    low, median, high = np.quantile(found[found > 0], (0.1, 0.5, 0.9))
    return float(median), float(12 * np.log2(high / low))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--calibrate", action="store_true")
    options = parser.parse_args()
    if options.calibrate:
        calibrate()
        return
    found = speed()
    if options.json:
        print(json.dumps(found))
        return
    for kind, numbers in found.items():
        print(
            f"{kind}: {numbers['times_real_time']:.0f} x real time, "
            f"{numbers['milliseconds_per_line']:.0f} ms a line"
        )


if __name__ == "__main__":
    main()
