"""How a reference speaks: its words counted, its pauses left out, its pitch measured."""

from __future__ import annotations

import numpy as np
import pytest
from comfyui_glmtts.audio.wave import Wave
from comfyui_glmtts.glmtts_runtime.voices.prosody import NEUTRAL, prosody, spoken_seconds, syllables
from comfyui_glmtts.glmtts_runtime.voices.voice import Voice

RATE = 24_000


def buzz(hertz: float, seconds: float) -> np.ndarray:
    time = np.arange(round(seconds * RATE)) / RATE
    return 0.1 * sum(np.sin(2 * np.pi * hertz * k * time) / k for k in range(1, 10))


def silence(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * RATE))


def wave(*parts: np.ndarray) -> Wave:
    return Wave(np.concatenate(parts).astype("f4"), RATE)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("，。！", 0),
        ("今天天气很好。", 6),
        ("2024年", 5),
        ("hello", 2 * 0.7),
        ("a nice day", 3 * 0.7),
        ("rhythm", 0.7),
        ("我用Python", 2 + 2 * 0.7),
    ],
)
def test_a_text_is_as_long_as_its_syllables(text: str, count: float) -> None:
    assert syllables(text) == pytest.approx(count)


def test_pauses_do_not_count_as_speech_but_short_gaps_do() -> None:
    told = wave(silence(1), buzz(150, 2), silence(0.6), buzz(150, 1), silence(0.1), buzz(150, 1))
    assert spoken_seconds(told) == pytest.approx(4.1, abs=0.08)
    assert spoken_seconds(wave(silence(3))) == 0


def test_a_voice_is_its_median_pitch_its_range_and_its_tempo() -> None:
    told = wave(buzz(100, 1), buzz(150, 1), buzz(200, 1))
    found = prosody(Voice.of("a", told, "今天天气很好今天天气很好"))
    assert found.hertz == pytest.approx(150, rel=0.02)
    assert found.semitones == pytest.approx(12, abs=0.5)
    assert found.tempo == pytest.approx(4, rel=0.05)


def test_a_reference_that_tells_nothing_is_neutral() -> None:
    assert prosody(Voice.of("a", wave(silence(3)), "")) == NEUTRAL
