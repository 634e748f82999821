"""Prompts -> speech tokens, step by step: many passages in one batch, each as if it were alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from ..engine import Sampling
from .cache import KeyValues
from .llama import Llama
from .sampling import WINDOW, Settings, draw


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioIds:
    """Where speech lives in the text vocabulary."""

    first: int
    """Id of speech token 0."""
    count: int
    begin: int
    """Id that ends the text and begins the speech."""
    end: int
    """Id that ends the speech."""

    @property
    def speech(self) -> tuple[int, ...]:
        """Ids a step may draw: every speech token, then the end."""
        return (*range(self.first, self.first + self.count), self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What to decode: one text after one or more prompts."""

    prompts: tuple[tuple[tuple[int, ...], float], ...]
    """Ids of each prompt with the text to speak, and its weight; the weights sum to 1. All are
    continued with the same tokens, drawn from the weighted mean of their log probabilities."""
    least: int
    """Speech tokens before which it may not end."""
    most: int
    seed: int
    sampling: Sampling


@dataclass(frozen=True, slots=True)
class Drawn:
    """One step of one passage."""

    handle: int
    token: int | None
    """None where the passage ended of itself."""
    ended: bool


@dataclass(slots=True)
class _Line:
    handle: int
    passage: Passage
    rows: list[int]
    uniforms: Tensor  # [most, 2] on the CPU
    tokens: list[int] = field(default_factory=list)


class Batch:
    """Passages being decoded together. Rows in use are always the first ones of the cache."""

    def __init__(self, llama: Llama, audio: AudioIds) -> None:
        config = llama.config
        device = llama.model.norm.weight.device
        self._llama, self._audio = llama, audio
        self._cache = KeyValues(
            layers=config.num_hidden_layers,
            groups=config.num_key_value_heads,
            head_dim=config.head_dim,
            device=device,
            dtype=llama.dtype,
        )
        # [R, D] after the last token
        self._hidden = torch.zeros((0, config.hidden_size), device=device, dtype=llama.dtype)
        self._positions: list[int] = []  # of the next token, per row in use
        self._lines: list[_Line] = []
        self._handles = 0

    def __len__(self) -> int:
        """Passages not yet ended."""
        return len(self._lines)

    @property
    def rows(self) -> int:
        """Rows in use."""
        return len(self._positions)

    def add(self, passage: Passage) -> int:
        """Read the prompts, each on its own so that no neighbour changes a digit; the handle."""
        random = torch.Generator().manual_seed(passage.seed)
        uniforms = torch.rand(passage.most, 2, generator=random)
        count = len(passage.prompts)
        longest = max(len(ids) for ids, _ in passage.prompts)
        self._reserve(self.rows + count, longest + passage.most)
        rows = list(range(self.rows, self.rows + count))
        for row, (ids, _) in zip(rows, passage.prompts, strict=True):
            span = self._cache.prompt(row, len(ids))
            prompt = torch.tensor([ids], device=self._hidden.device)
            self._hidden[row] = self._llama(prompt, span)[0, -1]
            self._positions.append(len(ids))
        self._handles += 1
        self._lines.append(_Line(self._handles, passage, rows, uniforms))
        return self._handles

    def step(self) -> list[Drawn]:
        """Draw one token for every passage; those that ended leave the batch."""
        lines = list(self._lines)
        tokens = self._draw(lines)
        drawn: list[Drawn] = []
        for line, token in zip(lines, tokens, strict=True):
            over = token == self._audio.count
            if not over:
                line.tokens.append(token)
            ended = over or len(line.tokens) == line.passage.most
            drawn.append(Drawn(line.handle, None if over else token, ended))
            if ended:
                self.drop(line.handle)
        if self._lines:
            self._advance()
        return drawn

    def drop(self, handle: int) -> None:
        """Forget a passage; the last rows move into its place."""
        line = next(line for line in self._lines if line.handle == handle)
        self._lines.remove(line)
        for hole in sorted(line.rows, reverse=True):
            last = self.rows - 1
            if hole != last:
                self._cache.move(last, hole)
                self._hidden[hole] = self._hidden[last]
                self._positions[hole] = self._positions[last]
                owner = next(other for other in self._lines if last in other.rows)
                owner.rows[owner.rows.index(last)] = hole
            self._positions.pop()

    def _draw(self, lines: Sequence[_Line]) -> list[int]:
        head = self._llama.speech_head
        assert head is not None, "a network is prepared before it speaks"
        blocks = [head(self._hidden[block]) for block in self._blocks()]
        logits = torch.cat(blocks).float().log_softmax(dim=-1)
        scores = torch.stack([_mixed(logits, line) for line in lines])
        device = scores.device
        uniforms = torch.stack([line.uniforms[len(line.tokens)] for line in lines]).to(device)
        recent = torch.tensor([_last(line.tokens) for line in lines], device=device)
        settings = Settings.of([line.passage.sampling for line in lines], device)
        return draw(scores, uniforms, recent, settings).tolist()

    def _advance(self) -> None:
        """Feed each passage's last token to all of its rows."""
        ids, positions = [0] * self._cache.rows, [0] * self._cache.rows
        positions[: self.rows] = self._positions
        for line in self._lines:
            for row in line.rows:
                ids[row] = self._audio.first + line.tokens[-1]
        column = torch.tensor(ids, device=self._hidden.device)[:, None]
        for block in self._blocks():
            busy = min(block.stop, self.rows) - block.start
            span = self._cache.next(block.start, positions[block], busy)
            self._hidden[block] = self._llama(column[block], span)[:, 0]
        self._positions = [position + 1 for position in self._positions]

    def _blocks(self) -> list[slice]:
        """The rows that are computed together."""
        if self._hidden.device.type != "cpu":
            return [slice(0, self.rows)]
        size = self._llama.block
        return [slice(start, start + size) for start in range(0, self.rows, size)]

    def _reserve(self, rows: int, length: int) -> None:
        size = self._llama.block
        self._cache.reserve(-(-rows // size) * size, length)
        missing = self._cache.rows - self._hidden.shape[0]
        more = self._hidden.new_zeros((missing, self._hidden.shape[1]))
        self._hidden = torch.cat((self._hidden, more))


def _mixed(logits: Tensor, line: _Line) -> Tensor:
    """The weighted mean of a passage's rows, its end forbidden while it is too short.   [V]"""
    weights = [weight for _, weight in line.passage.prompts]
    if len(weights) == 1:
        mean = logits[line.rows[0]].clone()
    else:
        mean = (logits[line.rows] * logits.new_tensor(weights)[:, None]).sum(dim=0)
    if len(line.tokens) < line.passage.least:
        mean[-1] = -torch.inf
    return mean


def _last(tokens: list[int]) -> list[int]:
    return [-1] * (WINDOW - len(tokens)) + tokens[-WINDOW:]
