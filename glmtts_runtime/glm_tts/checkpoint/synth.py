"""A size -> a checkpoint folder of random weights, laid out exactly as the published one.

It speaks noise. Everything but the weights is real, so that all of the program below them can be
run, tested and measured by anyone.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
import torch
from torch import Tensor, nn

from .... import atomic
from ....pronunciation.phonemes import INVENTORY
from ..flow.dit import DiTConfig
from ..flow.solver import Flow, FlowConfig
from ..llm.llama import Llama, LlamaConfig
from ..reference.whisper_vq import WhisperVQ, WhisperVQConfig
from ..spec import MEL_32K, MEL_BINS, SPEAKER_DIM
from ..vocoder.hift import HiFT, HiFTConfig
from .layout import Layout
from .onnx_file import speaker_encoder

Size: TypeAlias = Literal["tiny", "half", "full"]
ENDING = 0.1
"""Rough chance that random speech ends at each step, so that a sentence does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Where the tokens lie; the defaults are the published places."""

    ranks: int = 59_246
    phonemes: int = 60_270
    audio: int = 61_498
    audio_count: int = 32_768
    size: int = 98_304

    @property
    def end(self) -> int:
        return self.ranks + 7

    @property
    def begin(self) -> int:
        return self.ranks + 14

    @property
    def added(self) -> Iterator[tuple[int, str]]:
        yield self.ranks, "<|endoftext|>"
        yield self.end, "<|user|>"
        yield self.begin, "<|begin_of_audio|>"
        for number, name in enumerate(sorted(INVENTORY)):
            yield self.phonemes + number, f"<|{name}|>"
        for number in range(self.audio_count):
            yield self.audio + number, f"<|audio_{number}|>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Sizes of every network."""

    vocabulary: Vocabulary
    llama: LlamaConfig
    flow: DiTConfig
    hift: HiFTConfig
    tokenizer: WhisperVQConfig


_LLAMA = LlamaConfig(
    hidden_size=2048,
    intermediate_size=6144,
    num_hidden_layers=28,
    num_attention_heads=16,
    num_key_value_heads=4,
    vocab_size=98_304,
    head_dim=128,
    max_position_embeddings=8192,
    rope_theta=10_000.0,
    rms_norm_eps=1e-5,
    tie_word_embeddings=True,
)
_TOKENIZER = WhisperVQConfig(
    d_model=1280,
    encoder_attention_heads=20,
    encoder_ffn_dim=5120,
    num_mel_bins=128,
    max_source_positions=1500,
    pooling_kernel_size=2,
    pooling_position=16,
    quantize_position=16,
    quantize_vocab_size=32_768,
    quantize_causal_block_size=200,
    encoder_causal_convolution=False,
)
_FULL = Plan(
    vocabulary=Vocabulary(),
    llama=_LLAMA,
    flow=DiTConfig(),
    hift=HiFTConfig(),
    tokenizer=_TOKENIZER,
)
_HALF = Plan(
    vocabulary=Vocabulary(),
    llama=replace(
        _LLAMA,
        hidden_size=1024,
        intermediate_size=3072,
        num_hidden_layers=14,
        num_attention_heads=8,
        num_key_value_heads=2,
    ),
    flow=DiTConfig(dim=384, depth=9, heads=6, token_dim=256),
    hift=HiFTConfig(channels=256),
    tokenizer=replace(
        _TOKENIZER,
        d_model=640,
        encoder_attention_heads=10,
        encoder_ffn_dim=2560,
        pooling_position=8,
        quantize_position=8,
    ),
)
_TINY = Plan(
    vocabulary=Vocabulary(ranks=512, phonemes=544, audio=768, audio_count=512, size=1280),
    llama=replace(
        _LLAMA,
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=16,
        vocab_size=1280,
    ),
    flow=DiTConfig(dim=64, depth=2, heads=1, token_vocab=512, token_dim=32, conv_layers=2),
    hift=HiFTConfig(channels=32),
    tokenizer=replace(
        _TOKENIZER,
        d_model=64,
        encoder_attention_heads=2,
        encoder_ffn_dim=128,
        pooling_position=2,
        quantize_position=2,
        quantize_vocab_size=512,
    ),
)
PLANS: dict[Size, Plan] = {"tiny": _TINY, "half": _HALF, "full": _FULL}


def synth(
    folder: Path, size: Size, *, seed: int = 0, told: Callable[[str], None] = lambda _: None
) -> Layout:
    """Write the folder; `told` hears the name of each part as it begins."""
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
        told(name)
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
        **_fields(plan.llama),
    }
    _write_json(layout.llm / "config.json", values)
    with torch.device("meta"):
        shapes = _shapes(Llama(plan.llama))
    names = list(shapes)
    half = len(names) // 2
    shards = {
        "model-00001-of-00002.safetensors": names[:half],
        "model-00002-of-00002.safetensors": names[half:],
    }
    for shard, held in shards.items():
        state = {name: weight(name, shapes[name], seed) for name in held}
        if (embedding := state.get("model.embed_tokens.weight")) is not None:
            _make_it_end(embedding, plan)
        _write_safetensors(layout.llm / shard, state)
    index = {
        "metadata": {"total_size": sum(4 * _numel(shape) for shape in shapes.values())},
        "weight_map": {name: shard for shard, held in shards.items() for name in held},
    }
    _write_json(layout.llm / "model.safetensors.index.json", index)


def _make_it_end(embedding: Tensor, plan: Plan) -> None:
    """Let the end be about as likely as it must be for sentences to have one.

    Every embedding leans one way, and the end's leans further, so that whatever the state is the
    end's score stands above the others'.
    """
    dim, others = plan.llama.hidden_size, plan.vocabulary.audio_count
    # As far as the layers' sum goes in all other directions together.
    embedding[:, 0] = (dim * plan.llama.num_hidden_layers / 2) ** 0.5
    # The last norm makes a state's first channel about sqrt(dim) / 2 for such embeddings.
    lift = np.log(ENDING * others) / (0.5 * dim**0.5)
    embedding[plan.vocabulary.end, 0] += lift


def _write_flow(layout: Layout, plan: Plan, seed: int) -> None:
    with torch.device("meta"):
        shapes = _shapes(Flow(FlowConfig(dit=plan.flow)))
    state = {name: weight(name, shape, seed) for name, shape in shapes.items()}
    dim_head = plan.flow.dim_head
    steps = torch.arange(0, dim_head, 2).float()
    state["estimator.rotary_embed.inv_freq"] = 10_000 ** (-steps / dim_head)
    _write_pickle(layout.flow, {"model": state})
    text = (
        "flow: !new:flow.flow.Flow\n    spkr_emb_adaLN: True\n    speech_token_cfg: False\n"
        "    remove_spkr_concat_condition: True\n    mel_dim: 80\n    mel_framerate: 50\n"
        "    input_frame_rate: 25\n"
    )
    atomic.write_text(layout.flow_config, text)


def _write_hift(layout: Layout, plan: Plan, seed: int) -> None:
    """Convolutions whose weights are normalised are stored as magnitude and direction."""
    with torch.device("meta"):
        network = HiFT(plan.hift)
    plain = ("source_downs.", "m_source.", "f0_predictor.classifier")
    state: dict[str, Tensor] = {}
    for name, shape in _shapes(network).items():
        stem = name.removesuffix(".weight")
        if stem == name or len(shape) < 3 or name.startswith(plain):
            state[name] = weight(name, shape, seed)
            continue
        pair = f"{stem}.parametrizations.weight."
        direction = weight(pair + "original1", shape, seed)
        state[pair + "original0"] = (
            direction.flatten(1).norm(dim=1).view(-1, *[1] * (len(shape) - 1))
        )
        state[pair + "original1"] = direction
    # A pitch that people speak with.
    state["f0_predictor.classifier.bias"] = torch.tensor([180.0])
    _write_pickle(layout.hift, state)


def _write_speech_tokenizer(layout: Layout, plan: Plan, seed: int) -> None:
    values = {
        "architectures": ["WhisperVQForConditionalGeneration"],
        "model_type": "whisper",
        "pooling_type": "avg",
        "encoder_layers": 2 * plan.tokenizer.quantize_position,
        "encoder_causal_attention": False,
        "quantize_causal_encoder": False,
        "quantize_ema_decay": 0.99,
        **_fields(plan.tokenizer),
    }
    _write_json(layout.speech_tokenizer / "config.json", values)
    features = {"feature_size": 128, "hop_length": 160, "n_fft": 400, "sampling_rate": 16_000}
    _write_json(layout.speech_tokenizer / "preprocessor_config.json", features)
    with torch.device("meta"):
        shapes = _shapes(WhisperVQ(plan.tokenizer))
    prefix = "model.encoder."
    state = {prefix + name: weight(name, shape, seed) for name, shape in shapes.items()}
    codes = state[prefix + "codebook.weight"]
    # States that differ from moment to moment, so that many codes are used.
    state[prefix + "embed_positions.weight"] *= 3 * codes.shape[1] ** 0.5
    state[prefix + "ema_count"] = torch.ones(codes.shape[0])
    state[prefix + "ema_weight"] = codes.clone()
    _write_safetensors(layout.speech_tokenizer / "model.safetensors", state)


class _Vocos(nn.Module):
    """A frame's mel -> its samples; stands in for the 32 kHz vocoder's interface."""

    matrix: Tensor  # [80, hop]

    def __init__(self, matrix: Tensor) -> None:
        super().__init__()
        self.register_buffer("matrix", matrix)

    def forward(self, mel: Tensor) -> Tensor:
        """mel: [B, T, 80]; returns [B, T * hop]."""
        return torch.tanh(0.1 * mel @ self.matrix).flatten(1)


def _write_vocos(layout: Layout, seed: int) -> None:
    import warnings

    matrix = weight("vocos.matrix", (MEL_BINS, MEL_32K.hop), seed) * 8
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # TorchScript as a whole
        traced = torch.jit.trace(_Vocos(matrix), torch.zeros(1, 2, MEL_BINS))
        with atomic.replacing(layout.vocos) as temporary:
            traced.save(temporary)


def _write_campplus(layout: Layout, seed: int) -> None:
    matrix = weight("campplus.matrix", (MEL_BINS, SPEAKER_DIM), seed).numpy()
    atomic.write_bytes(layout.folder / "frontend" / "campplus.onnx", speaker_encoder(matrix))


def weight(name: str, shape: tuple[int, ...], seed: int) -> Tensor:
    """A parameter's values, made from its name: near 1 for scales, small for biases, and elsewhere
    of a size that keeps what passes through as large as it was.
    """
    number = (zlib.crc32(name.encode()) + seed) & 0xFFFFFFFF
    values = torch.randn(shape, generator=torch.Generator().manual_seed(number))
    if len(shape) == 1:
        return 0.1 * values + (1.0 if name.endswith(("weight", "alpha")) else 0.0)
    return values / _numel(shape[1:]) ** 0.5


def _shapes(network: nn.Module) -> dict[str, tuple[int, ...]]:
    return {name: tuple(value.shape) for name, value in network.state_dict().items()}


def _numel(shape: tuple[int, ...]) -> int:
    return int(np.prod(shape))


def _fields(config: LlamaConfig | WhisperVQConfig) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(config)


def _write_json(path: Path, values: dict[str, Any]) -> None:
    atomic.write_text(path, json.dumps(values, ensure_ascii=False, indent=1) + "\n")


def _write_safetensors(path: Path, state: dict[str, Tensor]) -> None:
    from safetensors.torch import save_file

    with atomic.replacing(path) as temporary:
        save_file(state, temporary, metadata={"format": "pt"})


def _write_pickle(path: Path, state: dict[str, Any]) -> None:
    with atomic.replacing(path) as temporary:
        torch.save(state, temporary)
