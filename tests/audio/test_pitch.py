"""The fundamental frequency of what has one, and none of what has not."""

from __future__ import annotations

import numpy as np
import pytest
from comfyui_glmtts.audio.pitch import contour
from comfyui_glmtts.audio.wave import Wave

RATE = 24_000
TIME = np.arange(RATE) / RATE


def wave(samples: np.ndarray, rate: int = RATE) -> Wave:
    return Wave((0.1 * samples).astype("f4"), rate)


def harmonics(hertz: float, numbers: range, tilt: float) -> np.ndarray:
    """Partials with phases that belong to nothing."""
    return sum(np.sin(2 * np.pi * hertz * k * TIME + k * k) / k**tilt for k in numbers)


@pytest.mark.parametrize("hertz", [70, 100, 150, 220, 330, 450])
@pytest.mark.parametrize(
    ("numbers", "tilt"),
    [(range(1, 2), 0), (range(1, 20), 1), (range(2, 10), 0)],
    ids=["a sine", "a saw", "a missing fundamental"],
)
def test_a_steady_voice_has_its_frequency(hertz: int, numbers: range, tilt: float) -> None:
    found = contour(wave(harmonics(hertz, numbers, tilt)))
    assert np.mean(found > 0) > 0.95
    np.testing.assert_allclose(found[found > 0], hertz, rtol=0.01)


def test_noise_of_a_tenth_of_the_amplitude_changes_little() -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, RATE)
    found = contour(wave(harmonics(150, range(1, 20), 1) + noise))
    assert np.mean(found > 0) > 0.9
    np.testing.assert_allclose(found[found > 0], 150, rtol=0.03)


def test_a_glide_is_followed() -> None:
    hertz = 100 * 2**TIME
    found = contour(wave(np.sin(2 * np.pi * np.cumsum(hertz) / RATE)))
    middle = 0.01 * np.arange(len(found)) + 0.02
    np.testing.assert_allclose(found[5:-5], 100 * 2 ** middle[5:-5], rtol=0.03)


@pytest.mark.parametrize("rate", [16_000, 22_050, 44_100])
def test_the_sample_rate_does_not_matter(rate: int) -> None:
    found = contour(wave(np.sin(2 * np.pi * 200 * np.arange(rate) / rate), rate))
    np.testing.assert_allclose(found[3:-3], 200, rtol=0.01)


@pytest.mark.parametrize(
    "samples",
    [np.random.default_rng(2).normal(0, 1, RATE), np.zeros(RATE), np.zeros(100)],
    ids=["noise", "silence", "next to nothing"],
)
def test_what_has_no_voice_has_no_pitch(samples: np.ndarray) -> None:
    assert not contour(wave(samples)).any()
