"""Damage is found and good lines are left alone; the whole table is in docs/listening.md."""

from __future__ import annotations

import random

import pytest
from comfyui_glmtts.bench.damage import Line, damaged
from comfyui_glmtts.bench.listening import LONG, requests, spoken
from comfyui_glmtts.glmtts_runtime.kokoro.engine import KokoroEngine
from comfyui_glmtts.listening.check import Finding, badness, check
from comfyui_glmtts.listening.ears import Ears
from comfyui_glmtts.listening.units import size, told
from comfyui_glmtts.pronunciation.reader import Reader


def test_lines_as_kokoro_speaks_them_are_good(ears: Ears, lines: list[Line]) -> None:
    verdicts = [check(ears, line.wave, line.spoken) for line in lines]
    bad = [(v.heard, v.findings) for v in verdicts if not v.is_good]
    assert len(bad) <= 1, bad


@pytest.mark.parametrize("kind", ["removed", "doubled", "replaced", "cut off", "noisy"])
def test_damage_is_found(ears: Ears, lines: list[Line], kind: str) -> None:
    missed = []
    count = 0
    for number, line in enumerate(lines):
        if len(line.words()) < 2 or sum(map(size, told(line.spoken))) < LONG:
            continue
        wave = damaged(line, kind, lines, random.Random(number))
        verdict = check(ears, wave, line.spoken)
        count += 1
        if verdict.is_good:
            missed.append((line.spoken.spoken, verdict.heard))
    assert count >= 4
    assert len(missed) <= (1 if kind == "replaced" else 0), missed


def test_another_language_is_noticed(ears: Ears) -> None:
    [asked] = requests(["The storm left thousands of people without power."])
    with KokoroEngine.open(environment={}) as engine:
        [(_, line)] = spoken(engine, [asked])
    chinese = Reader().read("暴风雨以后成千上万的人没有电用。")
    assert "language" in {finding.kind for finding in check(ears, line.wave, chinese).findings}


def test_the_better_take_is_the_one_with_less_wrong(ears: Ears, lines: list[Line]) -> None:
    line = next(line for line in lines if len(line.words()) > 3)
    whole = check(ears, line.wave, line.spoken)
    worse = check(ears, damaged(line, "removed", lines, random.Random(1)), line.spoken)
    assert badness(whole) < badness(worse)


@pytest.mark.parametrize(
    ("finding", "told"),
    [
        (Finding("missing", 2, 4, "明天", ""), "missing: “明天”"),
        (Finding("repeated", 2, 2, "", "ming tian"), "repeated: “ming tian”"),
        (Finding("replaced", 2, 4, "明天", "zuo wan"), "“明天” sounds like “zuo wan”"),
        (Finding("silence", 0, 0, heard="2.0 s"), "2.0 s of silence"),
        (Finding("language", 0, 0, heard="en"), "sounds like another language (en)"),
    ],
)
def test_findings_are_told_in_words(finding: Finding, told: str) -> None:
    assert str(finding) == told
