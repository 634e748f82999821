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
from .flow.solver import PUBLISHED, Flow, Prompt, Solver, Utterance, solve
from .reference.hearing import Features
from .spec import MEL_BINS
from .vocoder.hift import SAMPLES_PER_FRAME, HiFT
from .vocoder.vocos import Vocos

BLOCK = 64
"""Frames of noise drawn at once, so that a longer utterance begins with a shorter one's noise."""
MOST = 8192
"""Mel frames sounded together on a GPU, padding included: half a gigabyte on the way."""
FADE = 0.005
"""s of fade at the edges of joined pieces"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Speech tokens and how they are to sound."""

    tokens: Sequence[int]
    features: Features
    """Of who speaks."""
    sample_rate: int
    """Hz"""
    rate: float
    """Speaking speed; 1.1 is 10 % faster."""
    seed: int


@dataclass(frozen=True, slots=True)
class Sound:
    """The half of the model that says who speaks."""

    flow: Flow
    vocoders: Mapping[int, HiFT | Vocos]
    """By sample rate in Hz."""
    device: torch.device
    """That computes; the weights may wait elsewhere."""
    solver: Solver = PUBLISHED

    def waves(self, scores: Sequence[Score]) -> list[Samples]:
        """The samples of each score. A GPU sounds those of one sample rate and of about one length
        together; a CPU gains nothing by that, and each keeps its own samples to the bit.
        """
        found: dict[int, Samples] = {}
        for numbers in self._groups(scores):
            group = [scores[number] for number in numbers]
            mels = solve(self.flow, [self.utterance(score) for score in group], self.solver)
            for number, wave in zip(numbers, self.voiced(mels, group), strict=True):
                found[number] = wave
        return [found[number] for number in range(len(scores))]

    def utterance(self, score: Score) -> Utterance:
        """What the flow is given."""
        prompt = Prompt(
            tokens=score.features.tokens.to(self.device),
            mel=score.features.mels[score.sample_rate].to(self.device),
            speaker=score.features.speaker.to(self.device),
        )
        drawn = noise(derived(score.seed, "flow"), self._frames(score), MEL_BINS)
        return Utterance(
            tokens=torch.tensor(score.tokens, device=self.device),
            prompt=prompt,
            noise=drawn.to(self.device),
        )

    def voiced(self, mels: Sequence[Tensor], scores: Sequence[Score]) -> list[Samples]:
        """The waves of mels [T, 80] that are of one sample rate."""
        paced = [_paced(mel, score.rate) for mel, score in zip(mels, scores, strict=True)]
        vocoder = self.vocoders[scores[0].sample_rate]
        if isinstance(vocoder, HiFT):
            waves = self._sung(vocoder, paced, scores)
        else:
            waves = [vocoder(mel.T[None])[0] for mel in paced]
        return [
            np.ascontiguousarray(wave.float().cpu().numpy(), dtype=np.float32) for wave in waves
        ]

    def _sung(self, vocoder: HiFT, mels: Sequence[Tensor], scores: Sequence[Score]) -> list[Tensor]:
        lengths = [len(mel) for mel in mels]
        drawn = [
            noise(derived(score.seed, "source"), length, SAMPLES_PER_FRAME).flatten()
            for score, length in zip(scores, lengths, strict=True)
        ]
        padded = pad_sequence(list(mels), batch_first=True)
        noises = pad_sequence(drawn, batch_first=True).to(self.device)
        return vocoder(padded.mT, noises, lengths)

    def _groups(self, scores: Sequence[Score]) -> list[list[int]]:
        """Numbers of scores that are sounded together."""
        if self.device.type == "cpu":
            return [[number] for number in range(len(scores))]
        order = sorted(
            range(len(scores)), key=lambda n: (scores[n].sample_rate, self._frames(scores[n]))
        )
        groups: list[list[int]] = []
        for number in order:
            group = groups[-1] if groups else []
            alike = group and scores[group[0]].sample_rate == scores[number].sample_rate
            if alike and (len(group) + 1) * self._frames(scores[number]) <= MOST:
                group.append(number)
            else:
                groups.append([number])
        return groups

    def _frames(self, score: Score) -> int:
        """Mel frames the flow works on, its prompt's included."""
        return self.flow.config.frames(len(score.tokens) + len(score.features.tokens))


def _paced(mel: Tensor, rate: float) -> Tensor:
    """A mel [T, 80] spoken `rate` times as fast."""
    if rate == 1.0:
        return mel
    frames = max(1, round(mel.shape[0] / rate))
    return F.interpolate(mel.T[None], size=frames, mode="linear")[0].T


def noise(seed: int, frames: int, width: int) -> Tensor:
    """Standard normal [frames, width] on the CPU; a longer one begins with a shorter one."""
    random = torch.Generator().manual_seed(seed)
    blocks = -(-frames // BLOCK)
    drawn = [torch.randn(BLOCK, width, generator=random) for _ in range(blocks)]
    return torch.cat(drawn)[:frames]


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
