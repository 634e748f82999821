"""A size -> the shapes of all networks and the places of tokens; `full` is the published one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from ....pronunciation.phonemes import INVENTORY
from ..flow.dit import DiTConfig
from ..llm.llama import LlamaConfig
from ..reference.whisper_vq import WhisperVQConfig
from ..vocoder.hift import HiFTConfig

Size: TypeAlias = Literal["tiny", "half", "full"]


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
