"""Every fast path against the plain one: asked ahead, in a batch, padded, rounded, joined late."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import decoding
import numpy as np
import pytest
import torch
from comfyui_glmtts.audio.wave import Wave
from comfyui_glmtts.glmtts_runtime.engine import SpeechRequest
from comfyui_glmtts.glmtts_runtime.glm_tts import batch_scheduler
from comfyui_glmtts.glmtts_runtime.glm_tts.checkpoint import load
from comfyui_glmtts.glmtts_runtime.glm_tts.checkpoint.layout import Layout
from comfyui_glmtts.glmtts_runtime.glm_tts.engine import GlmEngine
from comfyui_glmtts.glmtts_runtime.glm_tts.flow.dit import DiTConfig
from comfyui_glmtts.glmtts_runtime.glm_tts.flow.solver import (
    Flow,
    FlowConfig,
    FlowInput,
    FlowPrompt,
    Solver,
    solve,
)
from comfyui_glmtts.glmtts_runtime.glm_tts.llm.cache import REACH
from comfyui_glmtts.glmtts_runtime.glm_tts.llm.decode import Batch
from comfyui_glmtts.glmtts_runtime.glm_tts.llm.llama import Llama
from comfyui_glmtts.glmtts_runtime.glm_tts.llm.passage import GeneratedToken, Passage
from comfyui_glmtts.glmtts_runtime.glm_tts.vocoder.hift import SAMPLES_PER_FRAME, HiFT, HiFTConfig
from comfyui_glmtts.glmtts_runtime.options import Sampling
from decoding import AUDIO, CPU, decode, prepared
from speech import opened, request, speak


@pytest.fixture(scope="module")
def llama(tiny: Path) -> Llama:
    return prepared(tiny)


passage = partial(decoding.passage, least=10, most=40)


# --------------------------------------------------------------------------------------------------
# Drawing


@pytest.mark.parametrize("ahead", [1, 2, 5])
def test_steps_asked_for_ahead_of_their_results_draw_the_same_tokens(
    llama: Llama, ahead: int
) -> None:
    passages = [passage(seed, prompts=1 + (seed % 5 == 2)) for seed in range(14)]
    plain = decode(Batch(llama, AUDIO, CPU), passages, 5)
    assert decode(Batch(llama, AUDIO, CPU, ahead=ahead), passages, 5) == plain


def test_steps_asked_for_ahead_see_the_first_position_of_a_new_block(llama: Llama) -> None:
    for length in range(REACH - 4, REACH + 2):
        ids = (*(number % 500 for number in range(length - 1)), AUDIO.begin)
        given = {"least": 12, "most": 12, "seed": length, "sampling": Sampling()}
        one = Passage(prompts=((ids, 1.0),), **given)  # type: ignore[arg-type]
        plain = decode(Batch(llama, AUDIO, CPU), [one], 1)
        assert decode(Batch(llama, AUDIO, CPU, ahead=2), [one], 1) == plain


def test_a_batch_used_again_remembers_nothing(llama: Llama) -> None:
    passages = [passage(seed, prompts=1 + seed % 2) for seed in range(9)]
    batch = Batch(llama, AUDIO, CPU, ahead=2)
    batch.add(passages[:6])
    for _ in range(7):
        batch.step()
    batch.clear()  # as a cancelled call leaves it
    assert len(batch) == 0
    found = decode(batch, passages, 4)
    assert found == decode(Batch(llama, AUDIO, CPU), passages, 4)
    batch.release()
    assert batch._cache.both.nbytes == 0
    assert decode(batch, passages, 3) == found


@torch.inference_mode()
def test_prompts_read_together_leave_the_states_they_leave_alone(llama: Llama) -> None:
    cache = llama.key_values(CPU)
    cache.reserve(6, 300)
    random = np.random.RandomState(0)
    prompts = [random.randint(0, 1280, length).tolist() for length in (40, 7, 133)]
    padded = torch.zeros((3, 133), dtype=torch.int64)
    for row, prompt in enumerate(prompts):
        padded[row, : len(prompt)] = torch.tensor(prompt)
    together = llama(padded, cache.prompts(0, [len(prompt) for prompt in prompts]))
    for row, prompt in enumerate(prompts):
        alone = llama(torch.tensor([prompt]), cache.prompts(3 + row, [len(prompt)]))
        assert torch.allclose(together[row, : len(prompt)], alone[0], atol=1e-5)
    # What padding left in the cache is never seen: both go on alike.
    position = torch.tensor([len(prompt) for prompt in prompts])
    token = torch.tensor([[900], [901], [902]])
    after = llama(token, cache.next(0, position, 512))
    same = llama(token, cache.next(3, position, 512))
    assert torch.allclose(after, same, atol=1e-5)


def test_keys_and_values_take_what_was_said_they_would(llama: Llama) -> None:
    batch = Batch(llama, AUDIO, CPU)
    first = [passage(seed) for seed in range(3)]
    wanted = batch.growth(first)
    assert wanted > 0
    batch.add(first)
    assert batch._cache.both.nbytes == wanted
    assert batch.growth([passage(4)]) == 0
    long = Passage(**{**_fields(passage(5)), "most": 700})
    assert batch.growth([long]) == 2 * wanted  # two blocks of positions instead of one
    batch.add([long])
    assert batch._cache.both.nbytes == 2 * wanted


def _fields(one: Passage) -> dict[str, object]:
    return {name: getattr(one, name) for name in one.__slots__}


# --------------------------------------------------------------------------------------------------
# Weights of eight bits


@pytest.fixture(scope="module")
def eight(tiny: Path) -> Llama:
    network = prepared(tiny)
    network.quantize(torch.float32)
    return network


@torch.inference_mode()
def test_eight_bits_stay_within_a_hundredth_of_a_nat(llama: Llama, eight: Llama) -> None:
    scores = []
    for network in (llama, eight):
        batch = Batch(network, AUDIO, CPU)
        batch.add([passage(seed) for seed in range(8)])
        rows = network.speech_head(batch._slots.hidden[:8]).float()
        scores.append(rows.log_softmax(dim=-1))
    plain, close = scores
    divergence = (plain.exp() * (plain - close)).sum(dim=-1)
    assert 0 < divergence.max() < 0.01


def test_a_line_in_eight_bits_is_its_own_too(eight: Llama) -> None:
    passages = [passage(seed) for seed in range(40)]
    alone = [decode(Batch(eight, AUDIO, CPU), [one], 1)[0] for one in passages]
    assert decode(Batch(eight, AUDIO, CPU), passages, 40) == alone


# --------------------------------------------------------------------------------------------------
# Flow and vocoder


def utterances(token_vocab: int) -> list[FlowInput]:
    random = torch.Generator().manual_seed(5)
    made = []
    for count, prompt in ((25, 31), (40, 12), (3, 60), (40, 12)):
        made.append(
            FlowInput(
                tokens=torch.randint(0, token_vocab, (count,), generator=random),
                prompt=FlowPrompt(
                    tokens=torch.randint(0, token_vocab, (prompt,), generator=random),
                    mel=torch.randn(2 * prompt, 80, generator=random),
                    speaker=torch.randn(192, generator=random),
                ),
                noise=torch.randn(200, 80, generator=random),
            )
        )
    return made


@pytest.mark.parametrize(("concat", "drop"), [(False, False), (True, True)])
@torch.inference_mode()
def test_utterances_of_several_lengths_flow_together_as_alone(concat: bool, drop: bool) -> None:
    torch.manual_seed(1)
    sizes = DiTConfig(
        dim=48, depth=3, heads=2, dim_head=24, token_vocab=64, token_dim=32, conv_layers=2,
        condition_dim=160 if concat else 80,
    )  # fmt: skip
    flow = Flow(FlowConfig(dit=sizes, concat_speaker=concat, drop_tokens=drop)).eval()
    for name, value in flow.named_parameters():
        if name.endswith(("gamma", "beta")):  # zero at first, and then nothing is normalised
            torch.nn.init.normal_(value, std=0.5)
    given, solver = utterances(64), Solver(steps=6)
    together = solve(flow, given, solver)
    for one, mel in zip(given, together, strict=True):
        (alone,) = solve(flow, [one], solver)
        assert mel.shape == alone.shape == (2 * len(one.tokens), 80)
        assert torch.allclose(mel, alone, atol=2e-4)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@torch.inference_mode()
def test_a_flow_that_multiplies_narrowly_stays_within_a_tenth_of_a_decibel(
    tiny: Path, dtype: torch.dtype
) -> None:
    plain: Flow = load.load(load.flow_part(Layout(tiny)), CPU, torch.float32)
    narrow: Flow = load.load(load.flow_part(Layout(tiny)), CPU, torch.float32)
    narrow.narrow(dtype)
    for steps in (4, 10, 16):
        pairs = (solve(flow, utterances(512), Solver(steps=steps)) for flow in (plain, narrow))
        for one, other in zip(*pairs, strict=True):
            decibels = 20 / np.log(10) * float((one - other).pow(2).mean().sqrt())
            assert 0 < decibels < 0.1


@torch.inference_mode()
def test_mels_of_several_lengths_become_the_waves_they_become_alone() -> None:
    torch.manual_seed(2)
    hift = HiFT(HiFTConfig(channels=32)).eval()
    hift.f0_predictor.classifier.bias.fill_(150.0)
    random = torch.Generator().manual_seed(3)
    lengths = [37, 90, 2, 90]
    mels = [torch.randn(80, length, generator=random) for length in lengths]
    noises = [torch.randn(length * SAMPLES_PER_FRAME, generator=random) for length in lengths]
    padded = torch.nn.utils.rnn.pad_sequence([mel.T for mel in mels], batch_first=True).mT
    together = hift(padded, torch.nn.utils.rnn.pad_sequence(noises, batch_first=True), lengths)
    for mel, noise, wave in zip(mels, noises, together, strict=True):
        (alone,) = hift(mel[None], noise[None])
        assert wave.shape == alone.shape
        assert float(alone.abs().max()) > 0.01
        assert torch.allclose(wave, alone, atol=1e-5)


def test_the_schedule_begins_at_noise_and_ends_at_speech() -> None:
    for schedule in ("cosine", "uniform", "pruned"):
        times = Solver(steps=8, schedule=schedule).times(CPU)  # type: ignore[arg-type]
        assert times[0] == 0
        assert float(times[-1]) == pytest.approx(1)
        assert (times.diff() > 0).all()
    slow, even = Solver(steps=8).times(CPU), Solver(steps=8, schedule="uniform").times(CPU)
    assert slow[1] < even[1] / 3
    pruned = Solver(steps=7, schedule="pruned").times(CPU)
    points = torch.tensor([0, 2, 4, 6, 8, 16, 24, 32]) / 32
    assert torch.allclose(pruned, 1 - torch.cos(points * torch.pi / 2), atol=1e-6)


@torch.inference_mode()
def test_steps_that_are_not_guided_hear_the_prompt_alone_and_are_the_last(tiny: Path) -> None:
    flow: Flow = load.load(load.flow_part(Layout(tiny)), CPU, torch.float32)
    given = utterances(512)
    asked: list[int] = []
    run = flow.estimator.forward

    def counted(x: torch.Tensor, *others: object) -> torch.Tensor:
        asked.append(len(x))
        return run(x, *others)  # type: ignore[arg-type]

    flow.estimator.forward = counted  # type: ignore[method-assign]
    some = solve(flow, given, Solver(steps=5, guided=50))
    assert asked == [8, 8, 8, 4, 4]
    flow.estimator.forward = run  # type: ignore[method-assign]
    for one, mel in zip(given, some, strict=True):
        (alone,) = solve(flow, [one], Solver(steps=5, guided=50))
        assert torch.allclose(mel, alone, atol=2e-4)
    whole = solve(flow, given, Solver(steps=5))
    assert not torch.allclose(some[0], whole[0], atol=1e-3)


# --------------------------------------------------------------------------------------------------
# New lines join


@pytest.fixture(scope="module")
def engine(tiny: Path) -> Iterator[GlmEngine]:
    with opened(tiny, rows=3) as engine:
        yield engine


def test_requests_that_come_late_join_those_under_way_and_sound_as_they_do_alone(
    engine: GlmEngine,
) -> None:
    requests = [request("你好，我们走吧。"[: 4 + number % 5] + "。", number) for number in range(7)]
    alone = [speak(engine, [one])[0] for one in requests]
    rows: list[int] = []

    def coming() -> Iterator[SpeechRequest | None]:
        for number, one in enumerate(requests):
            yield one
            for _ in range(5 * (number in (1, 4))):
                yield None  # nobody waits at present

    waves: dict[int, Wave] = {}
    for outcome in engine.synthesize(
        coming(), progress=lambda done, whole: rows.append(whole), cancel=lambda: None
    ):
        assert isinstance(outcome.result, Wave)
        waves[outcome.index] = outcome.result
    assert sorted(waves) == list(range(7))
    assert all(
        np.array_equal(waves[number].samples, wave.samples) for number, wave in enumerate(alone)
    )
    assert rows[0] < 7 <= rows[-1]  # the later ones were not known of at first


def test_lines_wait_where_memory_has_no_room_for_their_keys_and_values(
    engine: GlmEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = [request("你好，我们走吧。"[: 4 + number % 5] + "。", number) for number in range(5)]
    wanted = speak(engine, requests)
    asked: list[int] = []

    def little(_: torch.device, growth: int) -> bool:
        asked.append(growth)
        return False

    monkeypatch.setattr(batch_scheduler, "has_room", little)
    together: list[int] = []
    step = Batch.step

    def counted(batch: Batch) -> list[GeneratedToken]:
        together.append(batch.rows)
        return step(batch)

    monkeypatch.setattr(Batch, "step", counted)
    found = speak(engine, requests)
    assert max(together) == 1, "one is always spoken, and another has no room beside it"
    assert asked
    assert len(asked) < len(together) / 2, "what has no room is not asked for at every step"
    for one, other in zip(found, wanted, strict=True):
        assert np.array_equal(one.samples, other.samples)


def test_an_engine_warmed_in_the_background_speaks_as_one_that_was_not(
    engine: GlmEngine, tiny: Path
) -> None:
    one = request("你好。", 3)
    with opened(tiny) as warmed:
        warmed.warm()
        assert np.array_equal(speak(warmed, [one])[0].samples, speak(engine, [one])[0].samples)
