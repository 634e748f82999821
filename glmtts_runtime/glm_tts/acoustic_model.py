"""Speech tokens and a speaker -> samples: the flow, the speaking rate and the vocoders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from ...audio.wave import Samples
from ..seeds import derived
from .flow.solver import PUBLISHED, Flow, FlowInput, FlowPrompt, Solver, solve
from .reference.encoder import Features
from .spec import MEL_BINS
from .vocoder.hift import SAMPLES_PER_FRAME, HiFT
from .vocoder.vocos import Vocos

BLOCK = 64
"""Frames of noise made at once, so that a longer utterance begins with a shorter one's noise."""
MOST = 8192
"""Mel frames synthesized together on a GPU, padding included: half a gigabyte on the way."""
FADE = 0.005
"""s of fade at the edges of joined chunks"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcousticRequest:
    """Speech tokens and how they are to be spoken."""

    tokens: Sequence[int]
    features: Features
    """Of who speaks."""
    sample_rate: int
    """Hz"""
    rate: float
    """Speaking speed; 1.1 is 10 % faster."""
    seed: int


@dataclass(frozen=True, slots=True)
class AcousticModel:
    """Speech tokens -> waves in somebody's voice."""

    flow: Flow
    vocoders: Mapping[int, HiFT | Vocos]
    """By sample rate in Hz."""
    device: torch.device
    """That computes; the weights may wait elsewhere."""
    solver: Solver = PUBLISHED

    def waves(self, requests: Sequence[AcousticRequest]) -> list[Samples]:
        """The samples of each request. A GPU synthesizes those of one sample rate and of about one
        length together; a CPU gains nothing by that, and each keeps its own samples to the bit.
        """
        found: dict[int, Samples] = {}
        for numbers in self._groups(requests):
            group = [requests[number] for number in numbers]
            mels = solve(self.flow, [self.flow_input(request) for request in group], self.solver)
            for number, wave in zip(numbers, self.vocode(mels, group), strict=True):
                found[number] = wave
        return [found[number] for number in range(len(requests))]

    def flow_input(self, request: AcousticRequest) -> FlowInput:
        """What the flow is given."""
        prompt = FlowPrompt(
            tokens=request.features.tokens.to(self.device),
            mel=request.features.mels[request.sample_rate].to(self.device),
            speaker=request.features.speaker.to(self.device),
        )
        made = noise(derived(request.seed, "flow"), self._frames(request), MEL_BINS)
        return FlowInput(
            tokens=torch.tensor(request.tokens, device=self.device),
            prompt=prompt,
            noise=made.to(self.device),
        )

    def vocode(self, mels: Sequence[Tensor], requests: Sequence[AcousticRequest]) -> list[Samples]:
        """The waves of mels [T, 80] that are of one sample rate."""
        at_rate = [_at_rate(mel, request.rate) for mel, request in zip(mels, requests, strict=True)]
        vocoder = self.vocoders[requests[0].sample_rate]
        if isinstance(vocoder, HiFT):
            waves = self._vocode_together(vocoder, at_rate, requests)
        else:
            waves = [vocoder(mel.T[None])[0] for mel in at_rate]
        return [
            np.ascontiguousarray(wave.float().cpu().numpy(), dtype=np.float32) for wave in waves
        ]

    def _vocode_together(
        self, vocoder: HiFT, mels: Sequence[Tensor], requests: Sequence[AcousticRequest]
    ) -> list[Tensor]:
        lengths = [len(mel) for mel in mels]
        made = [
            noise(derived(request.seed, "source"), length, SAMPLES_PER_FRAME).flatten()
            for request, length in zip(requests, lengths, strict=True)
        ]
        padded = pad_sequence(list(mels), batch_first=True)
        noises = pad_sequence(made, batch_first=True).to(self.device)
        return vocoder(padded.mT, noises, lengths)

    def _groups(self, requests: Sequence[AcousticRequest]) -> list[list[int]]:
        """Numbers of requests that are synthesized together."""
        if self.device.type == "cpu":
            return [[number] for number in range(len(requests))]
        order = sorted(
            range(len(requests)), key=lambda n: (requests[n].sample_rate, self._frames(requests[n]))
        )
        groups: list[list[int]] = []
        for number in order:
            group = groups[-1] if groups else []
            alike = group and requests[group[0]].sample_rate == requests[number].sample_rate
            if alike and (len(group) + 1) * self._frames(requests[number]) <= MOST:
                group.append(number)
            else:
                groups.append([number])
        return groups

    def _frames(self, request: AcousticRequest) -> int:
        """Mel frames the flow works on, its prompt's included."""
        return self.flow.config.frames(len(request.tokens) + len(request.features.tokens))


def _at_rate(mel: Tensor, rate: float) -> Tensor:
    """A mel [T, 80] spoken `rate` times as fast."""
    if rate == 1.0:
        return mel
    frames = max(1, round(mel.shape[0] / rate))
    return F.interpolate(mel.T[None], size=frames, mode="linear")[0].T


def noise(seed: int, frames: int, width: int) -> Tensor:
    """Standard normal [frames, width] on the CPU; a longer one begins with a shorter one."""
    random = torch.Generator().manual_seed(seed)
    blocks = -(-frames // BLOCK)
    made = [torch.randn(BLOCK, width, generator=random) for _ in range(blocks)]
    return torch.cat(made)[:frames]


def joined(parts: list[tuple[Samples, float]], rate: int) -> Samples:
    """Waves one after the other, each with its pause in s after it; edges faded against clicks."""
    lengths = [len(samples) + round(pause * rate) for samples, pause in parts]
    whole = np.zeros(sum(lengths), np.float32)
    start = 0
    for (samples, _), length in zip(parts, lengths, strict=True):
        placed = whole[start : start + len(samples)]
        placed[:] = samples
        if len(parts) > 1:
            _fade(placed, round(FADE * rate))
        start += length
    return whole


def _fade(samples: Samples, length: int) -> None:
    """Let a wave begin and end in silence, in place."""
    length = min(length, len(samples) // 2)
    ramp = (0.5 - 0.5 * np.cos(np.pi * (np.arange(length) + 0.5) / max(length, 1))).astype("f4")
    samples[:length] *= ramp
    samples[len(samples) - length :] *= ramp[::-1]
