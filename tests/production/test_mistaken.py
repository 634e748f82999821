"""Mistakes of reading and those of later checks, told together."""

from pathlib import Path

import pytest
from comfyui_glmtts.glmtts_runtime.voices.library import VoiceLibrary
from comfyui_glmtts.mistakes import InputError
from comfyui_glmtts.production.mistaken import told_at_once
from comfyui_glmtts.production.store import Store
from comfyui_glmtts.scripts.parse import read_script

FOUR_KINDS = """\
glmtts: 1
title: 坏
voices: {甲: xiaoyu, 乙: amin}
segments:
  - 甲: 行{行|hag}不行
  - 丙: 我是谁？
  - 甲: 停[pause:5]
"""
SOUNDS_AND_SILENCE = """\
glmtts: 1
voices: {甲: xiaoyu}
output: {formats: [opus], sample_rate: 44100}
segments:
  - sound: a.yaml
  - sound: b.wav
  - 甲: ……
  - 甲: 行{行|hag}不行
"""
UNREADABLE = """\
glmtts: 1
voices:
  甲: {reference: a.yaml}
  乙: {reference: no.wav, transcript: 好}
emotions: {calm: {reference: no.wav, transcript: 好}}
segments:
  - sound: no.wav
  - 甲: " "
  - 甲: 好
    emotion: calm
  - 乙: 好
"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (FOUR_KINDS, ["3:24 amin", "5:9 hag", "6:5 丙", "7:9 [pause:5]"]),
        (SOUNDS_AND_SILENCE, ["3:40 44100", "5:5 a.yaml", "6:12 b.wav", "7:8 nothing", "8:9 hag"]),
        # What could not be read is not looked at again: each of these has one mistake only.
        (UNREADABLE, ["3:3 words", "4:18 no.wav", "5:30 no.wav", "7:12 no.wav", "8:8 Nothing"]),
    ],
)
def test_later_checks_go_on_with_what_is_right(text: str, told: list[str], tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    with (
        pytest.raises(InputError) as caught,
        told_at_once(VoiceLibrary([]), Store(tmp_path / "cache")),
    ):
        read_script(path)
    found = [(f"{one.place.line}:{one.place.column}", one.what) for one in caught.value.mistakes]
    wanted = [one.split(" ", 1) for one in told]
    assert [place for place, _ in found] == [place for place, _ in wanted]
    for (_, what), (_, word) in zip(found, wanted, strict=True):
        assert word in what
