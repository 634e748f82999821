"""Pieces cut within music and joined again, next to the same music encoded in one piece."""

from functools import lru_cache
from itertools import pairwise

import numpy as np
import pytest
import soundfile
from comfyui_glmtts.audio.codec import CODECS, CodecName
from comfyui_glmtts.audio.encoded import Encoded, decode, encode
from comfyui_glmtts.audio.recording import resample
from comfyui_glmtts.audio.wave import Samples
from comfyui_glmtts.glmtts_runtime.voices.library import BUNDLED
from comfyui_glmtts.production.pieces import seam

CASES = [
    *(("mp3", 48_000, 2), ("mp3", 48_000, 1), ("mp3", 44_100, 2), ("mp3", 24_000, 1)),
    *(("m4a", 48_000, 2), ("m4a", 44_100, 1), ("opus", 48_000, 2), ("opus", 48_000, 1)),
    ("ulaw", 8_000, 1),
]
ALIKE = {"mp3": -60.0, "ulaw": -200.0}
"""dBFS the difference to one piece is below, for codecs that forget within the seam"""


@lru_cache
def music(rate: int, channels: int, length: int) -> Samples:
    """[C, T] speech over chords and hats."""
    clock, random = np.arange(length) / rate, np.random.default_rng(3)
    beat, hat = np.exp(-6 * (clock % 0.4)), 0.08 * np.exp(-40 * (clock % 0.2))
    chord = sum(
        np.sin(2 * np.pi * f * clock + f) / number
        for number, f in enumerate((110, 138.6, 165, 220, 277, 880, 2200, 3300), 1)
    )
    voice, own = soundfile.read(BUNDLED / "xiaoyu.flac", dtype="float32")
    speech = 0.5 * np.resize(resample(voice, own, rate), length)
    sides = [0.12 * chord * beat + hat * random.normal(size=length) + speech for _ in "lr"]
    return np.stack(sides[:channels]).astype(np.float32)


def joined(name: CodecName, sound: Samples, rate: int, reach: int) -> tuple[Samples, list[int]]:
    """What is heard of a sound encoded in pieces with `reach` samples around, and the edges."""
    codec, (channels, length) = CODECS[name], sound.shape
    frame = codec.frame(rate)
    edges = [0, *range(47 * frame, length - 30 * frame, 31 * frame), length]
    parts = []
    for begin, end in pairwise(edges):
        lead, trail = (reach if begin else 0), (reach if end < length else 0)
        around = sound[:, begin - lead : begin], sound[:, end : end + trail]
        parts.append(encode(codec, sound[:, begin:end], rate, around))
    packets = tuple(packet for part in parts for packet in part.packets)
    row = Encoded(codec=name, rate=rate, channels=channels, packets=packets, tail=parts[-1].tail)
    return decode(row), edges[1:-1]


def heard(
    name: CodecName, rate: int, channels: int, reach: int | None = None
) -> tuple[Samples, Samples, Samples]:
    """Around all edges: what was given, and what is heard of it in one piece and in many."""
    frame = CODECS[name].frame(rate)
    sound = music(rate, channels, 8 * rate // frame * frame)
    none = np.zeros((channels, 0), np.float32)
    at_once = decode(encode(CODECS[name], sound, rate, (none, none)))
    in_pieces, edges = joined(name, sound, rate, seam(frame) if reach is None else reach)
    near = np.concatenate([np.arange(edge - 2 * frame, edge + 2 * frame) for edge in edges])
    return sound[:, near], at_once[:, near], in_pieces[:, near]


def power(sound: Samples) -> float:
    return float(np.mean(np.square(sound, dtype=np.float64)))


@pytest.mark.parametrize(("name", "rate", "channels"), CASES)
def test_what_a_seam_adds_is_below_the_codecs_own_noise(
    name: CodecName, rate: int, channels: int
) -> None:
    sound, at_once, in_pieces = heard(name, rate, channels)
    noise = power(at_once - sound)
    assert power(in_pieces - sound) - noise < noise
    if name in ALIKE:
        assert power(in_pieces - at_once) < 10 ** (ALIKE[name] / 10) + 1e-20


@pytest.mark.parametrize(("name", "rate", "channels"), CASES[:-2])
def test_without_the_seam_more_than_that_would_be_heard(
    name: CodecName, rate: int, channels: int
) -> None:
    sound, at_once, in_pieces = heard(name, rate, channels, reach=0)
    noise = power(at_once - sound)
    assert power(in_pieces - sound) - noise > noise


@pytest.mark.parametrize(("name", "rate", "channels"), CASES)
def test_no_click_is_heard_at_a_seam(name: CodecName, rate: int, channels: int) -> None:
    _, at_once, in_pieces = heard(name, rate, channels)
    assert np.abs(np.diff(in_pieces)).max() < 1.25 * np.abs(np.diff(at_once)).max()
