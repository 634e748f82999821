"""Upstream's own code on the same weights, texts and lengths: what ours is compared with.

Its folder is a clone of zai-org/GLM-TTS with what its requirements.txt asks for; none of it is
ours. Networks of other sizes than the published ones are built from its classes.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest import mock

import torch
from comfyui_glmtts.glmtts_runtime.glm_tts.checkpoint.layout import Layout
from comfyui_glmtts.glmtts_runtime.glm_tts.engine import GlmEngine
from comfyui_glmtts.glmtts_runtime.glm_tts.flow.solver import PUBLISHED

from .machine import synchronise
from .work import Work


@dataclass(frozen=True, slots=True)
class Upstream:
    """Its three networks, loaded."""

    llm: Any
    sound: Any
    device: torch.device


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds for all lines of some work, one after the other as upstream does."""

    llm: float
    flow: float
    vocoder: float
    speech: float
    """s of audio"""

    @property
    def whole(self) -> float:
        return (self.llm + self.flow + self.vocoder) / self.speech


@contextmanager
def inside(folder: Path, checkpoint: Path) -> Iterator[None]:
    """Upstream reads `ckpt/` and `configs/` where it is run, and is imported by bare names."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as place:
        for name, target in (("ckpt", checkpoint), ("configs", folder / "configs")):
            (Path(place) / name).symlink_to(target.resolve(), target_is_directory=True)
        sys.path.insert(0, str(folder.resolve()))
        os.chdir(place)
        try:
            yield
        finally:
            os.chdir(before)
            sys.path.remove(str(folder.resolve()))


def loaded(layout: Layout, engine: GlmEngine) -> Upstream:
    """Its networks with the checkpoint's weights, float32 as it runs them."""
    from llm.glmtts import GLMTTS
    from transformers import LlamaForCausalLM
    from utils.tts_model_util import Token2Wav

    device, audio = engine.device, engine.tokenizer.audio
    llm = GLMTTS(llama_cfg_path=str(layout.llm / "config.json"), mode="PRETRAIN")
    llm.llama = LlamaForCausalLM.from_pretrained(layout.llm, dtype=torch.float32).to(device)
    llm.llama_embedding = llm.llama.model.embed_tokens
    last = audio.first + audio.count - 1
    llm.set_runtime_vars(
        {"ats": audio.first, "ate": last, "boa": audio.begin, "eoa": audio.end, "pad": audio.first}
    )
    with _sized(engine):
        sound = Token2Wav(_flow(layout, engine), 24_000, str(device))
    return Upstream(llm.eval(), sound, device)


def speak(upstream: Upstream, engine: GlmEngine, work: Work) -> Times:
    """Speak every line as upstream would, with the prompts our engine has for it."""
    assert work.tokens is not None, "upstream's lengths are forced"
    device = upstream.device
    spent = [0.0, 0.0, 0.0]
    for request in work.requests:
        features = engine.references(request.voice)
        manner = engine._reference_prompt(request.voice)
        text = torch.tensor([list(range(200, 220))], device=device)
        start = time.perf_counter()
        tokens = _tokens(upstream, text, manner, work.tokens)
        # Random weights draw from the whole vocabulary; the flow knows speech only.
        tokens = [token % engine.tokenizer.audio.count for token in tokens]
        synchronise(device)
        drawn = time.perf_counter()
        # What its token2wav_with_cache does.
        mel, _ = upstream.sound.flow.inference_with_cache(
            token=torch.tensor([tokens], device=device),
            prompt_token=features.tokens[None].to(device),
            prompt_feat=features.mels[24_000][None].to(device),
            embedding=features.speaker[None].to(device),
            n_timesteps=PUBLISHED.steps,
        )
        synchronise(device)
        solved = time.perf_counter()
        upstream.sound.vocoder(mel)
        synchronise(device)
        ends = (start, drawn, solved, time.perf_counter())
        spent = [
            total + then - now for total, (now, then) in zip(spent, pairwise(ends), strict=True)
        ]
    return Times(*spent, len(work.requests) * work.tokens / 25)


def _tokens(upstream: Upstream, text: torch.Tensor, manner: Any, count: int) -> list[int]:
    def length(ids: torch.Tensor) -> torch.Tensor:
        return torch.tensor([ids.shape[1]], dtype=torch.int32, device=upstream.device)

    before = torch.tensor([manner.text], device=upstream.device)
    speech = torch.tensor([manner.speech], device=upstream.device)
    ratio = (count + 0.5) / text.shape[1]
    found: torch.Tensor = upstream.llm.inference(
        text, length(text), before, length(before), speech, length(speech),
        min_token_text_ratio=ratio, max_token_text_ratio=ratio,
    )  # fmt: skip
    return found[0].tolist()


def _flow(layout: Layout, engine: GlmEngine) -> Any:
    from flow.dit import DiT
    from flow.flow import Flow

    config = engine.acoustic.flow.config
    dit = config.dit
    flow = Flow(
        spkr_emb_adaLN=True,
        speech_token_cfg=config.drop_tokens,
        remove_spkr_concat_condition=not config.concat_speaker,
        mel_dim=dit.mel_dim,
        mel_framerate=config.mel_rate,
        input_frame_rate=config.token_rate,
    )
    flow.estimator = DiT(
        trans_dim=dit.dim, depth=dit.depth, heads=dit.heads, ff_mult=dit.ff_mult,
        text_emb_dim=dit.token_dim, conv_layers=dit.conv_layers, mel_dim=dit.mel_dim,
        text_vocab_size=dit.token_vocab, condition_dim=dit.condition_dim, spkr_emb_adaLN=True,
        wav_lm_emb=False,
    )  # fmt: skip
    state: Mapping[str, Any] = torch.load(layout.flow, weights_only=True)
    flow.load_state_dict(state.get("model", state))
    return flow.to(engine.device).eval()


@contextmanager
def _sized(engine: GlmEngine) -> Iterator[None]:
    """Have upstream's vocoder built as wide as the checkpoint's."""
    from utils import hift_util

    width = engine.acoustic.vocoders[24_000].conv_pre.weight.shape[0]
    plain, pitch = hift_util.HiFTGenerator, hift_util.ConvRNNF0Predictor
    with (
        mock.patch.object(
            hift_util, "HiFTGenerator", lambda **given: plain(**{**given, "base_channels": width})
        ),
        mock.patch.object(
            hift_util,
            "ConvRNNF0Predictor",
            lambda **given: pitch(**{**given, "cond_channels": width}),
        ),
    ):
        yield
