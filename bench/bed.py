"""An hour of speech over ducked music, mastered into a file: time, memory, edits, and ffmpeg's.

    python bench/bed.py [--json] [--minutes 60] [--format mp3]

Every figure is of a process of its own, in one run: wall and processor seconds, and the most memory
it held at a time. Lines are spoken already. ffmpeg does the same work with files: it ducks, mixes,
measures, and in a second pass, at the gain that gives, limits at 192 kHz and encodes; it neither
measures what it encoded nor corrects anything. It needs `imageio-ffmpeg`.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile

RATE = 48_000
TAKES = 12
GAP = 0.4  # s
MUSIC = 240  # s


def takes() -> list[np.ndarray]:
    """[T] each: 3 to 8 s like somebody speaking in syllables."""
    made = []
    for number in range(TAKES):
        clock = np.arange(round((3 + 5 * number / TAKES) * RATE)) / RATE
        pitch = 2 * np.pi * np.cumsum(120 + 15 * number + 20 * np.sin(4 * clock)) / RATE
        voiced = sum(np.cos(h * pitch + h * h) / h for h in range(1, 30))
        made.append((0.1 * voiced * np.maximum(np.sin(11 * clock + number), 0)).astype(np.float32))
    return made


def music() -> np.ndarray:
    """[T, 2] chords with onsets and hats."""
    clock = np.arange(MUSIC * RATE) / RATE
    beat, random = np.exp(-4 * (clock % 0.6)), np.random.default_rng(1)
    hat = 0.05 * np.exp(-40 * (clock % 0.3))
    sides = [
        0.1 * beat * sum(np.sin(2 * np.pi * f * clock) for f in chord)
        + hat * random.normal(size=len(clock))
        for chord in ((110, 165, 220, 2200), (110, 138.6, 277, 3300))
    ]
    return np.stack(sides, axis=1).astype(np.float32)


def ours(folder: Path, format: str, seconds: float, edited: str) -> None:
    """Master the programme. edited: a line in the middle, `same` length or `longer`."""
    from comfyui_glmtts.audio.tags import Tags
    from comfyui_glmtts.audio.wave import Wave
    from comfyui_glmtts.glmtts_runtime.engine import Outcome
    from comfyui_glmtts.mistakes import Place
    from comfyui_glmtts.production.delivery.audio_file import write_audio
    from comfyui_glmtts.production.delivery.programme import Programme
    from comfyui_glmtts.production.mastering.finish import MasteringContext
    from comfyui_glmtts.production.schedule import schedule
    from comfyui_glmtts.production.sounds import read_sounds
    from comfyui_glmtts.production.store import Store, key_of
    from comfyui_glmtts.production.takes import Take, _keep
    from comfyui_glmtts.progress import unwatched
    from comfyui_glmtts.scripts.script import Line, Output, Reference, Script, Sound, Speaker

    place = Place("hour.yaml")
    store = Store(folder / "store")

    def keep(name: str, wave: np.ndarray) -> Take:
        return _keep(store, key_of("bench", name), Outcome(0, Wave(wave, RATE)))

    waves = [soundfile.read(folder / f"{n}.wav", dtype="float32")[0] for n in range(TAKES)]
    kept = [keep(str(number), wave) for number, wave in enumerate(waves)]
    bed = Sound(place=place, file=folder / "music.wav", loop=True, under="end", gain=-6.0)
    lengths = [take.length / RATE + GAP for take in kept]
    count = round(seconds / (sum(lengths) / TAKES))
    spoken = [kept[number % TAKES] for number in range(count)]
    if edited:
        other = {"same": 0.5, "longer": 1.1}[edited]
        wave = np.resize(waves[3], round(len(waves[3]) * max(other, 1.0))) * np.float32(other)
        spoken[count // 2 // TAKES * TAKES + 3] = keep(edited, wave)
    lines = tuple(Line(place=place, speaker="A", text="words") for _ in spoken)
    script = Script(
        file=folder / "hour.yaml",
        title="",
        language="zh",
        speakers={"A": Speaker(place=place, name="A", voice=Reference(place=place))},
        output=Output(formats=(format,)),
        segments=(bed, *lines),
    )
    sounds = read_sounds([bed], RATE, store)
    context = MasteringContext(
        store=store, sounds={s.digest: s for s in sounds.values()}, cancel=unwatched
    )
    programme = Programme(
        script=script,
        timeline=schedule(script, spoken, sounds),
        tags=Tags(title="hour"),
        chapters=(),
        context=context,
        name="hour",
    )
    write_audio(programme, format, folder / f"ours.{format}", unwatched)


def theirs(folder: Path, format: str) -> None:
    """The same by ffmpeg's filters, in two passes."""
    import imageio_ffmpeg

    program = imageio_ffmpeg.get_ffmpeg_exe()
    voices = "aformat=channel_layouts=stereo,asplit"
    ducked = (
        f"[0:a]{voices}[v][key];[1:a]volume=-6dB[m];[m][key]sidechaincompress=threshold=0.02:"
        "ratio=8:attack=150:release=600[d];[d][v]amix=inputs=2:normalize=0:duration=shortest"
    )
    inputs = [program, "-hide_banner", "-nostats", "-y", "-i", str(folder / "speech.wav")]
    inputs += ["-stream_loop", "-1", "-i", str(folder / "music.wav"), "-filter_complex"]
    measured = subprocess.run(
        [*inputs, f"{ducked},ebur128=framelog=quiet", "-f", "null", "-"],
        check=True, capture_output=True, text=True,
    ).stderr  # fmt: skip
    found = re.findall(r"I:\s+(-?[\d.]+) LUFS", measured)
    gain = -16 - float(found[-1])
    limiter = "aresample=192000,alimiter=limit=0.841:level=disabled,aresample=48000"
    encoders = {"mp3": ["libmp3lame", "-compression_level", "5"], "m4a": ["aac"]}
    made = folder / f"theirs.{format}"
    encoder = ["-b:a", "128k", "-c:a", *encoders[format]]
    subprocess.run(
        [*inputs, f"{ducked},volume={gain}dB,{limiter}", *encoder, str(made)],
        check=True, capture_output=True,
    )  # fmt: skip


def prepare(folder: Path, seconds: float) -> None:
    """Write the takes and the music, and for ffmpeg the lines in a row."""
    made = takes()
    for number, wave in enumerate(made):
        soundfile.write(folder / f"{number}.wav", wave, RATE, subtype="FLOAT")
    soundfile.write(folder / "music.wav", music(), RATE, subtype="FLOAT")
    silence, written, number = np.zeros(round(GAP * RATE), np.float32), 0, 0
    with soundfile.SoundFile(folder / "speech.wav", "w", RATE, 1, "PCM_24") as file:
        while written < seconds * RATE:
            for part in (made[number % TAKES], silence):
                file.write(part)
                written += len(part)
            number += 1


def measured(*arguments: str) -> dict[str, float]:
    """What a process of these arguments took."""
    begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    code = (
        "import resource, subprocess, sys\n"
        "subprocess.run(sys.argv[1:], check=True)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    command = [sys.executable, "-c", code, sys.executable, __file__, *arguments]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "wall_seconds": round(time.perf_counter() - begun, 1),
        "processor_seconds": round(used, 1),
        "peak_mib": round(int(told) / 1024),
    }


def measure(minutes: float, format: str) -> dict[str, dict[str, float]]:
    """All figures, by what was done."""
    with tempfile.TemporaryDirectory() as name:
        prepare(Path(name), minutes * 60)
        runs = {
            "ours, first": ("ours", ""),
            "ffmpeg, two passes": ("ffmpeg", ""),
            "ours, a line changed": ("ours", "same"),
            "ours, a line longer": ("ours", "longer"),
        }
        length = str(minutes * 60)
        return {
            what: measured(
                "--child", *how, "--folder", name, "--seconds", length, "--format", format
            )
            for what, how in runs.items()
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--format", choices=("mp3", "m4a"), default="mp3")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=float, help=argparse.SUPPRESS)
    settings = parser.parse_args()
    if settings.child:
        whose, edited = settings.child
        if whose == "ours":
            ours(settings.folder, settings.format, settings.seconds, edited)
        else:
            theirs(settings.folder, settings.format)
        return
    found = measure(settings.minutes, settings.format)
    if settings.json:
        print(json.dumps(found))
        return
    for what, figures in found.items():
        print(f"{what:24}", *(f"{name} {value}" for name, value in figures.items()), sep="  ")


if __name__ == "__main__":
    main()
