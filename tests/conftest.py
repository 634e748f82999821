"""What several tests share. Tests of the model itself run where its extra is installed."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

collect_ignore_glob = [] if find_spec("torch") else ["test_glm_*.py"]


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint folder of random weights, small enough for every test. Not to be written to."""
    from comfyui_glmtts.glmtts_runtime.checkpoint.synth import synth

    return synth(tmp_path_factory.mktemp("tiny"), "tiny").folder
