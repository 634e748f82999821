"""What ears find and whom they bother: the tables of docs/listening.md.

`python -m comfyui_glmtts.bench.listening [--waves DIR] [--every 1]` has Kokoro speak the lines
of tests/listening/lines.txt, damages them, and listens to all of it. Thresholds were found on the
first FITTED lines; the others are told apart.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from comfyui_glmtts.audio.wave import Wave
from comfyui_glmtts.bench.damage import KINDS, Line, damaged
from comfyui_glmtts.bench.understood import voice
from comfyui_glmtts.glmtts_runtime.engine import SpeechRequest
from comfyui_glmtts.glmtts_runtime.kokoro.engine import KokoroEngine
from comfyui_glmtts.glmtts_runtime.kokoro.speakers import SPEAKERS
from comfyui_glmtts.listening.check import Verdict, check
from comfyui_glmtts.listening.ears import Ears
from comfyui_glmtts.progress import unwatched
from comfyui_glmtts.pronunciation.chinese.hanzi import has_han
from comfyui_glmtts.pronunciation.reader import Reader

LINES = Path(__file__).parents[1] / "tests/listening/lines.txt"
FITTED = 150
LONG = 8
"""Syllables from which a line is damaged"""
CLASSES = ((0, 8), (8, 16), (16, 24), (24, 99))


def requests(texts: list[str]) -> list[SpeechRequest]:
    """Each line by one of the clear speakers of its language in turn."""
    clear = {
        language: [n for n, who in SPEAKERS.items() if who.language == language and who.clear]
        for language in ("zh", "en")
    }
    found = []
    for number, spoken in enumerate(Reader().read_all(texts)):
        names = clear["zh" if has_han(spoken.spoken) else "en"]
        found.append(SpeechRequest(spoken=spoken, voice=voice(names[number % len(names)])))
    return found


def spoken(engine: KokoroEngine, asked: list[SpeechRequest]) -> Iterator[tuple[int, Line]]:
    """Each request's line as it is finished."""
    for outcome in engine.synthesize(asked, progress=unwatched, cancel=unwatched):
        assert isinstance(outcome.result, Wave), outcome.result
        request = asked[outcome.index]
        yield (
            outcome.index,
            Line(request.spoken, outcome.result, outcome.times, request.voice.name),
        )


def kept(texts: list[str], folder: Path) -> list[Line]:
    """The lines spoken, from the folder where they were spoken before."""
    asked = requests(texts)
    folder.mkdir(parents=True, exist_ok=True)
    missing = [n for n in range(len(asked)) if not (folder / f"{n:03}.npz").is_file()]
    if missing:
        with KokoroEngine.open() as engine:
            for index, line in spoken(engine, [asked[n] for n in missing]):
                file = folder / f"{missing[index]:03}.npz"
                times = np.array(line.times)
                np.savez(file, samples=line.wave.samples, times=times, rate=line.wave.rate)
    found = []
    for number, request in enumerate(asked):
        data = np.load(folder / f"{number:03}.npz")
        wave = Wave(data["samples"], int(data["rate"]))
        found.append(Line(request.spoken, wave, data["times"].tolist(), request.voice.name))
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--waves", type=Path, default=Path("waves"), help="kept here")
    parser.add_argument("--every", type=int, default=1, help="only each n-th line")
    parser.add_argument("--show", action="store_true", help="lines that were judged wrongly")
    chosen = parser.parse_args()
    lines = kept(LINES.read_text(encoding="utf-8").splitlines(), chosen.waves)
    ears = Ears.open(listeners=1)
    of, found = Counter[tuple[str, str, int]](), Counter[tuple[str, str, int]]()
    apart: list[float] = []
    print(f"listening takes {cost(lines[:24], ears):.2f} of the work of speaking")
    for number, line in list(enumerate(lines))[:: chosen.every]:
        part = "fitted" if number < FITTED else "held out"
        for kind, wave in _sounds(line, lines, number):
            verdict = check(ears, wave, line.spoken)
            place = part, kind, int(verdict.syllables)
            of[place] += 1
            found[place] += not verdict.is_good
            if verdict.is_good != (kind == "whole") and chosen.show:
                told = "; ".join(map(str, verdict.findings))
                print(
                    f"  {part}, {kind}: {line.spoken.spoken} | {verdict.heard} | {told}", flush=True
                )
            if kind == "whole":
                apart += _apart(line, verdict)
    _table(of, found)
    late = np.array(apart)
    print(f"\ntimes: mean {late.mean():.3f} s, 95 % within {np.quantile(late, 0.95):.3f} s")


def cost(lines: list[Line], ears: Ears) -> float:
    """CPU seconds of listening for each that Kokoro takes to speak the same lines."""
    check(ears, lines[0].wave, lines[0].spoken)  # what is read once
    speaking = listening = 0.0
    with KokoroEngine.open() as engine:
        for line in lines:  # in turn, so that whatever else the machine does slows both
            asked = [SpeechRequest(spoken=line.spoken, voice=voice(line.speaker))]
            began = time.process_time()
            [(_, said)] = spoken(engine, asked)
            speaking += time.process_time() - began
            began = time.process_time()
            check(ears, said.wave, said.spoken)
            listening += time.process_time() - began
    return listening / speaking


def _sounds(line: Line, lines: list[Line], number: int) -> Iterator[tuple[str, Wave]]:
    yield "whole", line.wave
    if len(line.words()) >= 2 and sum(c.char.isalnum() for c in line.spoken.characters) >= LONG:
        chance = random.Random(number)
        for kind in KINDS if number % 5 == 0 else KINDS[:3]:
            yield kind, damaged(line, kind, [one for one in lines if one is not line], chance)


def _apart(line: Line, verdict: Verdict) -> Iterator[float]:
    """Seconds between our times and Kokoro's own, at both ends of each character that is said."""
    for character, ours, own in zip(
        line.spoken.characters, verdict.times, line.times, strict=False
    ):
        if character.char.isalnum():
            yield from (abs(ours[0] - own[0]), abs(ours[1] - own[1]))


def _table(of: Counter[tuple[str, str, int]], found: Counter[tuple[str, str, int]]) -> None:
    print(
        "| part | sound | " + " | ".join(f"{a}-{b - 1} syllables" for a, b in CLASSES) + " | all |"
    )
    print("|---|---|" + "---|" * (len(CLASSES) + 1))
    for part in ("fitted", "held out"):
        for kind in ("whole", *KINDS):
            cells = []
            for low, high in (*CLASSES, (0, 99)):
                places = [p for p in of if p[:2] == (part, kind) and low <= p[2] < high]
                total, flagged = sum(of[p] for p in places), sum(found[p] for p in places)
                cells.append(f"{flagged} of {total}" if total else "")
            print(f"| {part} | {kind} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
