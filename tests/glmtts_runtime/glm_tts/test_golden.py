"""Every network and feature against numbers recorded from the published implementation.

Weights and inputs are not stored: both sides make them from their names (`golden/`).
"""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from comfyui_glmtts.glmtts_runtime.glm_tts.checkpoint.weight_norm import folded
from comfyui_glmtts.glmtts_runtime.glm_tts.flow.dit import DiT, DiTConfig, stretched
from comfyui_glmtts.glmtts_runtime.glm_tts.flow.mask import block_mask, mel_block
from comfyui_glmtts.glmtts_runtime.glm_tts.flow.solver import (
    Flow,
    FlowConfig,
    FlowInput,
    FlowPrompt,
    Solver,
    Trajectory,
    follow,
    solve,
)
from comfyui_glmtts.glmtts_runtime.glm_tts.llm.llama import Llama, LlamaConfig
from comfyui_glmtts.glmtts_runtime.glm_tts.llm.sampling import nucleus
from comfyui_glmtts.glmtts_runtime.glm_tts.reference.features import (
    prompt_mel,
    speaker_fbank,
    whisper_mel,
)
from comfyui_glmtts.glmtts_runtime.glm_tts.reference.whisper_vq import WhisperVQ, WhisperVQConfig
from comfyui_glmtts.glmtts_runtime.glm_tts.spec import MEL_SPECS
from comfyui_glmtts.glmtts_runtime.glm_tts.vocoder.hift import HiFT, HiFTConfig
from comfyui_glmtts.glmtts_runtime.options import Sampling
from decoding import batch_sampling
from torch import Tensor, nn

GOLDEN = Path(__file__).parent / "golden"
SEED = 1
CPU = torch.device("cpu")
RAS_VOCABULARY = 300


def case(name: str) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    facts = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    return facts, dict(np.load(GOLDEN / f"{name}.npz"))


def generator(name: str) -> np.random.RandomState:
    return np.random.RandomState((zlib.crc32(name.encode()) ^ SEED) & 0xFFFFFFFF)


def weight(name: str, prefix: str, shape: list[int]) -> Tensor:
    noise = generator(prefix + name).standard_normal(shape).astype(np.float32)
    if not shape:
        return torch.tensor(1.0)
    if name.endswith(("original0", "weight_g")):
        value = 0.5 + 0.1 * noise
    elif len(shape) == 1:
        value = 0.1 * noise + (1 if name.endswith(("weight", "alpha")) else 0)
    else:
        value = noise / np.sqrt(np.prod(shape[1:]))
        if any(part in name for part in (".to_q.", ".to_k.", "q_proj", "k_proj")):
            value = value * 4
    return torch.from_numpy(np.asarray(value, np.float32))


def weights(facts: dict[str, Any]) -> dict[str, Tensor]:
    prefix = facts["weight_prefix"]
    return {name: weight(name, prefix, shape) for name, shape in facts["shapes"].items()}


def normal(tag: str, *shape: int) -> Tensor:
    values = generator("input." + tag).standard_normal(shape).astype(np.float32)
    return torch.from_numpy(values)


def ints(tag: str, high: int, *shape: int) -> Tensor:
    return torch.from_numpy(generator("input." + tag).randint(0, high, size=shape))


def loaded(network: nn.Module, state: dict[str, Tensor]) -> Any:
    network.load_state_dict(state, strict=True)
    return network.eval().requires_grad_(False)


def apart(ours: Tensor, theirs: np.ndarray) -> float:
    assert tuple(ours.shape) == theirs.shape
    return float((ours - torch.from_numpy(theirs)).abs().max())


def dit_config(dims: dict[str, Any], condition: int = 80) -> DiTConfig:
    return DiTConfig(
        dim=dims["trans_dim"],
        depth=dims["depth"],
        heads=dims["heads"],
        dim_head=dims["dim_head"],
        ff_mult=dims["ff_mult"],
        token_vocab=dims["text_vocab_size"],
        token_dim=dims["text_emb_dim"],
        conv_layers=dims["conv_layers"],
        condition_dim=condition,
    )


@pytest.mark.parametrize("kind", ["full", "block"])
@pytest.mark.parametrize("time", [0.0, 0.37])
def test_the_transformer_gives_the_recorded_velocity(kind: str, time: float) -> None:
    facts, recorded = case("dit")
    dit = loaded(DiT(dit_config(facts["dims"])), weights(facts))
    tokens = ints("dit.tok", 64, 1, 23)
    blocks = [mel_block(size) for size in facts["block_pattern"]]
    velocity = dit(
        normal("dit.x", 1, 46, 80),
        normal("dit.cond", 1, 46, 80),
        dit.text_emb_layer(stretched(tokens[0], 46)[None]),
        torch.tensor([time]),
        torch.nn.functional.normalize(normal("dit.spk", 1, 192), dim=1),
        block_mask(blocks, 46) if kind == "block" else None,
    )
    assert apart(velocity, recorded[f"{kind}_t{time}"]) < 1e-4


def test_block_masks_are_the_recorded_ones() -> None:
    _, recorded = case("block_mask")
    for name, mask in recorded.items():
        *blocks, length = (int(part.lstrip("bn")) for part in name.split("_"))
        assert np.array_equal(block_mask(blocks, length).int().numpy(), mask), name


def flow_case(name: str) -> tuple[Flow, FlowPrompt, Tensor, Tensor, dict[str, Any], dict[str, Any]]:
    facts, recorded = case(name)
    config = FlowConfig(
        dit=dit_config(facts["dims"], condition=160 if facts["concat_speaker"] else 80),
        concat_speaker=facts["concat_speaker"],
        drop_tokens=facts["speech_token_cfg"],
    )
    flow = loaded(Flow(config), weights(facts))
    prompt = FlowPrompt(
        tokens=ints("flow.prompt", 64, 1, 10)[0],
        mel=normal("flow.feat", 1, 20, 80)[0],
        speaker=normal("flow.emb", 1, 192)[0],
    )
    tokens = ints("flow.token", 64, 1, 25)[0]
    return flow, prompt, tokens, normal("flow.noise", 1, 70, 80)[0], facts, recorded


@pytest.mark.parametrize("name", ["flow", "flow_concat"])
@pytest.mark.parametrize("steps", [5, 10])
def test_the_whole_solve_gives_the_recorded_mel(name: str, steps: int) -> None:
    flow, prompt, tokens, noise, _, recorded = flow_case(name)
    one = FlowInput(tokens=tokens, prompt=prompt, noise=noise)
    (mel,) = solve(flow, [one], Solver(steps=steps))
    assert apart(mel.T[None], recorded[f"mel_{steps}"]) < 5e-4


@pytest.mark.parametrize("name", ["flow", "flow_concat"])
def test_streaming_in_two_solves_gives_the_recorded_mels(name: str) -> None:
    flow, prompt, tokens, noise, facts, recorded = flow_case(name)
    stream = facts["stream"]
    blocks = [mel_block(size) for size in stream["block_pattern"]]
    first, second = 2 * (10 + stream["first"]), 2 * (10 + 25)
    begun = FlowInput(tokens=tokens[: stream["first"]], prompt=prompt, noise=noise)
    mel, states = follow(flow, begun, Solver(), block_mask(blocks, first))
    assert apart(mel.T[None], recorded["stream_first"]) < 5e-4
    past = Trajectory(states, keep=stream["override_len"])
    whole = FlowInput(tokens=tokens, prompt=prompt, noise=noise)
    mel, _ = follow(flow, whole, Solver(), block_mask(blocks, second), past)
    assert apart(mel.T[None], recorded["stream_second"]) < 5e-4


def test_the_vocoder_gives_the_recorded_pitch_source_and_wave() -> None:
    facts, recorded = case("hift")
    state = folded(weights(facts))
    hift = loaded(HiFT(HiFTConfig(channels=facts["base_channels"])), state)
    mel = normal("hift.mel", 1, 80, 20)
    pitch = hift.f0_predictor(mel)
    assert apart(pitch * 400, recorded["f0"]) < 1e-4
    source = hift.m_source(torch.from_numpy(recorded["f0"]), torch.zeros(1, 9600))
    assert apart(source[..., None], recorded["source"]) < 1e-4
    assert apart(hift.shape(mel, source, [20])[0][None], recorded["wav"]) < 1e-4


def test_older_weight_norm_names_fold_to_the_same_weights() -> None:
    facts, _ = case("hift")
    newer = weights(facts)
    older = {
        name.replace(".parametrizations.weight.original0", ".weight_g").replace(
            ".parametrizations.weight.original1", ".weight_v"
        ): value
        for name, value in newer.items()
    }
    assert set(older) != set(newer)
    ours, theirs = folded(newer), folded(older)
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


@pytest.mark.parametrize("name", ["speech_tokenizer", "speech_tokenizer_causal"])
def test_the_speech_tokenizer_gives_the_recorded_tokens(name: str) -> None:
    facts, recorded = case(name)
    encoder = loaded(WhisperVQ(WhisperVQConfig.of(facts["config"])), weights(facts))
    heard = torch.ones(2, 240, dtype=torch.bool)
    heard[1, 180:] = False
    tokens, hidden = encoder(normal("vq.mel", 2, 128, 240), heard)
    assert np.array_equal(tokens.numpy(), recorded["tokens"])
    assert apart(hidden, recorded["hidden"]) < 1e-4


def test_the_language_model_gives_the_recorded_logits_and_greedy_tokens() -> None:
    facts, recorded = case("llm")
    config = LlamaConfig.of(facts["config"])
    llama = loaded(Llama(config), weights(facts))
    head = llama.head
    llama.prepare(range(config.vocab_size))
    ids = ints("llm.ids", 300, 1, 40)
    cache = llama.key_values(CPU)
    cache.reserve(1, 70)
    logits = llama(ids, cache.prompts(0, [40])) @ head.T
    assert apart(logits, recorded["logits"]) < 1e-4
    greedy = [int(logits[0, -1].argmax())]
    for position in range(40, 69):
        hidden = llama(torch.tensor([greedy[-1:]]), cache.next(0, torch.tensor([position]), 512))
        greedy.append(int((hidden[0, -1] @ head.T).argmax()))
    assert greedy == recorded["greedy"].tolist()


def test_the_nucleus_holds_the_recorded_tokens_in_order() -> None:
    _, recorded = case("ras")
    rows = recorded["nucleus"].shape[0]
    sampling = batch_sampling([Sampling()] * rows)
    ids, kept = nucleus((normal("ras.scores", rows, RAS_VOCABULARY) * 3).softmax(-1), sampling)
    ours = torch.where(kept > 0, ids, -1)
    assert np.array_equal(ours.numpy(), recorded["nucleus"])


def chirp(sample_rate: int) -> Tensor:
    time = torch.arange(int(1.3 * sample_rate), dtype=torch.float64) / sample_rate
    tone = 0.3 * torch.sin(2 * torch.pi * 220 * time)
    tone = tone + 0.2 * torch.sin(2 * torch.pi * (300 + 900 * time) * time)
    return tone.float() + 0.01 * normal(f"feat.{sample_rate}", len(time))


@pytest.mark.parametrize("sample_rate", [24_000, 32_000])
def test_the_prompt_mel_is_the_recorded_one_at_either_rate_in_one_process(sample_rate: int) -> None:
    _, recorded = case(f"mel_{sample_rate}")
    mel = prompt_mel(torch.from_numpy(recorded["signal"]), MEL_SPECS[sample_rate])
    assert apart(mel.T[None], recorded["mel"]) < 1e-4


def test_the_speech_tokenizer_hears_the_recorded_spectrum() -> None:
    _, recorded = case("features_16k")
    mel, heard = whisper_mel(torch.from_numpy(recorded["signal"]))
    assert apart(mel[None], recorded["whisper"]) < 1e-4
    assert np.array_equal(heard[None].int().numpy(), recorded["attention"])


def test_the_speaker_encoder_hears_the_recorded_filterbank() -> None:
    _, recorded = case("features_16k")
    # Logarithms of energies near zero: FFTs of other CPUs differ in the fourth digit.
    assert apart(speaker_fbank(torch.from_numpy(recorded["signal"])), recorded["fbank"]) < 5e-4
