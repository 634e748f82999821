"""The mix: gains, fades, loops and ducking as measured, and windows that equal the whole."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from comfyui_glmtts.production.mastering.mix import mix
from comfyui_glmtts.production.timeline import Bed, Clip
from hypothesis import given, settings
from hypothesis import strategies as st

RATE = 8000


def clip(start, length, *, take="t", gain=0.0):
    return Clip(line=1, speaker="a", text="", take=take, start=start, length=length, gain=gain)


def bed(start, length, *, sound="s", **settings):
    return Bed(file=Path("m.wav"), digest=sound, start=start, length=length, **settings)


def mixed(length, *, channels=1, start=0, clips=(), beds=(), rate=RATE, takes=None, sounds=None):
    return mix(
        rate=rate,
        channels=channels,
        start=start,
        length=length,
        clips=clips,
        beds=beds,
        takes=takes or {"t": np.ones(10 * rate, np.float32)},
        sounds=sounds or {"s": np.ones((1, 20 * rate), np.float32)},
    )


def decibels(samples):
    return 20 * np.log10(np.abs(samples.astype(np.float64)) + 1e-12)


@pytest.mark.parametrize("channels", [1, 2])
def test_a_clip_has_its_place_its_length_and_its_gain_in_every_channel(channels):
    result = mixed(4000, channels=channels, clips=[clip(1000, 2000, gain=-6.0)])
    assert result.shape == (channels, 4000)
    assert result.dtype == np.float32
    assert np.flatnonzero(result[0])[[0, -1]].tolist() == [1000, 2999]
    assert decibels(result[:, 1100:2900]) == pytest.approx(-6.0, abs=1e-5)
    assert (result == result[0]).all()


def test_clips_that_overlap_are_summed_and_later_ones_do_not_move():
    result = mixed(3000, clips=[clip(0, 2000), clip(1000, 2000, gain=-20.0)])
    assert result[0, [500, 1500, 2500]] == pytest.approx([1.0, 1.1, 0.1])


def test_the_edges_of_a_clip_are_5_ms_of_equal_power():
    result = mixed(2000, clips=[clip(0, 1000), clip(1000, 1000)])[0].astype(np.float64)
    assert result[40:960] == pytest.approx(1.0)
    rise, fall = result[1000:1040], result[960:1000]
    assert rise**2 + fall**2 == pytest.approx(1.0, abs=1e-6)
    assert np.abs(np.diff(np.concatenate([[0], result, [0]]))).max() < 0.05


@pytest.mark.parametrize("length", [1, 2, 3, 10, 79])
def test_a_clip_shorter_than_its_fades_still_sounds_and_ends(length):
    result = mixed(200, clips=[clip(50, length)])[0]
    assert np.flatnonzero(result).tolist() == list(range(50, 50 + length))


def test_a_take_longer_than_its_clip_is_cut_and_a_shorter_one_leaves_silence():
    takes = {"long": np.ones(5000, np.float32), "short": np.ones(500, np.float32)}
    clips = [clip(0, 1000, take="long"), clip(2000, 1000, take="short")]
    heard = np.flatnonzero(mixed(4000, clips=clips, takes=takes))
    assert heard.tolist() == [*range(1000), *range(2000, 2500)]


@pytest.mark.parametrize(
    ("sound", "channels", "expected"),
    [
        ([0.5], 1, [0.5]),
        ([0.5], 2, [0.5, 0.5]),
        ([0.2, 0.6], 2, [0.2, 0.6]),
        ([0.2, 0.6], 1, [0.4]),
    ],
)
def test_a_bed_fits_the_channels_there_are(sound, channels, expected):
    sounds = {"s": np.array(sound, np.float32)[:, None].repeat(4000, axis=1)}
    result = mixed(1000, channels=channels, beds=[bed(0, 4000)], sounds=sounds)
    assert result[:, 500] == pytest.approx(expected)


def test_a_bed_plays_its_file_from_its_offset_at_its_gain():
    ramp = np.linspace(0, 1, 8000, dtype=np.float32)[None]
    result = mixed(3000, beds=[bed(1000, 1500, offset=2000, gain=-6.0)], sounds={"s": ramp})
    assert not result[0, :1000].any()
    assert not result[0, 2500:].any()
    assert result[0, 1100:2400] == pytest.approx(ramp[0, 2100:3400] * 10 ** (-6 / 20), rel=1e-5)


def test_a_bed_ends_with_its_file_without_a_click_and_begins_as_its_file_does():
    result = mixed(3000, beds=[bed(500, 2000)], sounds={"s": np.ones((1, 1000), np.float32)})[0]
    assert np.flatnonzero(result)[[0, -1]].tolist() == [500, 1499]
    assert result[500] == 1.0
    assert np.abs(np.diff(result[501:])).max() < 0.05


def test_fades_are_equal_power_over_the_beds_whole_extent():
    result = mixed(16_000, beds=[bed(0, 16_000, fade_in=4000, fade_out=8000)])[0]
    power = result.astype(np.float64) ** 2
    assert decibels(result[[2000, 12_000]]) == pytest.approx(-3.01, abs=0.01)
    assert power[:4000] + power[:4000][::-1] == pytest.approx(1.0, abs=1e-6)
    assert power[4000:8000] == pytest.approx(1.0)
    quiet_end = power[8000:] + power[8000:][::-1]
    assert quiet_end[50:-50] == pytest.approx(1.0, abs=1e-6)


def test_a_loop_starts_over_in_a_crossfade_that_keeps_the_power():
    size = 4 * RATE
    noise = np.random.default_rng(1).normal(size=(1, size)).astype(np.float32)
    length = 10 * RATE
    result = mixed(length, beds=[bed(0, length, loop=True)], sounds={"s": noise})[0]
    cross, period = size // 4, size - size // 4
    assert np.array_equal(result[:period], noise[0, :period])
    turns = [result[turn * period : (turn + 1) * period] for turn in (1, 2)]
    assert np.array_equal(turns[0], turns[1])
    assert np.array_equal(turns[0][cross:], noise[0, cross:period])
    assert np.std(turns[0][:cross]) == pytest.approx(np.std(noise), rel=0.03)


def test_a_loop_has_no_jump_larger_than_its_sound():
    time = np.arange(3 * RATE + 777) / RATE
    hum = np.sin(2 * np.pi * 60 * time).astype(np.float32)[None]
    result = mixed(15 * RATE, beds=[bed(0, 16 * RATE, loop=True)], sounds={"s": hum})[0]
    assert np.abs(np.diff(result)).max() < 2 * np.abs(np.diff(hum)).max()


def test_a_bed_goes_down_before_speech_and_up_after_it():
    speech = clip(4 * RATE, 2 * RATE, take="silent")
    takes = {"silent": np.zeros(2 * RATE, np.float32)}
    music = bed(0, 10 * RATE, duck=-14.0)
    level = decibels(mixed(9 * RATE, clips=[speech], beds=[music], takes=takes)[0])
    at = lambda seconds: level[round(seconds * RATE)]  # noqa: E731
    assert at(3.84) == pytest.approx(0.0, abs=1e-4)
    assert at(3.925) == pytest.approx(-7.0, abs=0.1)
    assert level[4 * RATE : 6 * RATE] == pytest.approx(-14.0, abs=1e-4)
    assert at(6.3) == pytest.approx(-7.0, abs=0.1)
    assert at(6.61) == pytest.approx(0.0, abs=1e-4)
    assert np.abs(np.diff(level)).max() < 0.02


@pytest.mark.parametrize(("gap", "stays"), [(0.9, True), (0.999, True), (1.0, False), (3.0, False)])
def test_a_bed_stays_down_in_a_gap_shorter_than_a_second(gap, stays):
    second = 5 * RATE + round(gap * RATE)
    clips = [clip(4 * RATE, RATE, take="silent"), clip(second, RATE, take="silent")]
    takes = {"silent": np.zeros(RATE, np.float32)}
    music = bed(0, 12 * RATE, duck=-14.0)
    level = decibels(mixed(12 * RATE, clips=clips, beds=[music], takes=takes)[0])
    between = level[5 * RATE : second].max()
    assert between == pytest.approx(-14.0 if stays else 0.0, abs=0.01)


def test_what_a_window_does_not_touch_needs_no_samples():
    far = [clip(50_000, 100, take="absent")], [bed(60_000, 100, sound="absent")]
    assert not mixed(1000, clips=far[0], beds=far[1]).any()


@st.composite
def timelines(draw):
    place = st.integers(0, 9 * RATE)
    extent = st.integers(1, 6 * RATE)
    level = st.floats(-20, 6)
    clips = [
        clip(draw(place), draw(st.integers(1, 2 * RATE)), gain=draw(level))
        for _ in range(draw(st.integers(0, 4)))
    ]
    beds = [
        bed(
            draw(place),
            draw(extent),
            offset=draw(st.integers(0, 3 * RATE)),
            loop=draw(st.booleans()),
            gain=draw(level),
            fade_in=draw(st.integers(0, RATE)),
            fade_out=draw(st.integers(0, RATE)),
            duck=draw(st.sampled_from([0.0, -14.0])),
        )
        for _ in range(draw(st.integers(0, 3)))
    ]
    return clips, beds


@given(timelines(), st.lists(st.integers(0, 16 * RATE), max_size=6), st.integers(1, 2))
@settings(max_examples=60, deadline=None)
def test_windows_of_a_mix_joined_are_the_whole_mix_wherever_they_are_cut(sounding, cuts, channels):
    clips, beds = sounding
    rng = np.random.default_rng(0)
    takes = {"t": rng.normal(size=2 * RATE).astype(np.float32)}
    sounds = {"s": rng.normal(size=(2, 2 * RATE + 11)).astype(np.float32)}
    every = {"channels": channels, "clips": clips, "beds": beds, "takes": takes, "sounds": sounds}
    edges = sorted({0, 16 * RATE, *cuts})
    windows = [mixed(end - begin, start=begin, **every) for begin, end in itertools.pairwise(edges)]
    assert np.array_equal(np.concatenate(windows, axis=1), mixed(16 * RATE, **every))
