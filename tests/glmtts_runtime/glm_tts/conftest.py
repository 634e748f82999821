"""What tests of the model share. A kernel is tested where it is, what stands in for it everywhere."""

from __future__ import annotations

import pytest
from comfyui_glmtts.glmtts_runtime.glm_tts.kernels import packed


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what wants the kernel on a CPU without it."""
    if packed.has_kernel():
        return
    wanting = [item for item in items if item.get_closest_marker("packed")]
    config.hook.pytest_deselected(items=wanting)
    items[:] = [item for item in items if item not in wanting]
