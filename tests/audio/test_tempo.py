"""Sound made faster without its pitch."""

from __future__ import annotations

import numpy as np
import pytest
from comfyui_glmtts.audio.pitch import contour
from comfyui_glmtts.audio.tempo import quickened
from comfyui_glmtts.audio.wave import Wave

RATE = 24_000


def hum(seconds: float) -> np.ndarray:
    """A voice at 150 Hz with all its overtones."""
    at = np.arange(round(seconds * RATE)) / RATE
    overtones = [np.sin(2 * np.pi * 150 * n * at) / n for n in range(1, 20)]
    return (0.3 * np.sum(overtones, axis=0)).astype(np.float32)


@pytest.mark.parametrize("tempo", [0.6, 0.9, 1.1, 1.5, 2.0])
def test_a_sound_is_as_much_shorter_as_it_is_faster_and_as_high_as_before(tempo: float) -> None:
    found = quickened(hum(2.0), RATE, tempo)
    assert len(found) == round(2.0 * RATE / tempo)
    voiced = contour(Wave(found, RATE))
    assert np.median(voiced[voiced > 0]) == pytest.approx(150, rel=0.02)


def test_equal_sound_gives_equal_bytes_and_the_same_tempo_changes_nothing() -> None:
    sound = hum(1.0)
    assert np.array_equal(quickened(sound, RATE, 1.3), quickened(sound, RATE, 1.3))
    assert quickened(sound, RATE, 1.0) is sound


@pytest.mark.parametrize("length", [0, 1, 100, 3000])
def test_a_moment_of_sound_is_kept(length: int) -> None:
    assert len(quickened(hum(1.0)[:length], RATE, 1.5)) == round(length / 1.5)
