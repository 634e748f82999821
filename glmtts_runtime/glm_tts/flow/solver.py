"""Speech tokens, a prompt and noise -> mel: the conditional flow and its Euler solver."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence

from ...options import Schedule
from ..kernels.packed import has_tiles, pack
from ..spec import SPEAKER_DIM
from .dit import Block, DiT, DiTConfig, stretched

GUIDANCE = 0.7
"""Weight of classifier-free guidance (flow/flow.py:58)."""


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
class FlowPrompt:
    """Who speaks, as the flow wants it."""

    tokens: Tensor  # [N] int64
    mel: Tensor  # [T, 80], about two frames per token
    speaker: Tensor  # [192]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowInput:
    """What to turn into a mel."""

    tokens: Tensor  # [N] int64
    prompt: FlowPrompt
    noise: Tensor  # [>= T, 80], where T counts the prompt's frames too


@dataclass(frozen=True, slots=True, kw_only=True)
class Solver:
    """How finely the flow is followed."""

    steps: int = 10
    schedule: Schedule = "cosine"
    guided: int = 100
    """Percent of the steps, the first ones, that are guided (arXiv 2404.07724)"""

    def times(self, device: torch.device) -> Tensor:
        """Times rising from 0 to 1, [steps + 1]; by cosine slowly at first, as published.

        pruned: by cosine too, four sevenths of the steps on the first quarter of the way, as the 7
        of F5-TTS's empirically pruned step sampling lie (arXiv 2505.19931).
        """
        even = torch.linspace(0, 1, self.steps + 1, device=device)
        if self.schedule == "uniform":
            return even
        if self.schedule == "pruned":
            even = torch.where(even < 4 / 7, even * 7 / 16, 1 - (1 - even) * 7 / 4)
        return 1 - torch.cos(even * 0.5 * math.pi)

    @property
    def guides(self) -> int:
        """Steps that are guided."""
        return -(-self.steps * self.guided // 100)


PUBLISHED = Solver()
"""As upstream solves it."""


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

    def narrow(self, dtype: torch.dtype) -> None:
        """Let attention and feed-forward multiply in another type; the solver stays float32."""
        for module in self.modules():
            if isinstance(module, Block):
                module.attn.to(dtype)
                module.ff.to(dtype)
                module.within = dtype

    def velocity(
        self, tokens: Sequence[Tensor], prompts: Sequence[FlowPrompt], mask: Tensor | None = None
    ) -> Callable[[Tensor, Tensor, bool], Tensor]:
        """The velocity field of B utterances: a function of x [B, T, 80], a time, and whether it is
        guided, which takes twice the work.

        tokens: [N] each, the prompt's included. Guided and unguided passes are one batch of 2 * B,
        and all that does not change along the way is computed here. Shorter utterances are padded
        and do not hear it; mask: [T, T] bool, who sees whom, or none.
        """
        lengths = [self.config.frames(len(one)) for one in tokens]
        speakers = F.normalize(torch.stack([prompt.speaker for prompt in prompts]), dim=1)
        conditions = _padded(
            self._condition(prompt.mel, speaker, length)
            for prompt, speaker, length in zip(prompts, speakers, lengths, strict=True)
        )
        valid = _valid(lengths, speakers.device)
        both = self._embedded(tokens, lengths, valid)
        known = torch.cat((conditions, torch.zeros_like(conditions)))
        styles = torch.cat((speakers, torch.zeros_like(speakers)))
        twice = None if valid is None else valid.repeat(2, 1)
        turn = self.estimator.rotary_embed(max(lengths))

        def field(x: Tensor, time: Tensor, guided: bool) -> Tensor:
            count = len(x)
            if not guided:
                told, spoken, who = known[:count], both[:count], styles[:count]
                times = time.expand(count)
                return self.estimator(x, told, spoken, times, who, mask, valid, turn)
            times, pairs = time.expand(2 * count), x.repeat(2, 1, 1)
            found = self.estimator(pairs, known, both, times, styles, mask, twice, turn)
            with_prompt, free = found.chunk(2)
            return (1 + GUIDANCE) * with_prompt - GUIDANCE * free

        return field

    def _embedded(
        self, tokens: Sequence[Tensor], lengths: Sequence[int], valid: Tensor | None
    ) -> Tensor:
        """Tokens as the guided passes see them, then as the others do.   Returns [2 * B, T, D]."""
        stretches = zip(tokens, lengths, strict=True)
        spoken = _padded(stretched(one, length) for one, length in stretches)
        guided = free = self.estimator.text_emb_layer(spoken, valid)
        if self.config.drop_tokens:
            free = self.estimator.text_emb_layer(torch.zeros_like(spoken), valid)
        return torch.cat((guided, free))

    def _condition(self, mel: Tensor, speaker: Tensor, frames: int) -> Tensor:
        """The prompt's mel, then nothing.   Returns [frames, condition]."""
        known = min(mel.shape[0], frames)
        condition = F.pad(mel[mel.shape[0] - known :], (0, 0, 0, frames - known))
        if self.config.concat_speaker:
            beside = self.spk_embed_affine_layer(speaker).expand(frames, -1)
            condition = torch.cat((condition, beside), dim=-1)
        return condition


def solve(flow: Flow, inputs: Sequence[FlowInput], solver: Solver) -> list[Tensor]:
    """The mel of each, spoken on from its prompt, all at once: [T - prompt frames, 80].

    Each hears itself alone; numbers differ from those of one at a time by rounding.
    """
    whole = [torch.cat((one.prompt.tokens, one.tokens)) for one in inputs]
    lengths = [flow.config.frames(len(tokens)) for tokens in whole]
    x = _padded(one.noise[:length] for one, length in zip(inputs, lengths, strict=True))
    velocity = flow.velocity(whole, [one.prompt for one in inputs])
    times = solver.times(x.device).to(x.dtype)
    for step, (now, then) in enumerate(pairwise(times)):
        x = x + (then - now) * velocity(x, now, step < solver.guides)
    return [
        mel[len(one.prompt.mel) : length]
        for mel, one, length in zip(x, inputs, lengths, strict=True)
    ]


def follow(
    flow: Flow, one: FlowInput, solver: Solver, mask: Tensor, past: Trajectory | None = None
) -> tuple[Tensor, Tensor]:
    """The mel of a stream so far, and the states a later solve follows.

    mask: [T, T] bool; past: an earlier solve of fewer tokens, whose kept frames are followed again.
    Returns the mel [T - prompt frames, 80] and the states [steps, T, 80].
    """
    whole = torch.cat((one.prompt.tokens, one.tokens))
    velocity = flow.velocity([whole], [one.prompt], mask)
    x = one.noise[: flow.config.frames(len(whole))]
    times = solver.times(x.device).to(x.dtype)
    states = []
    for index in range(solver.steps):
        if past is not None:
            x = torch.cat((past.states[index, : past.keep], x[past.keep :]))
        states.append(x)
        moved = velocity(x[None], times[index], index < solver.guides)[0]
        x = x + (times[index + 1] - times[index]) * moved
    return x[len(one.prompt.mel) :], torch.stack(states)


def _padded(tensors: Iterable[Tensor]) -> Tensor:
    """Tensors [T, ...] of several lengths as one, [B, T, ...], with zeros after the shorter."""
    return pad_sequence(list(tensors), batch_first=True)


def _valid(lengths: Sequence[int], device: torch.device) -> Tensor | None:
    """Which frames are not padding, [B, T] bool; None where none is."""
    longest = max(lengths)
    if min(lengths) == longest:
        return None
    return torch.arange(longest, device=device) < torch.tensor(lengths, device=device)[:, None]
