"""Whisper base from PyPI, and lines that Kokoro speaks, both made once."""

from __future__ import annotations

import pytest
from comfyui_glmtts.bench.damage import Line
from comfyui_glmtts.bench.listening import LINES, requests, spoken
from comfyui_glmtts.glmtts_runtime.kokoro.engine import KokoroEngine
from comfyui_glmtts.listening.ears import Ears

TEXTS = LINES.read_text(encoding="utf-8").splitlines()[::40]


@pytest.fixture(scope="session")
def ears() -> Ears:
    return Ears.open(listeners=1)


@pytest.fixture(scope="session")
def lines() -> list[Line]:
    """Each 40th of lines.txt as Kokoro speaks it."""
    asked = requests(TEXTS)
    with KokoroEngine.open(environment={}) as engine:
        found = dict(spoken(engine, asked))
    return [found[number] for number in range(len(asked))]
