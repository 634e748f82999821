"""The keys and values of every row being decoded, preallocated; a span says where new ones go."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

REACH = 512
"""Attention reads whole blocks of this many positions, as torch's CPU kernel does: sums over them
are then ordered alike whatever else is in the batch, and each line keeps its own to the bit. On a
GPU it keeps shapes, and with them recorded graphs, few."""


class KeyValues:
    """Buffers for `rows` sequences of at most `length` positions each."""

    def __init__(
        self,
        *,
        layers: int,
        groups: int,
        head_dim: int,
        device: torch.device,
        dtype: torch.dtype,
    ) -> None:
        # [L, R, 2 * groups, S, head]: the keys of a row's groups, then their values
        self.both = torch.empty((layers, 0, 2 * groups, 0, head_dim), device=device, dtype=dtype)

    @property
    def rows(self) -> int:
        return self.both.shape[1]

    @property
    def length(self) -> int:
        return self.both.shape[3]

    def bytes_for(self, rows: int, length: int) -> int:
        """What it would take to hold so many rows of so many positions."""
        layers, _, groups, _, head = self.both.shape
        return layers * rows * groups * whole_blocks(length) * head * self.both.element_size()

    def reserve(self, rows: int, length: int) -> None:
        """Make room for `rows` rows of `length` positions; what is there stays."""
        rows, length = max(rows, self.rows), max(whole_blocks(length), self.length)
        if (rows, length) == (self.rows, self.length):
            return
        layers, had, groups, reached, head = self.both.shape
        grown = self.both.new_zeros((layers, rows, groups, length, head))
        grown[:, :had, :, :reached] = self.both
        self.both = grown

    def release(self) -> None:
        """Give all memory back."""
        layers, _, groups, _, head = self.both.shape
        self.both = self.both.new_empty((layers, 0, groups, 0, head))

    def move(self, source: int, target: int) -> None:
        """Copy row `source` over row `target`."""
        self.both[:, target] = self.both[:, source]

    def prompts(self, row: int, lengths: list[int]) -> Span:
        """The span of whole prompts written to empty rows from `row` on, padded to the longest.

        What is written past a prompt's end is written over before anything sees it.
        """
        longest = max(lengths)
        positions = torch.arange(longest, device=self.both.device).expand(len(lengths), -1)
        seen = positions[0, :, None] >= positions[0]
        return Span(
            cache=self,
            row=row,
            rows=torch.arange(len(lengths), device=self.both.device),
            positions=positions,
            mask=self._mask(seen[None]),
            reach=longest,
        )

    def next(self, row: int, positions: Tensor, reach: int, busy: int | None = None) -> Span:
        """The span of one new token in each row from `row` on.

        positions: [B] int64, all below `reach`. Only the first `busy` rows are in use; the others
        attend to nothing.
        """
        at = positions[:, None]
        seen = torch.arange(reach, device=at.device) <= at[:busy]
        return Span(
            cache=self,
            row=row,
            rows=torch.arange(len(at), device=at.device),
            positions=at,
            mask=self._mask(seen[:, None]),
            reach=reach,
            busy=busy,
        )

    def _mask(self, seen: Tensor) -> Tensor:
        """What is added to scores: nothing where seen. Made once for all layers."""
        mask = self.both.new_zeros(seen.shape)
        return mask.masked_fill_(~seen, -torch.inf)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where new tokens of some rows go, and what each of them sees."""

    cache: KeyValues
    row: int
    """The first of B rows."""
    rows: Tensor  # [B] int64, counted from the first
    positions: Tensor  # [B, T] int64
    mask: Tensor  # [busy or 1, T, reach], 0 where seen and else -inf
    reach: int
    busy: int | None = None
    """Rows in use, None for all."""

    def store(self, layer: int, new: Tensor) -> tuple[Tensor, Tensor]:
        """Write new keys and values, [B, T, 2 * groups, head]; returns the keys and the values that
        busy rows see, [busy, groups, reach, head] each.
        """
        count, length = self.positions.shape
        held = self.cache.both[layer, self.row : self.row + count]
        if length == 1:
            held[self.rows, :, self.positions[:, 0]] = new[:, 0].to(held.dtype)
        else:
            held[:, :, :length] = new.transpose(1, 2)
        keys, values = held[: self.busy, :, : self.reach].chunk(2, dim=1)
        return keys, values


def whole_blocks(length: int) -> int:
    """Positions of as many blocks as `length` begins."""
    return -(-length // REACH) * REACH
