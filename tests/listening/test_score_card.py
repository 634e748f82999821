"""A finished file is compared with its script line by line; the words of a recording are heard."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest
import soundfile
from comfyui_glmtts.audio.wave import Wave
from comfyui_glmtts.bench.damage import Line, damaged
from comfyui_glmtts.cli.app import app
from comfyui_glmtts.listening.ears import Ears
from comfyui_glmtts.listening.score_card import score_card
from typer.testing import CliRunner


def together(waves: list[Wave]) -> Wave:
    pause = np.zeros(round(0.4 * waves[0].rate), np.float32)
    return Wave(
        np.concatenate([part for wave in waves for part in (wave.samples, pause)]), waves[0].rate
    )


@pytest.fixture(scope="module")
def chinese(lines: list[Line]) -> list[Line]:
    """Lines without a foreign word."""
    found = [
        line
        for line in lines
        if all(c.pinyin or not c.char.isalpha() for c in line.spoken.characters)
    ]
    return [line for line in found if len(line.words()) > 2][:3]


def test_a_missing_word_is_told_with_its_line_and_time(ears: Ears, chinese: list[Line]) -> None:
    assert len(chinese) == 3
    waves = [line.wave for line in chinese]
    whole = score_card(ears, together(waves), [line.spoken for line in chinese])
    assert whole.error is not None
    assert whole.error < 0.1
    assert 3 < whole.pace < 8
    waves[1] = damaged(chinese[1], "removed", [], random.Random(2))
    card = score_card(ears, together(waves), [line.spoken for line in chinese])
    assert card.error is not None
    assert card.error > whole.error
    [remark] = [one for one in card.remarks if one.line == 2]
    assert remark.seconds is not None
    assert 0 <= remark.seconds < waves[0].seconds + waves[1].seconds + 0.4


def test_the_command_tells_what_was_heard_and_is_strict_when_asked(
    chinese: list[Line], tmp_path: Path
) -> None:
    file, script = tmp_path / "episode.wav", tmp_path / "episode.txt"
    spoiled = damaged(chinese[0], "removed", [], random.Random(2))
    soundfile.write(file, spoiled.samples, spoiled.rate)
    script.write_text(f"甲: {chinese[0].spoken.text}\n", encoding="utf-8")
    run = CliRunner().invoke(
        app, ["listen", str(file), "--script", str(script), "--strict", "--json"]
    )
    told = json.loads(run.stdout)
    assert run.exit_code == 1
    assert told["remarks"]
    assert told["heard"][0]["text"]


def test_a_voice_without_its_words_has_them_heard_and_shown(
    chinese: list[Line], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    file = tmp_path / "me.wav"
    wave = together([line.wave for line in chinese[:2]])
    soundfile.write(file, wave.samples, wave.rate)
    run = CliRunner().invoke(app, ["voices", "add", "me", str(file), "--anyway"])
    assert run.exit_code == 0, run.output
    assert "heard: “" in run.output
    assert "--replace --text" in run.output
