"""Silence nobody asked for and clipping are told from the samples."""

from __future__ import annotations

import numpy as np
import pytest
from comfyui_glmtts.audio.wave import Wave
from comfyui_glmtts.listening.sound import clipped, silences
from comfyui_glmtts.listening.word_times import character_times

RATE = 24_000


def tone(seconds: float, level: float = 0.3) -> np.ndarray:
    return level * np.sin(np.arange(round(seconds * RATE)) * 0.05).astype(np.float32)


def silence(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * RATE), np.float32)


@pytest.mark.parametrize(
    ("seconds", "asked", "found"),
    [(1.2, (), []), (2.0, (), [(1.0, 2.0)]), (2.0, (2.0,), []), (3.5, (2.0,), [(1.0, 3.5)])],
)
def test_silence_is_long_when_nobody_asked_for_it(
    seconds: float, asked: tuple[float, ...], found: list[tuple[float, float]]
) -> None:
    wave = Wave(np.concatenate([tone(1.0), silence(seconds), tone(1.0)]), RATE)
    told = [(round(at, 2), round(lasts, 1)) for at, lasts in silences(wave, asked=asked)]
    assert told == found


def test_flat_tops_are_clipping_and_loud_peaks_are_not() -> None:
    loud = tone(1.0, 1.3)
    assert clipped(Wave(loud, RATE)) == []
    at = clipped(Wave(np.clip(loud, -1, 1), RATE))
    assert 0 < at[0] < 0.01
    assert clipped(Wave(silence(1.0), RATE)) == []


def test_characters_share_the_time_of_their_piece_and_letters_that_of_their_word() -> None:
    pieces = [("天气", 0), ("，", 2), ("so", 3), (" good", 4)]
    begins = {0: 0.1, 2: 0.5, 3: 0.7, 4: 0.9}
    assert character_times("天气，so good", pieces, begins, 1.4) == (
        (0.1, 0.3), (0.3, 0.5), (0.5, 0.5), (0.7, 0.9), (0.7, 0.9), (0.9, 0.9),
        (0.9, 1.4), (0.9, 1.4), (0.9, 1.4), (0.9, 1.4),
    )  # fmt: skip
    assert character_times("别的", pieces, begins, 1.4) == ()
