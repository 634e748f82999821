"""What tests of the model share; a kernel is tested where it is, its stand-in everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from comfyui_glmtts.glmtts_runtime.glm_tts.engine import GlmEngine
from comfyui_glmtts.glmtts_runtime.glm_tts.kernels import packed
from speech import opened


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what wants the kernel on a CPU without it."""
    if packed.has_kernel():
        return
    wanting = [item for item in items if item.get_closest_marker("packed")]
    config.hook.pytest_deselected(items=wanting)
    items[:] = [item for item in items if item not in wanting]


@pytest.fixture(scope="session")
def engine(tiny: Path) -> Iterator[GlmEngine]:
    """An engine of random weights, whose voices stay known from test to test."""
    with opened(tiny) as loaded:
        yield loaded


@pytest.fixture
def no_istft_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real one waits to see that its window adds up: tensors without numbers cannot say."""

    def istft(
        spectrum: torch.Tensor, _: int, hop: int, __: int, window: torch.Tensor
    ) -> torch.Tensor:
        return spectrum.real.new_zeros((spectrum.shape[1] - 1) * hop) * window.sum()

    monkeypatch.setattr(torch, "istft", istft)
