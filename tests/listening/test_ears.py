"""Whisper's own failures are seen to, and its times are those of the sound."""

from __future__ import annotations

import numpy as np
import pytest
from comfyui_glmtts.audio.wave import Wave
from comfyui_glmtts.bench.damage import Line
from comfyui_glmtts.bench.listening import LINES, requests, spoken
from comfyui_glmtts.glmtts_runtime.kokoro.engine import KokoroEngine
from comfyui_glmtts.listening.check import check
from comfyui_glmtts.listening.ears import Ears
from comfyui_glmtts.listening.units import heard
from comfyui_glmtts.pronunciation.reader import Reader

RATE = 24_000


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros(3 * RATE),
        np.random.default_rng(1).normal(0, 0.1, 3 * RATE),
        1e-4 * np.sin(np.arange(3 * RATE) * 0.05),
    ],
    ids=["silence", "noise", "a hum nobody hears"],
)
def test_nothing_is_invented_where_nobody_speaks(ears: Ears, samples: np.ndarray) -> None:
    assert ears.hear(Wave(samples.astype(np.float32), RATE), "zh").text == ""


def test_times_of_characters_are_those_of_kokoro_itself(ears: Ears, lines: list[Line]) -> None:
    late = []
    for line in lines:
        times = check(ears, line.wave, line.spoken).times
        for character, ours, own in zip(line.spoken.characters, times, line.times, strict=True):
            if character.char.isalnum():
                late += [abs(ours[0] - own[0]), abs(ours[1] - own[1])]
    assert len(late) > 150
    assert np.mean(late) < 0.08
    assert np.quantile(late, 0.95) < 0.2


def test_a_long_text_is_heard_to_its_end_in_parts_with_times_throughout(ears: Ears) -> None:
    texts = [t for t in LINES.read_text(encoding="utf-8").splitlines() if "，" in t][:6]
    [asked] = requests(["".join(texts)])
    with KokoroEngine.open(environment={}) as engine:
        [(_, line)] = spoken(engine, [asked])
    assert line.wave.seconds > 20
    found = ears.hear(line.wave, "zh", line.spoken)
    assert len(found.parts) > 1
    assert all(0 < part.end - part.start <= 8.5 for part in found.parts)
    said = len(heard(texts[-1], "zh"))
    last = [unit.sounds[0] for unit in heard(found.text, "zh")][-said:]
    assert (
        sum(one in unit.sounds for one, unit in zip(last, heard(texts[-1], "zh"), strict=True))
        >= said - 2
    )
    starts = [start for start, _ in found.times]
    assert starts == sorted(starts)
    assert abs(found.times[-2][1] - line.times[-2][1]) < 0.4


def test_figures_are_written_as_they_are_said(ears: Ears) -> None:
    [asked] = requests(["今年的产量比去年增长了12.5%。"])
    with KokoroEngine.open(environment={}) as engine:
        [(_, line)] = spoken(engine, [asked])
    text = ears.hear(line.wave, "zh").text
    assert not any(char.isdigit() for char in text)
    assert "十二" in text


def test_the_same_wave_is_heard_the_same_beside_others(lines: list[Line]) -> None:
    several = Ears.open(listeners=2)
    once = several.hear(lines[0].wave, "zh", lines[0].spoken)
    for line in lines[1:3]:
        several.hear(line.wave, "zh", line.spoken)
    assert several.hear(lines[0].wave, "zh", Reader().read(lines[0].spoken.text)) == once
