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
from comfyui_glmtts.glmtts_runtime.engine import OutOfMemoryError, SpeechError, SpeechRequest
from comfyui_glmtts.glmtts_runtime.glm_tts.checkpoint.layout import Layout
from comfyui_glmtts.glmtts_runtime.glm_tts.engine import GlmEngine
from comfyui_glmtts.glmtts_runtime.glm_tts.loading import open_engine
from comfyui_glmtts.glmtts_runtime.glm_tts.oom_split import Halving
from comfyui_glmtts.glmtts_runtime.glm_tts.weight_placement import InTurns
from comfyui_glmtts.glmtts_runtime.voices.voice import Voice
from comfyui_glmtts.pronunciation.spoken import Character, SpokenText

CPU = torch.device("cpu")
TONE = (0.3 * np.sin(np.arange(72_000) / 20)).astype(np.float32)
VOICE = Voice.of("anna", Wave(TONE, 24_000), "今天天气很好我们走吧")


def request(text: str, seed: int = 0) -> SpeechRequest:
    characters = tuple(Character(char, at) for at, char in enumerate(text))
    return SpeechRequest(spoken=SpokenText(text, characters), voice=VOICE, seed=seed)


def nothing(*_: object) -> None:
    pass


class Lender:
    """A host that overwrites weights it takes away, so that using them unbrought would be heard."""

    waiting, in_turns = CPU, False

    def __init__(self) -> None:
        self.away: dict[int, dict[str, torch.Tensor]] = {}
        self.brought: list[list[str]] = []

    def take_in(self, weights: torch.nn.Module) -> torch.nn.Module:
        self.take_away(weights)
        return weights

    def take_away(self, weights: torch.nn.Module) -> None:
        self.away[id(weights)] = {name: p.clone() for name, p in weights.named_parameters()}
        for parameter in weights.parameters():
            parameter.data.zero_()

    def bring(self, *taken: torch.nn.Module) -> None:
        self.brought.append([type(weights).__name__ for weights in taken])
        for weights in taken:
            kept = self.away.pop(id(weights), {})
            for name, parameter in weights.named_parameters():
                if name in kept:
                    parameter.data.copy_(kept[name])


def opened(tiny: Path, **changes: Any) -> GlmEngine:
    return open_engine(Layout(tiny), device=CPU, dtype=torch.float32, **changes)


def said(engine: GlmEngine | Halving, *requests: SpeechRequest) -> list[Wave | SpeechError]:
    outcomes = engine.synthesize(requests, progress=nothing, cancel=nothing)
    found = {outcome.index: outcome.result for outcome in outcomes}
    return [found[index] for index in range(len(requests))]


def test_weights_are_brought_all_at_once_before_they_are_used(tiny: Path) -> None:
    lender = Lender()
    engine = opened(tiny, residence=lender)
    (lent,), (own,) = said(engine, request("你好。")), said(opened(tiny), request("你好。"))
    assert isinstance(lent, Wave)
    assert isinstance(own, Wave)
    assert np.array_equal(lent.samples, own.samples)
    assert lender.brought == [["WhisperVQ"], ["Llama", "Flow", "ModuleList"]]
    said(engine, request("再见。"))
    assert lender.brought[2:] == [["Llama", "Flow", "ModuleList"]], "the voice was heard before"


def test_an_engine_that_nobody_holds_leaves_no_weights_behind(tiny: Path) -> None:
    engine = opened(tiny)
    networks = [weakref.ref(engine.llama), weakref.ref(engine.sound.flow)]
    del engine
    gc.collect()
    assert [network() for network in networks] == [None, None]


def test_all_that_networks_compute_with_moves_with_them(tiny: Path) -> None:
    """A host moves parameters and buffers; a tensor in another attribute would stay behind."""
    engine = opened(tiny)
    for network in (engine.llama, engine.sound.flow, engine.sound.vocoders[24_000]):
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
    tiny: Path, narrow: GlmEngine, caplog: pytest.LogCaptureFixture
) -> None:
    requests = [request("好。", number) for number in range(3)]
    progress: list[tuple[int, int]] = []
    outcomes = Halving(narrow).synthesize(
        requests, progress=lambda done, total: progress.append((done, total)), cancel=nothing
    )
    found = [one.result for one in sorted(outcomes, key=lambda one: one.index)]
    assert progress == sorted(progress), "what was done never falls"
    assert progress[-1] == (3, 3)
    assert narrow.rows == 2
    assert [record.args for record in caplog.records if "ran out" in record.msg] == [(2,)]
    wide = said(opened(tiny, rows=4), *requests)
    for one, other in zip(found, wide, strict=True):
        assert isinstance(one, Wave)
        assert isinstance(other, Wave)
        assert np.array_equal(one.samples, other.samples)


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
    results = said(Halving(engine), request("一。"), request("二。", 13), request("三。"))
    assert isinstance(results[1], SpeechError)
    assert "even for one line alone (2 GiB)" in str(results[1])
    assert isinstance(results[0], Wave)
    assert isinstance(results[2], Wave)


class Turns(Lender):
    """A host with room for what draws or for what sounds, and not for both."""

    in_turns = True

    def __init__(self) -> None:
        super().__init__()
        self.every: list[torch.nn.Module] = []

    def take_in(self, weights: torch.nn.Module) -> torch.nn.Module:
        self.every.append(weights)
        return super().take_in(weights)

    def bring(self, *taken: torch.nn.Module) -> None:
        for weights in self.every:
            if all(weights is not one for one in taken) and id(weights) not in self.away:
                self.take_away(weights)
        super().bring(*taken)


def test_where_there_is_little_room_drawing_and_sounding_take_turns(tiny: Path) -> None:
    turns = Turns()
    engine = opened(tiny, residence=turns)
    requests = [request("你好，我们走吧。" * (1 + number % 2), number) for number in range(9)]
    found, wanted = said(engine, *requests), said(opened(tiny), *requests)
    for one, other in zip(found, wanted, strict=True):
        assert isinstance(one, Wave)
        assert isinstance(other, Wave)
        assert np.array_equal(one.samples, other.samples)
    heard, *phases = turns.brought
    assert heard == ["WhisperVQ"]
    assert phases == [["Llama"], ["Flow", "ModuleList"]] * (len(phases) // 2)
    assert len(phases) < 2 * len(requests), "not for each line anew"


def test_a_stream_where_there_is_little_room_is_the_same_stream(tiny: Path) -> None:
    one = request("今天天气很好，我们走吧。", 1)
    heard = [
        list(engine.stream(one, progress=nothing, cancel=nothing))
        for engine in (opened(tiny, residence=Turns()), opened(tiny))
    ]
    assert len(heard[0]) > 1
    for first, second in zip(*heard, strict=True):
        assert np.array_equal(first.samples, second.samples)


def test_weights_that_wait_in_main_memory_come_and_leave_whole(tiny: Path) -> None:
    place = InTurns(CPU)
    (lent,) = said(opened(tiny, residence=place), request("你好。"))
    (own,) = said(opened(tiny), request("你好。"))
    assert isinstance(lent, Wave)
    assert isinstance(own, Wave)
    assert np.array_equal(lent.samples, own.samples)
    network = torch.nn.Linear(3, 2)
    before = network.weight.detach().clone()
    lodged, other = place.take_in(network), place.take_in(torch.nn.Linear(2, 2))
    place.bring(lodged)
    assert (lodged.here, other.here) == (True, False)
    place.bring(other)
    assert (lodged.here, other.here) == (False, True)
    assert torch.equal(network.weight, before)
