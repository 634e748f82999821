"""Speech tokens and a speaker -> samples: the flow, the speaking rate and the vocoders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from .flow.solver import Flow, Prompt, Trajectory, solve
from .reference.hearing import Features
from .seeds import derived
from .spec import MEL_BINS, MEL_SPECS
from .vocoder.hift import HARMONICS, HiFT
from .vocoder.vocos import Vocos
from .wave import Samples

BLOCK = 64
"""Frames of noise drawn at once, so that a longer utterance begins with a shorter one's noise."""
FADE = 0.005
"""s of fade at the edges of joined pieces"""


@dataclass(frozen=True, slots=True)
class Sound:
    """The half of the model that says who speaks."""

    flow: Flow
    vocoders: Mapping[int, HiFT | Vocos]
    """By sample rate in Hz."""

    @property
    def device(self) -> torch.device:
        return self.flow.estimator.rotary_embed.inv_freq.device

    def prompt(self, features: Features, sample_rate: int) -> Prompt:
        """What the flow continues from."""
        return Prompt(
            tokens=features.tokens.to(self.device),
            mel=features.mels[sample_rate].to(self.device),
            speaker=features.speaker.to(self.device),
        )

    def mel(
        self,
        tokens: list[int],
        prompt: Prompt,
        seed: int,
        *,
        mask: Tensor | None = None,
        past: Trajectory | None = None,
    ) -> tuple[Tensor, Tensor]:
        """The mel [T, 80] of speech tokens, and the states a stream goes on from."""
        together = torch.tensor(tokens, device=self.device)
        frames = self.flow.config.frames(len(tokens) + prompt.tokens.shape[0])
        drawn = noise(derived(seed, "flow"), frames, MEL_BINS).to(self.device)
        return solve(self.flow, together, prompt, drawn, mask=mask, past=past)

    def samples(self, mel: Tensor, sample_rate: int, rate: float, seed: int) -> Samples:
        """The wave of a mel [T, 80], spoken `rate` times as fast."""
        if rate != 1.0:
            frames = max(1, round(mel.shape[0] / rate))
            mel = F.interpolate(mel.T[None], size=frames, mode="linear")[0].T
        vocoder = self.vocoders[sample_rate]
        if isinstance(vocoder, HiFT):
            hop = MEL_SPECS[sample_rate].hop
            drawn = noise(derived(seed, "source"), mel.shape[0], hop * (HARMONICS + 1))
            shaped = drawn.reshape(1, -1, HARMONICS + 1).to(self.device)
            wave = vocoder(mel.T[None], shaped)
        else:
            wave = vocoder(mel.T[None])
        return np.ascontiguousarray(wave[0].float().cpu().numpy(), dtype=np.float32)


def noise(seed: int, frames: int, width: int) -> Tensor:
    """Standard normal [frames, width] on the CPU; a longer one begins with a shorter one."""
    random = torch.Generator().manual_seed(seed)
    blocks = -(-frames // BLOCK)
    drawn = [torch.randn(BLOCK, width, generator=random) for _ in range(blocks)]
    return torch.cat(drawn)[:frames]


def joined(parts: list[tuple[Samples, float]], rate: int) -> Samples:
    """Waves one after the other, each with its pause in s after it; edges faded against clicks."""
    whole: list[Samples] = []
    for samples, pause in parts:
        whole.append(samples if len(parts) == 1 else _faded(samples, round(FADE * rate)))
        whole.append(np.zeros(round(pause * rate), np.float32))
    return np.concatenate(whole)


def _faded(samples: Samples, length: int) -> Samples:
    length = min(length, len(samples) // 2)
    ramp = (0.5 - 0.5 * np.cos(np.pi * (np.arange(length) + 0.5) / max(length, 1))).astype("f4")
    faded = samples.copy()
    faded[:length] *= ramp
    faded[len(faded) - length :] *= ramp[::-1]
    return faded
