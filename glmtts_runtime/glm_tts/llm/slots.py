"""What is being decoded, a row of tensors a prompt, on the device: nothing here waits for it."""

from __future__ import annotations

from dataclasses import dataclass, fields

import torch
from torch import Tensor

from .sampling import WINDOW, BatchSampling, sample


@dataclass(slots=True, kw_only=True)
class Slots:
    """R rows. A passage with several prompts has several, all with the same numbers but the hidden
    state and the position; the first of them leads: its token is fed to all.
    """

    hidden: Tensor  # [R, D] after the last token fed
    token: Tensor  # [R] int64, the last one sampled
    position: Tensor  # [R] int64, of the next token
    count: Tensor  # [R] int64, tokens so far
    least: Tensor  # [R] int64
    most: Tensor  # [R] int64
    over: Tensor  # [R] bool: ended, or never begun; nothing of it moves
    recent: Tensor  # [R, WINDOW] int64, the last tokens, -1 for none
    uniforms: Tensor  # [R, M, 2] in [0, 1), for each token two
    leader: Tensor  # [R] int64
    members: Tensor  # [R, K] int64, rows whose scores are mixed
    weights: Tensor  # [R, K]
    temperature: Tensor  # [R, 1]
    top_p: Tensor  # [R, 1]
    top_k: Tensor  # [R, 1] int64
    again: Tensor  # [R] bool: repetition-aware

    @classmethod
    def none(cls, width: int, device: torch.device, dtype: torch.dtype) -> Slots:
        """No rows yet. width: of a hidden state."""

        def ints(*shape: int) -> Tensor:
            return torch.zeros((0, *shape), dtype=torch.int64, device=device)

        def floats(*shape: int) -> Tensor:
            return torch.zeros((0, *shape), device=device)

        def flags() -> Tensor:
            return torch.zeros(0, dtype=torch.bool, device=device)

        return cls(
            hidden=torch.zeros((0, width), device=device, dtype=dtype),
            token=ints(),
            position=ints(),
            count=ints(),
            least=ints(),
            most=ints(),
            over=flags(),
            recent=ints(WINDOW),
            uniforms=floats(0, 2),
            leader=ints(),
            members=ints(1),
            weights=floats(1),
            temperature=floats(1),
            top_p=floats(1),
            top_k=ints(1),
            again=flags(),
        )

    @property
    def rows(self) -> int:
        return len(self.token)

    def reserve(self, rows: int, most: int, members: int) -> bool:
        """Make room for so many rows, tokens and prompts mixed; whether tensors were replaced.

        New rows are over.
        """
        wanted = (
            max(rows, self.rows),
            max(most, self.uniforms.shape[1]),
            max(members, self.members.shape[1]),
        )
        if wanted == (self.rows, self.uniforms.shape[1], self.members.shape[1]):
            return False
        for field in fields(self):
            old: Tensor = getattr(self, field.name)
            shape = [wanted[0], *old.shape[1:]]
            if field.name == "uniforms":
                shape[1] = wanted[1]
            elif field.name in ("members", "weights"):
                shape[1] = wanted[2]
            # Rows never begun are sampled from as well, and divided by their temperature.
            ones = field.name in ("over", "temperature")
            new = old.new_ones(shape) if ones else old.new_zeros(shape)
            new[tuple(slice(size) for size in old.shape)] = old
            setattr(self, field.name, new)
        return True

    def move(self, source: int, target: int) -> None:
        """Copy row `source` over row `target`; who points to it is told by `join`."""
        for field in fields(self):
            value: Tensor = getattr(self, field.name)
            value[target] = value[source]

    def end(self, first: int) -> None:
        """Let all rows from `first` on stand still and point to none that may not be computed."""
        self.over[first:] = True
        self.leader[first:] = 0
        self.members[first:] = 0

    def join(self, rows: list[int], weights: list[float]) -> None:
        """Let rows be the prompts of one passage, mixed by weights."""
        width = self.members.shape[1]
        padded = rows + [rows[0]] * (width - len(rows))
        shares = weights + [0.0] * (width - len(rows))
        self.leader[rows] = rows[0]
        self.members[rows] = torch.tensor(padded, device=self.token.device)
        self.weights[rows] = torch.tensor(shares, device=self.token.device)

    def sample(self, logits: Tensor, widest: int) -> None:
        """Sample a token for each of the first rows.

        logits: [N, V] float32, the end last; widest: the largest top-k of them.
        """
        rows, end = len(logits), logits.shape[1] - 1
        first = slice(rows)
        scores = logits.log_softmax(dim=-1)
        if self.members.shape[1] > 1:
            members, weights = self.members[first].T, self.weights[first].T[..., None]
            mixed = weights[0] * scores[members[0]]
            for others, share in zip(members[1:], weights[1:], strict=True):
                mixed += share * scores[others]
            scores = mixed
        short = self.count[first] < self.least[first]
        scores[:, -1].masked_fill_(short, -torch.inf)
        every = torch.arange(rows, device=scores.device)
        uniforms = self.uniforms[every, self.count[first].clamp(max=self.uniforms.shape[1] - 1)]
        chosen = sample(scores, uniforms, self.recent[first], self._sampling(first, widest))
        over = self.over[first]
        token = torch.where(over, self.token[first], chosen[self.leader[first]])
        alive = ~over & (token != end)
        shifted = torch.cat((self.recent[first, 1:], token[:, None]), dim=1)
        self.recent[first] = torch.where(alive[:, None], shifted, self.recent[first])
        self.token[first] = token
        self.count[first] += alive
        self.over[first] = ~alive | (self.count[first] >= self.most[first])

    def advance(self, rows: slice, hidden: Tensor) -> None:
        """Keep the states after the tokens that were fed to some rows.   hidden: [N, D]"""
        self.hidden[rows] = hidden
        self.position[rows] += ~self.over[rows]

    def _sampling(self, first: slice, widest: int) -> BatchSampling:
        return BatchSampling(
            temperature=self.temperature[first],
            top_p=self.top_p[first],
            top_k=self.top_k[first],
            again=self.again[first],
            most=widest,
        )
