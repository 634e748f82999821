"""Speech tokens, a prompt and noise -> mel: the conditional flow and its Euler solver."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..packed import has_tiles, pack
from ..spec import SPEAKER_DIM
from .dit import Block, DiT, DiTConfig

GUIDANCE = 0.7
"""Weight of classifier-free guidance (flow/flow.py:58)."""
STEPS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowConfig:
    """`flow/config.yaml`, its defaults filled in."""

    dit: DiTConfig = field(default_factory=DiTConfig)
    token_rate: float = 25
    """Hz"""
    mel_rate: float = 50
    """Hz"""
    concat_speaker: bool = False
    """The speaker, projected to this width, also stands beside the mel condition."""
    drop_tokens: bool = False
    """The unconditional pass sees no tokens either."""

    def frames(self, tokens: int) -> int:
        """Mel frames of so many tokens."""
        return int(tokens / self.token_rate * self.mel_rate)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """Who speaks, as the flow wants it."""

    tokens: Tensor  # [N] int64
    mel: Tensor  # [T, 80], about two frames per token
    speaker: Tensor  # [192]


@dataclass(frozen=True, slots=True)
class Trajectory:
    """Where a solve was before each step; kept by a stream for the frames it has given away."""

    states: Tensor  # [steps, T, 80]
    keep: int
    """Leading frames a later solve takes over."""


class Flow(nn.Module):
    """The published `flow.flow.Flow`."""

    def __init__(self, config: FlowConfig) -> None:
        super().__init__()
        self.config = config
        if config.concat_speaker:
            self.spk_embed_affine_layer = nn.Linear(SPEAKER_DIM, config.dit.mel_dim)
        self.estimator = DiT(config.dit)

    def pack(self) -> None:
        """Lay the weights out for a CPU that multiplies bfloat16; the solver stays float32."""
        pack(self)
        for module in self.modules():
            if isinstance(module, Block):
                module.within = torch.bfloat16
                module.attn.in_products = not has_tiles()
        place = self.estimator.emb_concator.conv_pos_embed.to(torch.bfloat16)
        place.within = torch.bfloat16

    def velocity(
        self, tokens: Tensor, prompt: Prompt, mask: Tensor | None
    ) -> Callable[[Tensor, Tensor], Tensor]:
        """The guided velocity field of one utterance.

        tokens: [N], the prompt's included. The guided and the unguided pass are one batch of two,
        and all that does not change along the way is computed here.
        """
        frames = self.config.frames(tokens.shape[0])
        speaker = F.normalize(prompt.speaker, dim=0)
        condition = self._condition(prompt.mel, speaker, frames)
        conditions = torch.stack((condition, torch.zeros_like(condition)))
        speakers = torch.stack((speaker, torch.zeros_like(speaker)))
        if self.config.drop_tokens:
            tokens = torch.stack((tokens, torch.zeros_like(tokens)))
            embedded = self.estimator.text_emb_layer(tokens, frames)
        else:
            embedded = self.estimator.text_emb_layer(tokens[None], frames).expand(2, -1, -1)

        def field(x: Tensor, time: Tensor) -> Tensor:
            guided, free = self.estimator(
                x.expand(2, -1, -1), conditions, embedded, time.expand(2), speakers, mask
            )
            return (1 + GUIDANCE) * guided - GUIDANCE * free

        return field

    def _condition(self, mel: Tensor, speaker: Tensor, frames: int) -> Tensor:
        """The prompt's mel, then nothing.   Returns [frames, condition]."""
        known = min(mel.shape[0], frames)
        condition = F.pad(mel[mel.shape[0] - known :], (0, 0, 0, frames - known))
        if self.config.concat_speaker:
            beside = self.spk_embed_affine_layer(speaker).expand(frames, -1)
            condition = torch.cat((condition, beside), dim=-1)
        return condition


def solve(
    flow: Flow,
    tokens: Tensor,
    prompt: Prompt,
    noise: Tensor,
    *,
    steps: int = STEPS,
    mask: Tensor | None = None,
    past: Trajectory | None = None,
) -> tuple[Tensor, Tensor]:
    """The mel of `tokens`, spoken on from the prompt.

    tokens: [N]; noise: [>= T, 80], where T counts the prompt's frames too; mask: [T, T] bool to
    stream, none to see everything; past: an earlier solve of fewer tokens, whose kept frames are
    followed again. Returns the mel [T - prompt frames, 80] and the states [steps, T, 80].
    """
    together = torch.cat((prompt.tokens, tokens))
    frames = flow.config.frames(together.shape[0])
    velocity = flow.velocity(together, prompt, mask)
    times = schedule(steps, noise.device).to(noise.dtype)
    x = noise[:frames]
    states = []
    for index in range(steps):
        if past is not None:
            keep = min(past.keep, frames)
            x = torch.cat((past.states[index, :keep], x[keep:]))
        states.append(x)
        x = x + (times[index + 1] - times[index]) * velocity(x[None], times[index])
    return x[prompt.mel.shape[0] :], torch.stack(states)


def schedule(steps: int, device: torch.device) -> Tensor:
    """Times rising from 0 to 1, slowly at first: [steps + 1]."""
    line = torch.linspace(0, 1, steps + 1, device=device)
    return 1 - torch.cos(line * 0.5 * math.pi)
