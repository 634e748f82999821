"""Decoding: a passage's tokens are its own, and the cache changes nothing."""

from __future__ import annotations

from pathlib import Path

import decoding
import numpy as np
import pytest
import torch
from comfyui_glmtts.glmtts_runtime.glm_tts.llm.decode import Batch
from comfyui_glmtts.glmtts_runtime.glm_tts.llm.llama import Llama
from comfyui_glmtts.glmtts_runtime.glm_tts.llm.passage import Passage
from comfyui_glmtts.glmtts_runtime.glm_tts.llm.sampling import WINDOW, BatchSampling, sample
from comfyui_glmtts.glmtts_runtime.options import Sampling
from decoding import AUDIO, CPU, decode, passage, prepared


@pytest.fixture(scope="module")
def llama(tiny: Path) -> Llama:
    return prepared(tiny)


def mixed(seed: int, weight: float) -> Passage:
    first, second = passage(seed), passage(seed + 1000)
    prompts = ((first.prompts[0][0], weight), (second.prompts[0][0], 1 - weight))
    return Passage(prompts=prompts, least=20, most=60, seed=seed, sampling=Sampling())


def spoken(llama: Llama, passages: list[Passage], together: int) -> list[list[int]]:
    return decode(Batch(llama, AUDIO, CPU), passages, together)


def test_a_passage_alone_and_among_others_gives_the_same_tokens(llama: Llama) -> None:
    passages = [passage(seed) for seed in range(24)]
    passages[5] = mixed(5, 0.7)
    passages[17] = mixed(17, 0.5)
    alone = [spoken(llama, [one], 1)[0] for one in passages]
    assert spoken(llama, passages, 8) == alone
    assert spoken(llama, passages[::-1], 3) == alone[::-1]


def test_hidden_states_do_not_depend_on_the_batch_by_a_single_bit(llama: Llama) -> None:
    batch, alone = Batch(llama, AUDIO, CPU), Batch(llama, AUDIO, CPU)
    one = passage(3, least=60)
    alone.add([one])
    batch.add([one])
    for seed in (11, 12, 13, 14, 15, 16, 17):
        batch.add([passage(seed, least=60, words=200)])
    for _ in range(40):
        batch.step()
        alone.step()
        assert torch.equal(batch._slots.hidden[0], alone._slots.hidden[0])


def test_other_seeds_give_other_tokens(llama: Llama) -> None:
    ids = passage(1).prompts
    said = {
        tuple(
            spoken(
                llama,
                [Passage(prompts=ids, least=20, most=60, seed=seed, sampling=Sampling())],
                1,
            )[0]
        )
        for seed in range(8)
    }
    assert len(said) == 8


def test_decoding_with_the_cache_equals_reading_all_anew_at_every_step(llama: Llama) -> None:
    ids = list(passage(2).prompts[0][0])
    cache = llama.key_values(CPU)
    cache.reserve(2, 400)
    cached = llama(torch.tensor([ids]), cache.prompts(0, [len(ids)]))[0, -1]
    for step in range(30):
        ids.append(AUDIO.first + (7 * step) % 512)
        position = len(ids) - 1
        cached = llama(torch.tensor([ids[-1:]]), cache.next(0, torch.tensor([position]), 512))[
            0, -1
        ]
        anew = llama(torch.tensor([ids]), cache.prompts(1, [len(ids)]))[0, -1]
        assert torch.allclose(cached, anew, atol=1e-5)


def test_no_passage_ends_before_its_least_or_goes_on_past_its_most(llama: Llama) -> None:
    for seed in range(6):
        (tokens,) = spoken(llama, [passage(seed, least=30, most=35)], 1)
        assert 30 <= len(tokens) <= 35


def test_two_equal_prompts_mixed_speak_as_one(llama: Llama) -> None:
    one = passage(4)
    twice = Passage(
        prompts=((one.prompts[0][0], 0.5), (one.prompts[0][0], 0.5)),
        least=one.least,
        most=one.most,
        seed=one.seed,
        sampling=one.sampling,
    )
    assert spoken(llama, [twice], 1) == spoken(llama, [one], 1)


def test_a_mixture_moves_from_one_prompt_to_the_other_with_its_weights(llama: Llama) -> None:
    ends = [spoken(llama, [mixed(6, weight)], 1)[0] for weight in (1.0, 0.5, 0.0)]
    assert ends[0] == spoken(llama, [passage(6)], 1)[0]
    assert len({tuple(end) for end in ends}) == 3


def settings(**changes: float) -> BatchSampling:
    return decoding.batch_sampling([Sampling(**changes)])  # type: ignore[arg-type]


def drawn(
    scores: list[float], uniforms: tuple[float, float], recent: list[int], **changes: float
) -> int:
    last = [-1] * (WINDOW - len(recent)) + recent
    token = sample(
        torch.tensor([scores]), torch.tensor([uniforms]), torch.tensor([last]), settings(**changes)
    )
    return int(token)


def test_draws_follow_the_probabilities_of_the_nucleus() -> None:
    scores = np.log([0.5, 0.25, 0.15, 0.1]).tolist()
    # 0.5 + 0.25 < 0.8 lets the third in, which covers 0.8; the fourth stays outside.
    grid = [(number + 0.5) / 900 for number in range(900)]
    tokens = [drawn(scores, (u, 0.0), []) for u in grid]
    assert [tokens.count(token) for token in range(4)] == [500, 250, 150, 0]


def test_a_token_of_the_last_ten_is_drawn_again_from_everything() -> None:
    scores = np.log([0.9, 0.06, 0.04]).tolist()
    assert drawn(scores, (0.5, 0.95), []) == 0
    assert drawn(scores, (0.5, 0.95), [0]) == 1
    assert drawn(scores, (0.5, 0.97), [0, *range(3, 12)]) == 2
    assert drawn(scores, (0.5, 0.95), [0], repetition_aware=False) == 0


def test_top_k_and_temperature_narrow_the_draw() -> None:
    scores = [2.0, 1.9, 1.8, 1.7]
    assert {drawn(scores, (u / 50, 0), [], top_p=1.0, top_k=2) for u in range(50)} == {0, 1}
    assert {drawn(scores, (u / 50, 0), [], temperature=0.01) for u in range(50)} == {0}


def test_what_is_forbidden_is_never_drawn() -> None:
    scores = [-float("inf"), 0.0, -float("inf")]
    for u in (0.0, 0.5, 0.999999):
        assert drawn(scores, (u, u), [1]) == 1
