"""Weights that a host lends memory to: brought before use, all at once, and let go with the engine;
and an engine that goes on with fewer lines when memory runs out.
"""

from __future__ import annotations

import gc
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from comfyui_glmtts.audio.wave import Wave
from comfyui_glmtts.glmtts_runtime.engine import OutOfMemoryError, SpeechError
from comfyui_glmtts.glmtts_runtime.glm_tts.engine import GlmEngine
from comfyui_glmtts.glmtts_runtime.glm_tts.oom_split import SplitOnOutOfMemory
from comfyui_glmtts.glmtts_runtime.glm_tts.weight_placement import SequentialOffload
from speech import CPU, nothing, opened, outcomes, request, same, speak


class Lender:
    """A host that overwrites weights it takes away, so that using them unloaded would be heard."""

    offload_device, sequential = CPU, False

    def __init__(self) -> None:
        self.away: dict[int, dict[str, torch.Tensor]] = {}
        self.loads: list[list[str]] = []

    def register(self, network: torch.nn.Module) -> torch.nn.Module:
        self.take_away(network)
        return network

    def take_away(self, weights: torch.nn.Module) -> None:
        self.away[id(weights)] = {name: p.clone() for name, p in weights.named_parameters()}
        for parameter in weights.parameters():
            parameter.data.zero_()

    def load(self, *registered: torch.nn.Module) -> None:
        self.loads.append([type(weights).__name__ for weights in registered])
        for weights in registered:
            kept = self.away.pop(id(weights), {})
            for name, parameter in weights.named_parameters():
                if name in kept:
                    parameter.data.copy_(kept[name])


def test_weights_are_loaded_all_at_once_before_they_are_used(tiny: Path, engine: GlmEngine) -> None:
    lender = Lender()
    borrowing = opened(tiny, placement=lender)
    (lent,), (own,) = speak(borrowing, [request()]), speak(engine, [request()])
    assert same(lent, own)
    assert lender.loads == [["WhisperVQ"], ["Llama", "Flow", "ModuleList"]]
    speak(borrowing, [request("再见。")])
    assert lender.loads[2:] == [["Llama", "Flow", "ModuleList"]], "the voice was heard before"


def test_an_engine_that_nobody_holds_leaves_no_weights_behind(tiny: Path) -> None:
    engine = opened(tiny)
    networks = [weakref.ref(engine.llama), weakref.ref(engine.acoustic.flow)]
    del engine
    gc.collect()
    assert [network() for network in networks] == [None, None]


def test_all_that_networks_compute_with_moves_with_them(tiny: Path) -> None:
    """A host moves parameters and buffers; a tensor in another attribute would stay behind."""
    engine = opened(tiny)
    for network in (engine.llama, engine.acoustic.flow, engine.acoustic.vocoders[24_000]):
        assert isinstance(network, torch.nn.Module)
        for name, module in network.named_modules():
            plain = [key for key, value in vars(module).items() if isinstance(value, torch.Tensor)]
            assert not plain, f"{type(network).__name__}.{name}: {plain}"


@pytest.fixture
def narrow(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> GlmEngine:
    """An engine with memory for two lines at once."""
    engine = opened(tiny, rows=4)
    forward = type(engine.llama).forward
    limit = 2

    def bounded(self: Any, *inputs: Any, **options: Any) -> Any:
        if engine.rows > limit:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB.")
        return forward(self, *inputs, **options)

    monkeypatch.setattr(type(engine.llama), "forward", bounded)
    return engine


def test_memory_that_runs_out_halves_the_lines_at_once_and_loses_none(
    engine: GlmEngine, narrow: GlmEngine, caplog: pytest.LogCaptureFixture
) -> None:
    requests = [request("好。", number) for number in range(3)]
    progress: list[tuple[int, int]] = []
    ended = SplitOnOutOfMemory(narrow).synthesize(
        requests, progress=lambda *counts: progress.append(counts), cancel=nothing
    )
    found = [one.result for one in sorted(ended, key=lambda one: one.index)]
    assert progress == sorted(progress), "what was done never falls"
    assert progress[-1] == (3, 3)
    assert narrow.rows == 2
    assert [record.args for record in caplog.records if "ran out" in record.msg] == [(2,)]
    assert all(isinstance(one, Wave) for one in found)
    assert all(map(same, found, speak(engine, requests)))


def test_a_line_too_large_by_itself_is_given_up_and_the_others_are_spoken(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = opened(tiny, rows=1)
    real = GlmEngine.synthesize

    def bounded(self: GlmEngine, requests: Any, **options: Any) -> Any:
        if requests[0].seed == 13:
            raise OutOfMemoryError("2 GiB")
        yield from real(self, requests[:1], **options)

    monkeypatch.setattr(GlmEngine, "synthesize", bounded)
    requests = [request("一。"), request("二。", 13), request("三。")]
    results = [one.result for one in outcomes(SplitOnOutOfMemory(engine), requests)]
    assert isinstance(results[1], SpeechError)
    assert "even for one line alone (2 GiB)" in str(results[1])
    assert isinstance(results[0], Wave)
    assert isinstance(results[2], Wave)


class Turns(Lender):
    """A host with room for what decodes or for what synthesizes, and not for both."""

    sequential = True

    def __init__(self) -> None:
        super().__init__()
        self.every: list[torch.nn.Module] = []

    def register(self, network: torch.nn.Module) -> torch.nn.Module:
        self.every.append(network)
        return super().register(network)

    def load(self, *registered: torch.nn.Module) -> None:
        for weights in self.every:
            if all(weights is not one for one in registered) and id(weights) not in self.away:
                self.take_away(weights)
        super().load(*registered)


def test_where_there_is_little_room_decoding_and_synthesis_take_turns(
    tiny: Path, engine: GlmEngine
) -> None:
    turns = Turns()
    borrowing = opened(tiny, placement=turns)
    requests = [request("你好，我们走吧。" * (1 + number % 2), number) for number in range(9)]
    assert all(map(same, speak(borrowing, requests), speak(engine, requests)))
    heard, *phases = turns.loads
    assert heard == ["WhisperVQ"]
    assert phases == [["Llama"], ["Flow", "ModuleList"]] * (len(phases) // 2)
    assert len(phases) < 2 * len(requests), "not for each line anew"


def test_a_stream_where_there_is_little_room_is_the_same_stream(
    tiny: Path, engine: GlmEngine
) -> None:
    one = request("今天天气很好，我们走吧。", 1)
    heard = [
        list(each.stream(one, progress=nothing, cancel=nothing))
        for each in (opened(tiny, placement=Turns()), engine)
    ]
    assert len(heard[0]) > 1
    for first, second in zip(*heard, strict=True):
        assert np.array_equal(first.samples, second.samples)


def test_weights_that_wait_in_main_memory_are_loaded_and_offloaded_whole(
    tiny: Path, engine: GlmEngine
) -> None:
    place = SequentialOffload(CPU)
    (lent,) = speak(opened(tiny, placement=place), [request()])
    assert same(lent, speak(engine, [request()])[0])
    network = torch.nn.Linear(3, 2)
    before = network.weight.detach().clone()
    first, other = place.register(network), place.register(torch.nn.Linear(2, 2))
    place.load(first)
    assert (first.loaded, other.loaded) == (True, False)
    place.load(other)
    assert (first.loaded, other.loaded) == (False, True)
    assert torch.equal(network.weight, before)
