"""What an engine computes in: what the machine does itself, or what was asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from comfyui_glmtts.glmtts_runtime.glm_tts.device import precision
from comfyui_glmtts.glmtts_runtime.glm_tts.engine import GlmEngine
from comfyui_glmtts.glmtts_runtime.glm_tts.kernels import packed
from speech import CPU, opened, request, same, speak


@pytest.fixture
def no_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """A CPU that does not multiply bfloat16, as most do not."""
    monkeypatch.setattr(packed, "has_kernel", lambda: False)


def test_the_precision_chosen_for_a_cpu_is_the_one_it_computes_itself() -> None:
    assert precision(CPU) == (torch.bfloat16 if packed.supported() else torch.float32)
    assert precision(CPU, "float32") == torch.float32


@pytest.mark.usefixtures("no_kernel")
def test_a_cpu_without_the_kernel_computes_in_float32_unless_asked_otherwise() -> None:
    assert precision(CPU) == torch.float32
    assert precision(CPU, "bfloat16") == torch.bfloat16


@pytest.mark.usefixtures("no_kernel")
def test_a_cpu_without_the_kernel_speaks_in_bfloat16_all_the_same(tiny: Path) -> None:
    engine = opened(tiny, dtype=torch.bfloat16)
    assert not any(isinstance(part, packed.PackedLinear) for part in engine.llama.modules())
    (alone,) = speak(engine, [request()])
    assert alone.seconds > 0.2
    assert same(alone, speak(engine, [request(seed=1), request()])[1])


@pytest.mark.parametrize("dtype", [torch.float16, torch.int8])
def test_other_precisions_speak(tiny: Path, engine: GlmEngine, dtype: torch.dtype) -> None:
    other = opened(tiny, dtype=dtype)
    (wave,) = speak(other, [request()])
    assert wave.seconds > 0.2
    assert other.nbytes < engine.nbytes
    assert other.fingerprint != engine.fingerprint
