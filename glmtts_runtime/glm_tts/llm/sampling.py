"""Scores and uniform numbers -> one token per line: nucleus and repetition-aware sampling."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

WINDOW = 10
"""A token that occurs among this many last ones is drawn again from the whole distribution
(repetition-aware sampling, VALL-E 2, arXiv 2406.05370; the ratio 0.1 of 10 is one occurrence)."""


@dataclass(frozen=True, slots=True)
class BatchSampling:
    """How each line of a batch samples, as columns."""

    temperature: Tensor  # [L, 1]
    top_p: Tensor  # [L, 1]
    top_k: Tensor  # [L, 1] int64
    again: Tensor  # [L] bool: repetition-aware
    most: int
    """The largest top-k"""


def nucleus(probabilities: Tensor, sampling: BatchSampling) -> tuple[Tensor, Tensor]:
    """The likeliest tokens until top-p is covered, at most top-k of them.

    probabilities: [L, V]; returns ids [L, K] and their probabilities [L, K], likeliest first, the
    probability 0 where an id is outside.
    """
    most = min(sampling.most, probabilities.shape[-1])
    top, ids = probabilities.topk(most, dim=-1)
    before = top.cumsum(dim=-1) - top
    rank = torch.arange(most, device=top.device)
    inside = (before < sampling.top_p) & (rank < sampling.top_k)
    inside[:, 0] = True
    return ids, top * inside


def sample(scores: Tensor, uniforms: Tensor, recent: Tensor, sampling: BatchSampling) -> Tensor:
    """One token per line.

    scores: [L, V] logits or log probabilities, -inf for what may not come; uniforms: [L, 2] in
    [0, 1), the line's own: one for the nucleus and one for the second draw, used or not, so that
    a line's numbers stay its own; recent: [L, WINDOW] the last tokens, -1 for none; returns [L].
    """
    probabilities = (scores.float() / sampling.temperature).softmax(dim=-1)
    ids, kept = nucleus(probabilities, sampling)
    token = ids.gather(-1, _pick(kept, uniforms[:, :1]))[:, 0]
    repeated = (recent == token[:, None]).any(dim=-1) & sampling.again
    return torch.where(repeated, _pick(probabilities, uniforms[:, 1:])[:, 0], token)


def _pick(weights: Tensor, uniform: Tensor) -> Tensor:
    """Indices drawn in proportion to weights, by the inverse of their sums.   [L, V], [L, 1]"""
    sums = weights.cumsum(dim=-1)
    whole = sums[:, -1:]
    # Below the whole, however it is rounded: so the place is inside, at a weight that is not zero.
    below = torch.minimum(uniform * whole, whole.nextafter(torch.zeros_like(whole)))
    return torch.searchsorted(sums, below, right=True)
