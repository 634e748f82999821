"""Loudness and true peak against the standards' numbers, plain recursion and ffmpeg's meter."""

from __future__ import annotations

import contextlib
import math
from fractions import Fraction
from pathlib import Path

import av
import av.filter
import numpy as np
import pytest
from comfyui_glmtts.audio.envelope import crests
from comfyui_glmtts.audio.loudness import (
    coefficients,
    energies,
    grid,
    integrated,
    loudness,
    true_peak,
)

RATES = (24_000, 32_000, 44_100, 48_000)


def tone(level, seconds, *, rate=48_000, frequency=1000.0, channels=2):
    """A sine whose peak is `level` dBFS, the same in all channels."""
    time = np.arange(round(seconds * rate)) / rate
    sine = 10 ** (level / 20) * np.sin(2 * np.pi * frequency * time)
    return np.stack([sine] * channels).astype(np.float32)


def shaped(seed, length, tilt):
    """Noise whose level falls by 6 dB * `tilt` per octave and is gone at 0.45 of the rate."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).normal(size=length))
    frequency = np.linspace(0, 0.5, len(spectrum))
    spectrum *= np.maximum(frequency, 0.003) ** -tilt * (frequency < 0.45)
    noise = np.fft.irfft(spectrum, length)
    return noise / np.abs(noise).max()


def speechlike(rate, seconds=12):
    """Mono: voiced syllables four times a second, hissing consonants, and pauses for breath."""
    time = np.arange(seconds * rate) / rate
    pitch = 2 * np.pi * np.cumsum(140 + 25 * np.sin(2 * np.pi * 0.6 * time)) / rate
    voiced = sum(np.cos(h * pitch + h * h) / h for h in range(1, 30) if 170 * h < 0.45 * rate)
    syllable = np.maximum(np.sin(2 * np.pi * 2 * time), 0) ** 0.5
    hiss = shaped(1, len(time), 0.2) * np.maximum(-np.sin(2 * np.pi * 2 * time), 0) ** 4
    sound = (0.2 * voiced * syllable + 0.1 * hiss) * (time % 4 < 3.1)
    return (0.8 * sound / np.abs(sound).max())[None].astype(np.float32)


def musiclike(rate, seconds=12):
    """Mono: chords with sharp onsets over a low noise."""
    time = np.arange(seconds * rate) / rate
    beat = np.exp(-5 * (time % 0.5))
    chord = sum(np.sin(2 * np.pi * f * time) for f in (110, 164.8, 220, 277.2, 2217.5, 7040))
    sound = chord * beat + shaped(2, len(time), 0.7)
    return (0.9 * sound / np.abs(sound).max())[None].astype(np.float32)


def wide(rate):
    """Stereo: speech left of the middle, music right of it."""
    speech, music = speechlike(rate)[0], musiclike(rate)[0]
    return np.stack([0.7 * speech + 0.2 * music, 0.3 * speech + 0.6 * music])


def ffmpeg_meter(samples, rate):
    """(LUFS, dBTP) as ffmpeg's ebur128 filter sees them; leaves its notes in the working folder."""
    layout = {1: "mono", 2: "stereo"}[len(samples)]
    graph = av.filter.Graph()
    source = graph.add_abuffer(
        sample_rate=rate, format="fltp", layout=layout, time_base=Fraction(1, rate)
    )
    meter = graph.add("ebur128", "peak=true:metadata=1:framelog=quiet")
    notes = graph.add("ametadata", "mode=print:file=meter.txt:direct=1")
    sink = graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(notes)
    notes.link_to(sink)
    graph.configure()
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), "fltp", layout)
    frame.sample_rate, frame.pts = rate, 0
    source.push(frame)
    source.push(None)
    with contextlib.suppress(av.error.EOFError, av.error.BlockingIOError):
        while True:
            sink.pull()
    lines = Path("meter.txt").read_text("utf-8").splitlines()
    seen = dict(line.split("=") for line in lines if line.startswith("lavfi"))
    # True peak is linear here, unlike in the filter's own report.
    return float(seen["lavfi.r128.I"]), 20 * math.log10(float(seen["lavfi.r128.true_peak"]))


def test_the_weighting_at_48_khz_is_the_standards_table():
    shelf, low_cut = coefficients(48_000)
    assert shelf[0] == pytest.approx([1.53512485958697, -2.69169618940638, 1.19839281085285])
    assert shelf[1] == pytest.approx([1.0, -1.69065929318241, 0.73248077421585])
    assert low_cut[0] == pytest.approx([1.0, -2.0, 1.0], rel=1e-12)
    assert low_cut[1] == pytest.approx([1.0, -1.99004745483398, 0.99007225036621])


@pytest.mark.parametrize("rate", [8_000, 24_000, 44_100, 48_000, 96_000])
def test_weighting_by_transform_agrees_with_the_recursion(rate):
    sound = speechlike(rate, seconds=2)[:, : rate // 2]
    weighted = sound[0].astype(np.float64)
    for above, below in coefficients(rate):
        filtered = []
        x1 = x2 = y1 = y2 = 0.0
        for x in weighted:
            y = above[0] * x + above[1] * x1 + above[2] * x2 - below[1] * y1 - below[2] * y2
            x1, x2, y1, y2 = x, x1, y, y1
            filtered.append(y)
        weighted = np.array(filtered)
    cell = rate // 100
    expected = (weighted.reshape(-1, cell) ** 2).sum(axis=1)
    found = energies(sound, rate, cell)
    assert found == pytest.approx(expected, rel=1e-4, abs=1e-6 * expected.max())


@pytest.mark.parametrize("rate", [*RATES, 96_000])
def test_a_997_hz_sine_at_full_scale_in_one_channel_reads_minus_3_01(rate):
    sine = tone(0.0, 5, rate=rate, frequency=997, channels=1)
    assert loudness(sine, rate) == pytest.approx(-3.01, abs=0.02)
    assert loudness(sine[0], rate) == loudness(sine, rate)
    assert loudness(np.concatenate([sine, 0 * sine]), rate) == pytest.approx(-3.01, abs=0.02)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize(
    ("case", "parts"),
    [
        (1, [(-23, 20)]),
        (2, [(-33, 20)]),
        (3, [(-36, 10), (-23, 60), (-36, 10)]),
        (4, [(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)]),
        (5, [(-26, 20), (-20, 20.1), (-26, 20)]),
    ],
)
def test_the_gating_cases_of_ebu_tech_3341_read_as_they_must(rate, case, parts):
    """Cases 1 to 5; case 6 has five channels, and there are no programmes of five here."""
    programme = np.concatenate([tone(level, length, rate=rate) for level, length in parts], axis=1)
    expected = {2: -33.0}.get(case, -23.0)
    assert loudness(programme, rate) == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize(
    ("case", "divisor", "degrees", "height", "expected"),
    [
        (15, 4, 0.0, 0.5, -6.0),
        (16, 4, 45.0, 0.5, -6.0),
        (17, 6, 60.0, 0.5, -6.0),
        (18, 8, 67.5, 0.5, -6.0),
        (19, 4, 45.0, 1.41, 3.0),
    ],
)
def test_the_true_peak_cases_of_ebu_tech_3341_read_as_they_must(
    rate, case, divisor, degrees, height, expected
):
    cycle = np.arange(rate) / divisor
    sine = height * np.sin(2 * np.pi * cycle + math.radians(degrees))
    sine *= np.minimum(1, np.arange(rate) / 1000) * np.minimum(1, np.arange(rate)[::-1] / 1000)
    assert -0.4 <= true_peak(sine.astype(np.float32), rate) - expected <= 0.2


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("sound", [speechlike, musiclike, wide])
def test_ffmpegs_meter_agrees_to_a_tenth(rate, sound, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    samples = sound(rate)
    lufs, dbtp = ffmpeg_meter(samples, rate)
    assert loudness(samples, rate) == pytest.approx(lufs, abs=0.1)
    assert true_peak(samples, rate) == pytest.approx(dbtp, abs=0.1)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("frame", [960, 1024, 1152])
def test_energies_of_pieces_joined_are_the_energies_of_the_joined_pieces(rate, frame):
    cell = grid(rate, frame)
    assert frame % cell == 0
    assert rate // 10 % cell == 0
    piece = 3 * rate // (10 * cell) * 10 * cell
    pieces = np.array_split(wide(rate)[:, : 4 * piece], 4, axis=1)
    for part in pieces:
        part[:, -rate // 5 :] = 0
    joined = np.concatenate([energies(part, rate, cell) for part in pieces])
    whole = energies(np.concatenate(pieces, axis=1), rate, cell)
    assert joined == pytest.approx(whole, rel=1e-4, abs=1e-9 * whole.max())
    assert integrated(joined, cell, rate) == pytest.approx(integrated(whole, cell, rate), abs=1e-5)


def test_two_equal_channels_are_3_01_lu_louder_than_one():
    mono = speechlike(24_000)
    both = np.concatenate([mono, mono])
    assert loudness(both, 24_000) - loudness(mono, 24_000) == pytest.approx(3.0103, abs=1e-4)
    nearly = both + np.float32([[0], [1e-9]])
    nearly[1, 0] += 1e-4  # no longer the same, so that both are weighted
    assert loudness(nearly, 24_000) == pytest.approx(loudness(both, 24_000), abs=1e-3)


def test_the_last_cell_is_filled_up_with_silence():
    assert len(energies(np.ones((1, 1001), np.float32), 8000, 100)) == 11
    assert len(energies(np.ones((1, 1000), np.float32), 8000, 100)) == 10
    assert len(energies(np.ones((1, 0), np.float32), 8000, 100)) == 0


@pytest.mark.parametrize("length", [0, 100, 24_000])
def test_silence_has_neither_loudness_nor_peak(length):
    silence = np.zeros((2, length), np.float32)
    assert loudness(silence, 24_000) == -math.inf
    assert true_peak(silence, 24_000) == -math.inf


def test_a_word_shorter_than_a_gating_block_is_as_loud_as_it_sounds():
    long, short = tone(-20, 3, channels=1), tone(-20, 0.25, channels=1)
    assert loudness(short, 48_000) == pytest.approx(loudness(long, 48_000), abs=0.2)
    assert loudness(tone(-75, 0.25, channels=1), 48_000) == -math.inf


@pytest.mark.parametrize("position", [0, 1, 63, 64, 127, 5000, 9998, 9999])
def test_a_peak_is_found_wherever_it_lies(position):
    samples = np.full((2, 10_000), 1e-3, np.float32)
    samples[1, position] = -0.5
    assert true_peak(samples, 48_000) == pytest.approx(20 * math.log10(0.5), abs=0.02)


@pytest.mark.parametrize("rate", RATES)
def test_passing_over_quiet_blocks_never_misses_a_peak(rate):
    """Noise whose neighbours pull the same way here and there, against looking at everything."""
    for seed in range(20):
        rng = np.random.default_rng(seed)
        sound = np.sign(rng.normal(size=(2, 3000))) * rng.uniform(0.2, 1.0, (1, 3000)) ** 4
        samples = sound.astype(np.float32)
        _, everything = crests(samples, rate, 1e-6)
        assert true_peak(samples, rate) == 20 * math.log10(everything.max())
