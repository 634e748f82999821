"""What tests of the language model share: the tiny network, passages, and a loop over them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from comfyui_glmtts.glmtts_runtime.glm_tts.checkpoint import load
from comfyui_glmtts.glmtts_runtime.glm_tts.checkpoint.layout import Layout
from comfyui_glmtts.glmtts_runtime.glm_tts.llm.decode import Batch
from comfyui_glmtts.glmtts_runtime.glm_tts.llm.llama import Llama
from comfyui_glmtts.glmtts_runtime.glm_tts.llm.passage import AudioIds, Passage
from comfyui_glmtts.glmtts_runtime.glm_tts.llm.sampling import BatchSampling
from comfyui_glmtts.glmtts_runtime.options import Sampling

CPU = torch.device("cpu")
AUDIO = AudioIds(first=768, count=512, begin=526, end=519)


def prepared(tiny: Path, device: torch.device = CPU, dtype: torch.dtype = torch.float32) -> Llama:
    """The network of a tiny checkpoint."""
    network: Llama = load.load(load.llama_part(Layout(tiny)), device, dtype)
    network.prepare(AUDIO.speech)
    return network


def passage(
    seed: int, *, least: int = 20, most: int = 60, words: int = 0, prompts: int = 1
) -> Passage:
    """A passage of random prompts, their lengths by the seed unless `words` are asked for."""
    random = np.random.RandomState(seed)
    made = []
    for _ in range(prompts):
        text = random.randint(0, 512, words or 5 + seed % 30)
        speech = AUDIO.first + random.randint(0, 512, 20 + 7 * (seed % 9))
        made.append(((*text.tolist(), AUDIO.begin, *speech.tolist()), 1 / prompts))
    return Passage(prompts=tuple(made), least=least, most=most, seed=seed, sampling=Sampling())


def batch_sampling(samplings: Sequence[Sampling]) -> BatchSampling:
    """How each line of a batch samples, as columns."""

    def column(name: str, dtype: torch.dtype) -> torch.Tensor:
        values = [getattr(sampling, name) for sampling in samplings]
        return torch.tensor(values, dtype=dtype)[:, None]

    return BatchSampling(
        temperature=column("temperature", torch.float32),
        top_p=column("top_p", torch.float32),
        top_k=column("top_k", torch.int64),
        again=column("repetition_aware", torch.bool)[:, 0],
        most=max(sampling.top_k for sampling in samplings),
    )


def decode(batch: Batch, passages: list[Passage], together: int) -> list[list[int]]:
    """Tokens of each passage, `together` at most being decoded at once, newcomers let in as
    others end."""
    tokens: list[list[int]] = [[] for _ in passages]
    waiting, owners = list(enumerate(passages)), {}
    while waiting or owners:
        while waiting and len(batch) < together:
            number, one = waiting.pop(0)
            owners[batch.add([one])[0]] = number
        for token in batch.step():
            if token.token is not None:
                tokens[owners[token.handle]].append(token.token)
            if token.ended:
                del owners[token.handle]
    return tokens
