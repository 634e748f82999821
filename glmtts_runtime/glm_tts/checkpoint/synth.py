"""A size -> a checkpoint folder of random weights, laid out exactly as the published one.

It speaks noise. Everything but the weights is real, so that all of the program below them can be
run, tested and measured by anyone.
"""

from __future__ import annotations

import base64
import json
import math
import warnings
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from .... import atomic
from ..spec import MEL_BINS
from . import random_weights
from .layout import Layout
from .onnx_file import speaker_encoder
from .sizes import PLANS, Plan, Size


def synth(
    folder: Path, size: Size, *, seed: int = 0, report: Callable[[str], None] = lambda _: None
) -> Layout:
    """Write the folder; `report` is called with the name of each part as it begins."""
    plan, layout = PLANS[size], Layout(folder)
    steps: tuple[tuple[str, Callable[[], None]], ...] = (
        ("vq32k-phoneme-tokenizer", lambda: _write_text_tokenizer(layout, plan)),
        ("llm", lambda: _write_llm(layout, plan, seed)),
        ("flow", lambda: _write_flow(layout, plan, seed)),
        ("hift", lambda: _write_hift(layout, plan, seed)),
        ("vocos2d", lambda: _write_vocos(layout, seed)),
        ("speech_tokenizer", lambda: _write_speech_tokenizer(layout, plan, seed)),
        ("frontend", lambda: _write_campplus(layout, seed)),
    )
    for name, write in steps:
        report(name)
        write()
    return layout


def _write_text_tokenizer(layout: Layout, plan: Plan) -> None:
    """Bytes, a few pairs, and the same kind of sentinels the published ranks end with."""
    letters = [bytes([value]) for value in range(256)]
    pairs = [text.encode() for text in ("th", "he", "in", "an", "er", "on")]
    count = plan.vocabulary.ranks - len(letters) - len(pairs)
    sentinels = [f"<|UNUSED_pad_{number}|>".encode() for number in range(count)]
    lines = [
        f"{base64.b64encode(token).decode()} {rank}\n"
        for rank, token in enumerate([*letters, *pairs, *sentinels])
    ]
    atomic.write_text(layout.text_tokenizer / "tokenizer.model", "".join(lines))
    flags = {"lstrip": False, "normalized": False, "rstrip": False, "single_word": False}
    added = {
        str(number): {"content": name, **flags, "special": True}
        for number, name in plan.vocabulary.added
    }
    config = {"added_tokens_decoder": added, "tokenizer_class": "ChatGLM4Tokenizer"}
    _write_json(layout.text_tokenizer / "tokenizer_config.json", config)


def _write_llm(layout: Layout, plan: Plan, seed: int) -> None:
    values = {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "attention_bias": False,
        "mlp_bias": False,
        "rope_scaling": None,
        "torch_dtype": "float32",
        **asdict(plan.llama),
    }
    _write_json(layout.llm / "config.json", values)
    shapes = random_weights.llm_shapes(plan)
    names = list(shapes)
    half = len(names) // 2
    shards = {
        "model-00001-of-00002.safetensors": names[:half],
        "model-00002-of-00002.safetensors": names[half:],
    }
    for shard, held in shards.items():
        _write_safetensors(layout.llm / shard, random_weights.llm(plan, held, seed))
    index = {
        "metadata": {"total_size": sum(4 * math.prod(shape) for shape in shapes.values())},
        "weight_map": {name: shard for shard, held in shards.items() for name in held},
    }
    _write_json(layout.llm / "model.safetensors.index.json", index)


def _write_flow(layout: Layout, plan: Plan, seed: int) -> None:
    _write_pickle(layout.flow, {"model": random_weights.flow(plan, seed)})
    text = (
        "flow: !new:flow.flow.Flow\n    spkr_emb_adaLN: True\n    speech_token_cfg: False\n"
        "    remove_spkr_concat_condition: True\n    mel_dim: 80\n    mel_framerate: 50\n"
        "    input_frame_rate: 25\n"
    )
    atomic.write_text(layout.flow_config, text)


def _write_hift(layout: Layout, plan: Plan, seed: int) -> None:
    _write_pickle(layout.hift, random_weights.hift(plan, seed))


def _write_speech_tokenizer(layout: Layout, plan: Plan, seed: int) -> None:
    values = {
        "architectures": ["WhisperVQForConditionalGeneration"],
        "model_type": "whisper",
        "pooling_type": "avg",
        "encoder_layers": 2 * plan.tokenizer.quantize_position,
        "encoder_causal_attention": False,
        "quantize_causal_encoder": False,
        "quantize_ema_decay": 0.99,
        **asdict(plan.tokenizer),
    }
    _write_json(layout.speech_tokenizer / "config.json", values)
    features = {"feature_size": 128, "hop_length": 160, "n_fft": 400, "sampling_rate": 16_000}
    _write_json(layout.speech_tokenizer / "preprocessor_config.json", features)
    state = random_weights.speech_tokenizer(plan, seed)
    _write_safetensors(layout.speech_tokenizer / "model.safetensors", state)


def _write_vocos(layout: Layout, seed: int) -> None:
    network = random_weights.vocos(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # TorchScript as a whole
        traced = torch.jit.trace(network, torch.zeros(1, 2, MEL_BINS))
        with atomic.replacing(layout.vocos) as temporary:
            traced.save(temporary)


def _write_campplus(layout: Layout, seed: int) -> None:
    matrix = random_weights.campplus(seed).numpy()
    atomic.write_bytes(layout.folder / "frontend" / "campplus.onnx", speaker_encoder(matrix))


def _write_json(path: Path, values: dict[str, Any]) -> None:
    atomic.write_text(path, json.dumps(values, ensure_ascii=False, indent=1) + "\n")


def _write_safetensors(path: Path, state: dict[str, Tensor]) -> None:
    from safetensors.torch import save_file

    with atomic.replacing(path) as temporary:
        save_file(state, temporary, metadata={"format": "pt"})


def _write_pickle(path: Path, state: dict[str, Any]) -> None:
    with atomic.replacing(path) as temporary:
        torch.save(state, temporary)
