"""The keys and values of every row being decoded, preallocated; a span says where new ones go."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

REACH = 512
"""Attention reads whole blocks of this many positions, as torch's CPU kernel does: sums over them
are then ordered alike whatever else is in the batch, and each line keeps its own to the bit."""


class KeyValues:
    """Buffers for `rows` sequences of at most `length` positions each; grows by doubling."""

    def __init__(
        self,
        *,
        layers: int,
        groups: int,
        head_dim: int,
        device: torch.device,
        dtype: torch.dtype,
    ) -> None:
        shape = (layers, 0, 0, groups, head_dim)
        # [L, R, S, groups, head]
        self.keys = torch.empty(shape, device=device, dtype=dtype)
        self.values = torch.empty(shape, device=device, dtype=dtype)

    @property
    def rows(self) -> int:
        return self.keys.shape[1]

    @property
    def length(self) -> int:
        return self.keys.shape[2]

    @property
    def nbytes(self) -> int:
        return self.keys.nbytes + self.values.nbytes

    def reserve(self, rows: int, length: int) -> None:
        """Make room for `rows` rows of `length` positions; what is there stays."""
        rows = max(rows, self.rows)
        length = max(-(-length // REACH) * REACH, self.length)
        if (rows, length) != (self.rows, self.length):
            self.keys = _grown(self.keys, rows, length)
            self.values = _grown(self.values, rows, length)

    def move(self, source: int, target: int) -> None:
        """Copy row `source` over row `target`."""
        self.keys[:, target] = self.keys[:, source]
        self.values[:, target] = self.values[:, source]

    def prompt(self, row: int, length: int) -> Span:
        """The span of a whole prompt written to an empty row."""
        device = self.keys.device
        positions = torch.arange(length, device=device)
        mask = positions[None, :, None] >= positions[None, None, :]
        return Span(cache=self, row=row, positions=positions[None], mask=mask, reach=length, busy=1)

    def next(self, row: int, positions: list[int], busy: int | None = None) -> Span:
        """The span of one new token in each row from `row` on, at these positions.

        Only the first `busy` rows are in use; the others attend to nothing.
        """
        device = self.keys.device
        busy = len(positions) if busy is None else busy
        reach = -(-(max(positions) + 1) // REACH) * REACH
        at = torch.tensor(positions, device=device)[:, None]
        mask = torch.arange(reach, device=device)[None, None] <= at[:busy, :, None]
        return Span(cache=self, row=row, positions=at, mask=mask, reach=reach, busy=busy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where new tokens of some rows go, and what each of them sees."""

    cache: KeyValues
    row: int
    """The first of B rows."""
    positions: Tensor  # [B, T] int64
    mask: Tensor  # [busy, T, reach] bool
    reach: int
    busy: int

    def store(self, layer: int, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        """Write new ones [B, T, groups, head]; returns what busy rows see, [busy, reach, groups,
        head] each.
        """
        count = self.positions.shape[0]
        keys = self.cache.keys[layer, self.row : self.row + count]
        values = self.cache.values[layer, self.row : self.row + count]
        at = (torch.arange(count, device=keys.device)[:, None], self.positions)
        keys[at], values[at] = key, value
        return keys[: self.busy, : self.reach], values[: self.busy, : self.reach]


def _grown(old: Tensor, rows: int, length: int) -> Tensor:
    new = old.new_zeros((old.shape[0], rows, length, *old.shape[3:]))
    new[:, : old.shape[1], : old.shape[2]] = old
    return new
