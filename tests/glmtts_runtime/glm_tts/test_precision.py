"""What an engine computes in: what the machine does itself, or what was asked for."""

from __future__ import annotations

import json
from pathlib import Path

import decoding
import pytest
import torch
from comfyui_glmtts.glmtts_runtime.glm_tts.device import precision
from comfyui_glmtts.glmtts_runtime.glm_tts.engine import GlmEngine
from comfyui_glmtts.glmtts_runtime.glm_tts.kernels import packed, probe
from comfyui_glmtts.glmtts_runtime.glm_tts.llm.decode import Batch
from speech import CPU, opened, request, same, speak


@pytest.fixture
def no_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """A CPU that does not multiply bfloat16, as most do not."""
    monkeypatch.setattr(packed, "has_kernel", lambda: False)


def test_a_cpu_that_multiplies_bfloat16_itself_does_so() -> None:
    assert (precision(CPU) == torch.bfloat16) == packed.supported()
    assert precision(CPU, "float32") == torch.float32


@pytest.mark.usefixtures("no_kernel")
@pytest.mark.parametrize(("gain", "chosen"), [(3.2, torch.int8), (0.9, torch.float32)])
def test_another_cpu_is_tried_once_and_stays_with_what_was_faster(
    gain: float, chosen: torch.dtype, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[float] = []
    monkeypatch.setattr(probe, "_gain", lambda: tried.append(gain) or gain)
    remembered = tmp_path / "cache" / "machine.json"
    assert [precision(CPU, remembered=remembered) for _ in range(3)] == [chosen] * 3
    assert len(tried) == 1
    remembered.write_text("[1", encoding="utf-8")
    assert precision(CPU, remembered=remembered) == chosen
    assert precision(CPU, "bfloat16", remembered) == torch.bfloat16
    assert len(tried) == 2


@pytest.mark.usefixtures("no_kernel")
def test_what_is_tried_is_a_real_product_and_another_instruction_set_is_another_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remembered = tmp_path / "machine.json"
    assert precision(CPU, remembered=remembered) in (torch.int8, torch.float32)
    (found,) = json.loads(remembered.read_text(encoding="utf-8")).values()
    assert found >= 0
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "OTHER")
    precision(CPU, remembered=remembered)
    assert len(json.loads(remembered.read_text(encoding="utf-8"))) == 2


def test_sums_that_depend_on_how_many_rows_there_are_are_seen() -> None:
    weight = torch.randn(64, 48, generator=torch.Generator().manual_seed(1))

    def one_by_one(rows: torch.Tensor) -> torch.Tensor:
        return torch.stack([weight @ row for row in rows])

    def by_count(rows: torch.Tensor) -> torch.Tensor:
        return one_by_one(rows) * (1 + 1e-6 * (len(rows) == 7))

    assert probe.alike(one_by_one, 48)
    assert not probe.alike(by_count, 48)


def test_a_line_is_its_own_however_this_machine_adds_up(tiny: Path) -> None:
    network = decoding.prepared(tiny)
    network.unpad()
    lines = [decoding.passage(seed, least=8, most=12) for seed in range(11)]
    alone = [decoding.decode(Batch(network, decoding.AUDIO, CPU), [one], 1)[0] for one in lines]
    assert decoding.decode(Batch(network, decoding.AUDIO, CPU), lines, 11) == alone


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
