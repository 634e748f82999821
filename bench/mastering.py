"""Time to mix, master and export a minute of stereo, next to ffmpeg doing the same work.

    python bench/mastering.py [--json] [--seconds 60] [--rounds 5]

Both sides start from samples in memory and end with samples, packets or numbers in memory, in one
process; ffmpeg's filters and encoder run through PyAV. Ours exports in pieces on all cores, and
decodes and measures what it encoded; ffmpeg only encodes. Each figure is the best of several
rounds, taken in turn.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import av
import av.filter
import numpy as np
from comfyui_glmtts.audio.codec import CODECS
from comfyui_glmtts.audio.encoded import decode, encode
from comfyui_glmtts.audio.limiter import limit
from comfyui_glmtts.audio.loudness import energies, integrated, true_peak
from comfyui_glmtts.audio.wave import Samples
from comfyui_glmtts.production.mastering.mix import mix
from comfyui_glmtts.production.timeline import Bed, Clip

RATE = 48_000
CELL = 192  # samples: 1152 of MP3 and 4800 of 100 ms have it in common
OVER = 6.0  # dB by which the limited programme exceeds the ceiling
CEILING = -1.0  # dBTP


def speech(seconds: float, seed: int) -> Samples:
    """[T] a voice-like buzz in syllables."""
    clock = np.arange(round(seconds * RATE)) / RATE
    pitch = 2 * np.pi * np.cumsum(120 + 40 * seed + 20 * np.sin(4 * clock)) / RATE
    voiced = sum(np.cos(h * pitch + h * h) / h for h in range(1, 30))
    syllables = np.maximum(np.sin(11 * clock + seed), 0) ** 0.5
    return np.asarray(0.1 * voiced * syllables, np.float32)


def music(seconds: float) -> Samples:
    """[2, T] chords with onsets, wider than one channel."""
    clock = np.arange(round(seconds * RATE)) / RATE
    beat = np.exp(-4 * (clock % 0.6))
    left = sum(np.sin(2 * np.pi * f * clock) for f in (110, 165, 220, 2200))
    right = sum(np.sin(2 * np.pi * f * clock) for f in (110, 138.6, 277, 3300))
    return np.asarray(0.1 * beat * np.stack([left, right]), np.float32)


class Programme:
    """Two speakers in turn over a looped, ducked bed."""

    def __init__(self, seconds: int) -> None:
        self.length = seconds * RATE
        self.takes = {"a": speech(4.0, 0), "b": speech(3.0, 1)}
        self.sounds = {"m": music(20.0)}
        self.clips: list[Clip] = []
        place = RATE
        while place + 5 * RATE < self.length:
            number = len(self.clips) + 1
            take = "ab"[number % 2]
            size = len(self.takes[take])
            self.clips.append(
                Clip(line=number, speaker=take, text="", take=take, start=place, length=size)
            )
            place += size + (RATE // 3 if number % 4 else 3 * RATE)
        self.bed = Bed(
            file=Path("m"), digest="m", start=0, length=self.length, loop=True, duck=-14.0
        )

    def mix(self, clips: Sequence[Clip], beds: Sequence[Bed]) -> Samples:
        return mix(
            rate=RATE,
            channels=2,
            start=0,
            length=self.length,
            clips=clips,
            beds=beds,
            takes=self.takes,
            sounds=self.sounds,
        )

    def mixed(self) -> Samples:
        return self.mix(self.clips, [self.bed])


def framed(samples: Samples) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(samples, "fltp", "stereo")
    frame.sample_rate, frame.pts = RATE, 0
    return frame


def filtered(inputs: Sequence[av.AudioFrame], *steps: str) -> int:
    """Run a chain of ffmpeg filters; one that takes two inputs gets the next one. Samples out."""
    graph = av.filter.Graph()
    sources = [
        graph.add_abuffer(
            sample_rate=RATE, format="fltp", layout="stereo", time_base=Fraction(1, RATE)
        )
        for _ in inputs
    ]
    tail, *waiting = sources
    for step in (*steps, "abuffersink"):
        name, _, arguments = step.partition("=")
        node = graph.add(name, arguments or None)
        tail.link_to(node)
        if name in ("sidechaincompress", "amix"):
            waiting.pop(0).link_to(node, 0, 1)
        tail = node
    graph.configure()
    for source, frame in zip(sources, inputs, strict=True):
        source.push(frame)
        source.push(None)
    count = 0
    while True:
        try:
            pulled = tail.pull()
            assert isinstance(pulled, av.AudioFrame)
            count += pulled.samples
        except (av.error.EOFError, av.error.BlockingIOError):
            assert count, "the filters gave nothing"
            return count


DUCKED = (
    "sidechaincompress=threshold=0.02:ratio=8:attack=150:release=600",
    "amix=inputs=2:normalize=0:duration=longest",
)
METER = "ebur128=framelog=quiet"
PEAK_METER = "ebur128=peak=true:framelog=quiet"
LIMITER = "alimiter=limit=0.891:level=disabled:attack=5:release=150"
TRUE_PEAK_LIMITER = ("aresample=192000", LIMITER, f"aresample={RATE}")

MP3 = CODECS["mp3"]
PIECE = 417 * MP3.frame(RATE)  # about 10 s


def export(piece: Samples) -> float:
    """Encode a piece, and measure what is heard of it."""
    whole = piece.shape[1] - piece.shape[1] % MP3.frame(RATE)
    sound = decode(encode(MP3, piece[:, :whole], RATE))
    energies(sound, RATE, CELL)
    return true_peak(sound, RATE)


Work = Callable[[], object]


class Ours:
    """What this program does with a programme."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        mixed = programme.mixed()
        self.gain = np.float32(10 ** ((CEILING + OVER - true_peak(mixed, RATE)) / 20))
        self.loud = mixed * self.gain

    def loudness(self) -> float:
        return _loudness(self.loud)

    def loudness_and_peak(self) -> tuple[float, float]:
        return _loudness(self.loud), true_peak(self.loud, RATE)

    def limit(self) -> Samples:
        return limit(self.loud, RATE, CEILING)

    def master(self) -> float:
        samples = self.programme.mixed()
        _loudness(samples)
        limited = limit(samples * self.gain, RATE, CEILING)
        return _loudness(limited) + true_peak(limited, RATE)

    def export(self) -> float:
        return _export(self.loud)

    def everything(self) -> float:
        samples = self.programme.mixed()
        _loudness(samples)
        return _export(limit(samples * self.gain, RATE, CEILING))


class Ffmpeg:
    """The same by its filters and its encoder."""

    def __init__(self, programme: Programme, ours: Ours) -> None:
        self.loud, self.gain = ours.loud, ours.gain
        self.one = (framed(self.loud),)
        voices = framed(programme.mix(programme.clips, []))
        self.inputs = (framed(programme.mix([], [programme.bed])), voices, voices)

    def mix(self) -> int:
        return filtered(self.inputs, *DUCKED)

    def filter(self, *steps: str) -> Work:
        """Work on the loud programme."""
        return lambda: filtered(self.one, *steps)

    def master(self) -> int:
        filtered(self.inputs, *DUCKED, METER)
        raised = f"volume={self.gain}"
        return filtered(self.inputs, *DUCKED, raised, *TRUE_PEAK_LIMITER, PEAK_METER)

    def loudnorm(self) -> int:
        normalised = ("loudnorm=I=-16:TP=-1:LRA=11", f"aresample={RATE}", PEAK_METER)
        return filtered(self.inputs, *DUCKED, *normalised)

    def encode(self) -> None:
        encode(MP3, self.loud, RATE)

    def everything(self) -> None:
        self.master()
        self.encode()


def pairs(programme: Programme) -> dict[str, tuple[Work, Work]]:
    """What is compared: ours and ffmpeg's."""
    ours = Ours(programme)
    theirs = Ffmpeg(programme, ours)
    every_peak = theirs.filter(*TRUE_PEAK_LIMITER)
    return {
        "mix with ducking / sidechaincompress, amix": (programme.mixed, theirs.mix),
        "loudness / ebur128": (ours.loudness, theirs.filter(METER)),
        "loudness and true peak / ebur128=peak=true": (
            ours.loudness_and_peak,
            theirs.filter(PEAK_METER),
        ),
        "limit true peaks / alimiter at 192 kHz": (ours.limit, every_peak),
        "limit true peaks / alimiter (sample peaks only)": (ours.limit, theirs.filter(LIMITER)),
        "mix, measure, limit, measure / the same filters": (ours.master, theirs.master),
        "mix, measure, limit, measure / loudnorm, one pass": (ours.master, theirs.loudnorm),
        "encode MP3, decode, measure / libmp3lame": (ours.export, theirs.encode),
        "mix, master, export MP3 / filters, libmp3lame": (ours.everything, theirs.everything),
    }


def _loudness(samples: Samples) -> float:
    return integrated(energies(samples, RATE, CELL), CELL, RATE)


def _export(samples: Samples) -> float:
    """In pieces on all cores; the highest true peak."""
    with ThreadPoolExecutor() as pool:
        return max(pool.map(export, np.split(samples, range(PIECE, samples.shape[1], PIECE), 1)))


def seconds(work: Work) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=int, default=60, help="length of the programme")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    settings = parser.parse_args()
    minutes = settings.seconds / 60
    rows = []
    for name, (ours, theirs) in pairs(Programme(settings.seconds)).items():
        rounds = [(seconds(ours), seconds(theirs)) for _ in range(settings.rounds)]
        mine, other = (min(column) / minutes for column in zip(*rounds, strict=True))
        row = {"work": name, "ours": mine, "ffmpeg": other, "ratio": other / mine}
        rows.append({key: round(v, 4) if isinstance(v, float) else v for key, v in row.items()})
    if settings.json:
        versions = {"numpy": np.__version__, "av": av.__version__}
        print(json.dumps({"unit": "seconds per minute of stereo", **versions, "rows": rows}))
        return
    print(f"{'seconds per minute of stereo at 48 kHz':52}{'ours':>9}{'ffmpeg':>9}{'ratio':>8}")
    for row in rows:
        print(f"{row['work']:52}{row['ours']:9.3f}{row['ffmpeg']:9.3f}{row['ratio']:7.1f}x")


if __name__ == "__main__":
    main()
