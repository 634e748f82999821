"""The limiter: what it promises of any sound, and that a listener does not notice it."""

from __future__ import annotations

import numpy as np
import pytest
from comfyui_glmtts.audio.limiter import limit
from comfyui_glmtts.audio.loudness import true_peak
from hypothesis import given, settings
from hypothesis import strategies as st

CEILING = -1.0
HIGHEST = 10 ** (CEILING / 20)
RATES = (8_000, 16_000, 24_000, 44_100, 48_000)


@st.composite
def sounds(draw, *, channels=None, rate=None):
    """(samples, rate): noise, clicks, tones and silence up to 36 dB over the ceiling."""
    rate = rate or draw(st.sampled_from(RATES))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    count = channels or draw(st.integers(1, 2))
    parts = []
    for kind in draw(st.lists(st.sampled_from(["noise", "click", "tone", "nyquist", "silence"]))):
        length = draw(st.integers(1, rate // 4))
        level = HIGHEST * 10 ** (draw(st.floats(-30, 36)) / 20)
        time = np.arange(length)
        shape = {
            "noise": rng.uniform(-1, 1, (count, length)),
            "click": rng.choice([-1, 1], (count, length)) * (rng.random(length) < 0.01),
            "tone": np.sin(rng.uniform(0.01, 3) * time + np.arange(count)[:, None]),
            "nyquist": (-1.0) ** time * (time % 40 < 20) * np.ones((count, 1)),
            "silence": np.zeros((count, length)),
        }[kind]
        parts.append(level * shape)
    joined = np.concatenate([np.zeros((count, 0)), *parts], axis=1)
    return joined.astype(np.float32), rate


@given(sounds())
@settings(max_examples=150, deadline=None)
def test_nothing_is_above_the_ceiling_and_nothing_is_louder_than_before(sound):
    samples, rate = sound
    limited = limit(samples, rate, CEILING)
    assert limited.dtype == np.float32
    assert limited.shape == samples.shape
    assert true_peak(limited, rate) <= CEILING + 0.05
    assert (np.abs(limited) <= np.abs(samples)).all()
    assert (limited * samples >= 0).all()


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_sounds_half_a_second_apart_do_not_know_of_each_other(data):
    rate = data.draw(st.sampled_from(RATES))
    parts = []
    for _ in range(data.draw(st.integers(2, 4))):
        sound, _ = data.draw(sounds(channels=2, rate=rate))
        silence = np.zeros((2, rate // 2 + data.draw(st.integers(0, 99))), np.float32)
        parts.append(np.concatenate([sound, silence], axis=1))
    joined = limit(np.concatenate(parts, axis=1), rate, CEILING)
    apart = np.concatenate([limit(part, rate, CEILING) for part in parts], axis=1)
    assert np.array_equal(joined, apart)


@given(sounds(channels=2))
@settings(max_examples=40, deadline=None)
def test_both_channels_get_the_same_gain(sound):
    samples, rate = sound
    samples[1] = samples[0] / 2
    limited = limit(samples, rate, CEILING)
    assert np.array_equal(limited[1], limited[0] / 2)


@pytest.mark.parametrize("rate", RATES)
def test_sound_away_from_a_crest_keeps_its_bits(rate):
    samples = np.random.default_rng(1).uniform(-0.1, 0.1, (1, 2 * rate)).astype(np.float32)
    samples[0, rate] = 4.0
    limited = limit(samples, rate, CEILING)
    changed = np.flatnonzero(limited != samples)
    assert rate - 0.025 * rate <= changed[0] < rate - 0.005 * rate
    assert rate + 0.1 * rate < changed[-1] <= rate + 0.2 * rate


def test_a_sound_below_the_ceiling_is_returned_as_it_is():
    samples = np.random.default_rng(1).uniform(-0.3, 0.3, (2, 9999)).astype(np.float32)
    assert limit(samples, 48_000, CEILING) is samples
    empty = np.zeros((2, 0), np.float32)
    assert limit(empty, 48_000, CEILING) is empty


@pytest.mark.parametrize("frequency", [50, 110, 440, 997, 5_000])
def test_a_sine_6_db_over_the_ceiling_comes_out_as_a_sine(frequency):
    rate = 48_000
    time = np.arange(3 * rate) / rate
    loud = HIGHEST * 2 * np.sin(2 * np.pi * frequency * time)
    limited = limit(loud[None].astype(np.float32), rate, CEILING)
    power = np.abs(np.fft.rfft(limited[0, rate : 2 * rate] * np.hanning(rate))) ** 2
    wanted = power[frequency - 3 : frequency + 4].sum()
    assert np.sqrt((power.sum() - wanted) / wanted) < 0.001
    assert true_peak(limited, rate) == pytest.approx(CEILING, abs=0.02)


def test_the_gain_comes_down_before_the_crest_and_goes_up_within_150_ms():
    rate = 48_000
    samples = np.full((1, rate), 0.5, np.float32)
    samples[0, rate // 2] = 2 * HIGHEST
    gain = 20 * np.log10((limit(samples, rate, CEILING) / samples)[0].astype(np.float64))
    assert gain[rate // 2] == pytest.approx(-6.02, abs=0.1)
    assert gain.min() == gain[rate // 2]
    half_way = np.flatnonzero(gain < -3)
    assert half_way[0] / rate == pytest.approx(0.494, abs=0.003)
    assert half_way[-1] / rate == pytest.approx(0.5 + 0.006 + 0.075, abs=0.005)
    assert np.abs(np.diff(gain)).max() < 0.06  # dB from sample to sample: no click
