"""Speech tokens as they are decoded -> samples as soon as they are final, cross-faded at joins."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ...audio.wave import Samples
from .acoustic_model import AcousticModel, AcousticRequest
from .flow.mask import block_mask, mel_block
from .flow.solver import Trajectory, follow
from .reference.encoder import Features
from .spec import TOKEN_RATE

BLOCKS = (25, 50, 200)
"""Tokens of each block, the last size repeating (utils/tts_model_util.py:32)."""
AHEAD = (12, 25, 100)
"""Tokens at a block's end that the next block may still change."""
FADE = 0.1
"""s over which one block goes over into the next"""


@dataclass(slots=True)
class Stream:
    """One text chunk being played while it is decoded. A solve follows the last one's states where
    they are final, so that what was played is not spoken differently afterwards.
    """

    acoustic: AcousticModel
    features: Features
    sample_rate: int
    rate: float
    seed: int
    blocks: int = 0
    """Blocks synthesized so far."""
    past: Trajectory | None = None
    emitted: int = 0
    """Samples given away."""
    tail: Samples = field(default_factory=lambda: np.zeros(0, np.float32))
    """The samples after those, as the last block had them."""

    @property
    def due(self) -> int:
        """Tokens there must be for the next block."""
        return sum(_at(BLOCKS, number) for number in range(self.blocks + 1))

    def block(self, tokens: list[int]) -> Samples:
        """The samples that are final now that there are `due` tokens and more to come."""
        wave = self._synthesized(tokens)
        ahead = _at(AHEAD, self.blocks) / TOKEN_RATE / self.rate
        fade = round(FADE * self.sample_rate)
        end = max(self.emitted, len(wave) - round(ahead * self.sample_rate) - fade)
        out = self._faded(wave[self.emitted : end])
        self.tail = wave[end : end + fade]
        self.emitted = end
        self.blocks += 1
        return out

    def last(self, tokens: list[int]) -> Samples:
        """The rest. One that ends within its first block is synthesized as a whole, unmasked."""
        if not self.blocks:
            return self.acoustic.waves([self._request(tokens)])[0]
        return self._faded(self._synthesized(tokens)[self.emitted :])

    def _request(self, tokens: list[int]) -> AcousticRequest:
        return AcousticRequest(
            tokens=tokens,
            features=self.features,
            sample_rate=self.sample_rate,
            rate=self.rate,
            seed=self.seed,
        )

    def _synthesized(self, tokens: list[int]) -> Samples:
        request, config = self._request(tokens), self.acoustic.flow.config
        before = len(self.features.tokens)
        sizes = [mel_block(before), *(mel_block(size) for size in BLOCKS)]
        mask = block_mask(sizes, config.frames(before + len(tokens)), self.acoustic.device)
        flow_input = self.acoustic.flow_input(request)
        mel, states = follow(self.acoustic.flow, flow_input, self.acoustic.solver, mask, self.past)
        final = config.frames(before + len(tokens) - _at(AHEAD, self.blocks))
        self.past = Trajectory(states, keep=final)
        return self.acoustic.vocode([mel], [request])[0]

    def _faded(self, wave: Samples) -> Samples:
        length = min(len(self.tail), len(wave))
        ramp = np.linspace(0, 1, length, dtype=np.float32)
        out = wave.copy()
        out[:length] = self.tail[:length] * (1 - ramp) + out[:length] * ramp
        return out


def _at(sizes: tuple[int, ...], number: int) -> int:
    return sizes[min(number, len(sizes) - 1)]
