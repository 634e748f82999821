"""References are judged: what is measured is right, and every fault has its verdict and advice."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from comfyui_glmtts.audio.recording import Recording
from comfyui_glmtts.glmtts_runtime.voices.quality import Verdict, check

RATE = 24_000
WORDS = "今天下午的阳光特别好我打算去公园里走一走再买一杯热咖啡"
RANDOM = np.random.default_rng(5)


def speech(seconds: float = 6.0, rate: int = RATE, level: float = -20.0) -> np.ndarray:
    """Syllables of a buzzing voice, four a second, with gaps of 50 ms. [1, T]; `level` in dBFS"""
    time = np.arange(round(seconds * rate)) / rate
    voice = sum(np.sin(2 * np.pi * 140 * k * time + k * k) / k for k in range(1, 15))
    gate = np.clip(20 * (np.abs((4 * time) % 1 - 0.5) - 0.1), 0, 1)
    sound = voice * gate
    return (sound * 10 ** (level / 20) / np.sqrt(np.mean(sound[gate > 0.5] ** 2)))[None]


def with_noise(samples: np.ndarray, level: float) -> np.ndarray:
    return samples + RANDOM.normal(0, 10 ** (level / 20), samples.shape)


def padded(samples: np.ndarray, before: float, after: float, rate: int = RATE) -> np.ndarray:
    return np.pad(samples, [(0, 0), (round(before * rate), round(after * rate))])


def good() -> np.ndarray:
    return with_noise(padded(speech(), 0.2, 0.2), -70)


def shouted(samples: np.ndarray) -> np.ndarray:
    """With one word that was too loud for the microphone."""
    word = slice(RATE, RATE + RATE // 4)
    top = 0.8 * np.abs(samples[:, word]).max()
    found = 0.5 * samples
    found[:, word] = np.clip(samples[:, word], -top, top)
    return found


def recording(samples: np.ndarray, rate: int = RATE) -> Recording:
    return Recording(samples.astype("f4"), rate)


def test_a_good_reference_has_nothing_to_complain_about() -> None:
    quality = check(recording(good()), WORDS)
    assert quality.verdict is Verdict.OK
    assert not any(measure.advice for measure in quality.measures)


@pytest.mark.parametrize(
    ("name", "value", "tolerance", "samples"),
    [
        ("duration", 6.4, 0.001, good),
        ("level", -20.0, 1.0, good),
        ("level", -33.0, 1.0, lambda: with_noise(speech(level=-33), -80)),
        ("noise floor", -70.0, 1.0, good),
        ("SNR", 20.0, 1.5, lambda: with_noise(padded(speech(), 0.3, 0.3), -40)),
        ("SNR", 30.0, 1.5, lambda: with_noise(padded(speech(), 0.3, 0.3), -50)),
        ("leading silence", 0.8, 0.06, lambda: with_noise(padded(speech(), 0.8, 0.3), -60)),
        ("trailing silence", 1.2, 0.06, lambda: with_noise(padded(speech(), 0.3, 1.2), -60)),
        ("speech rate", 27 / 6, 0.3, good),
        ("clipping", 0.0, 0.0, lambda: speech(level=-12)),
        ("channels", 2, 0, lambda: np.concatenate([good(), good()])),
    ],
)
def test_what_is_measured_is_right(
    name: str, value: float, tolerance: float, samples: Callable[[], np.ndarray]
) -> None:
    assert check(recording(samples()), WORDS)[name].value == pytest.approx(value, abs=tolerance)


def test_clipping_is_counted_even_after_the_recording_was_turned_down() -> None:
    loud = speech(level=-3)
    clipped = np.clip(loud, -0.7, 0.7)
    share = 100 * np.mean(np.abs(loud) > 0.7)
    assert share > 0.5
    for gain in (1.0, 0.3, 1 / 0.7):
        measure = check(recording(gain * clipped), WORDS)["clipping"]
        assert measure.value == pytest.approx(share, rel=0.3)
        assert measure.verdict is Verdict.BAD


@pytest.mark.parametrize(
    ("name", "verdict", "samples", "rate"),
    [
        ("duration", Verdict.BAD, lambda: speech(1.0), RATE),
        ("duration", Verdict.WARN, lambda: speech(2.5), RATE),
        ("duration", Verdict.OK, lambda: speech(4.0), RATE),
        ("duration", Verdict.WARN, lambda: speech(14.0), RATE),
        ("duration", Verdict.BAD, lambda: speech(35.0), RATE),
        ("sample rate", Verdict.BAD, lambda: speech(rate=8000), 8000),
        ("sample rate", Verdict.WARN, lambda: speech(rate=16_000), 16_000),
        ("sample rate", Verdict.OK, lambda: speech(rate=22_050), 22_050),
        ("channels", Verdict.OK, lambda: np.concatenate([good(), good()]), RATE),
        ("channels", Verdict.OK, lambda: RANDOM.normal(0, 0.1, (2, 6 * RATE)), RATE),
        ("channels", Verdict.BAD, lambda: np.concatenate([good(), -good()]), RATE),
        ("channels", Verdict.WARN, lambda: np.repeat(good(), 6, axis=0), RATE),
        ("clipping", Verdict.WARN, lambda: shouted(good()), RATE),
        ("level", Verdict.WARN, lambda: speech(level=-40), RATE),
        ("level", Verdict.BAD, lambda: speech(level=-60), RATE),
        ("level", Verdict.WARN, lambda: np.clip(speech(level=-2), -1, 1), RATE),
        ("level", Verdict.BAD, lambda: np.zeros((1, 6 * RATE)), RATE),
        ("level", Verdict.BAD, lambda: np.zeros((1, 0)), RATE),
        ("SNR", Verdict.WARN, lambda: with_noise(speech(), -40), RATE),
        ("SNR", Verdict.BAD, lambda: with_noise(speech(), -30), RATE),
        ("leading silence", Verdict.WARN, lambda: padded(speech(), 1.0, 0.2), RATE),
        ("leading silence", Verdict.WARN, lambda: speech()[:, :], RATE),
        ("trailing silence", Verdict.WARN, lambda: padded(speech(), 0.2, 1.0), RATE),
    ],
)
def test_every_fault_has_its_verdict_and_advice(
    name: str, verdict: Verdict, samples: Callable[[], np.ndarray], rate: int
) -> None:
    quality = check(recording(samples(), rate), WORDS)
    measure = quality[name]
    assert measure.verdict is verdict, measure
    assert measure.advice or verdict is Verdict.OK
    assert quality.verdict in (list(Verdict)[list(Verdict).index(verdict) :])


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        ("", Verdict.BAD),
        ("你好", Verdict.BAD),
        ("今天下午的阳光特别好我", Verdict.WARN),
        (WORDS, Verdict.OK),
        (
            "An English sentence that takes as long to say as " + 3 * "six of the seconds ",
            Verdict.OK,
        ),
        (WORDS * 2, Verdict.WARN),
        (WORDS * 4, Verdict.BAD),
    ],
)
def test_the_transcript_must_fit_the_speech(words: str, verdict: Verdict) -> None:
    assert check(recording(good()), words)["speech rate"].verdict is verdict
