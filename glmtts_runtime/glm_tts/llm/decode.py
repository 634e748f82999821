"""Prompts -> speech tokens, step by step: many passages in one batch, each as if it were alone."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ..kernels.graphs import Graphs
from .cache import whole_blocks
from .llama import Llama
from .passage import AudioIds, GeneratedToken, Passage
from .slots import Slots

AHEAD = 2
"""Steps a GPU is asked for before the first of them has come back."""
TOGETHER = 8
"""Prompts a GPU reads together."""


@dataclass(slots=True)
class _Sequence:
    handle: int
    passage: Passage
    rows: list[int]
    start: int
    """Positions of the longest of its prompts."""
    fed: int = 0
    """Tokens asked of the device so far, at most."""
    tokens: int = 0
    """Tokens that have come back."""


class Batch:
    """Passages being decoded together. Rows in use are always the first ones.

    On a GPU steps are asked for ahead of their results, so that it never waits for this program:
    `step` gives the tokens of an earlier step, and a passage that has ended stands still until its
    end has come back.
    """

    def __init__(
        self,
        llama: Llama,
        audio: AudioIds,
        device: torch.device,
        *,
        graphs: bool = True,
        ahead: int | None = None,
    ) -> None:
        """device: that computes; the weights may be brought to it later. graphs: whether a GPU's
        steps are recorded; ahead: steps asked for before the first has come back, none on a CPU and
        `AHEAD` elsewhere unless given.
        """
        self.device = device
        self._llama, self._audio = llama, audio
        self._cache = llama.key_values(device)
        self._slots = Slots.none(llama.config.hidden_size, device, llama.dtype)
        self._graphs = Graphs(device, enabled=graphs)
        self._ahead = (0 if device.type == "cpu" else AHEAD) if ahead is None else ahead
        self._asked: deque[tuple[Tensor, torch.cuda.Event | None, dict[int, int]]] = deque()
        self._sequences: list[_Sequence] = []
        self._handles = 0

    def __len__(self) -> int:
        """Passages not yet ended."""
        return len(self._sequences)

    @property
    def rows(self) -> int:
        """Rows in use."""
        return sum(len(sequence.rows) for sequence in self._sequences)

    def growth(self, passages: Sequence[Passage]) -> int:
        """Bytes more that keys and values would take for a while with these as well."""
        rows, length = self._wanted(passages)
        if rows <= self._cache.rows and length <= self._cache.length:
            return 0
        return self._cache.bytes_for(max(rows, self._cache.rows), max(length, self._cache.length))

    def add(self, passages: Sequence[Passage]) -> list[int]:
        """Read the prompts of passages; their handles. On a CPU each is read on its own, so that no
        neighbour changes a digit.
        """
        first = self.rows
        prompts = [prompt for passage in passages for prompt in passage.prompts]
        self._reserve(passages)
        self._read([ids for ids, _ in prompts], first)
        return [self._begun(passage) for passage in passages]

    def step(self) -> list[GeneratedToken]:
        """Sample one token for every passage; those that ended leave the batch."""
        if self._ahead:
            self._ask()
            return self._came() if len(self._asked) > self._ahead else []
        rows = self._computed(self.rows)
        self._sample(rows)
        self._asked.append((self._slots.token[:rows], None, self._owners()))
        generated = self._came()
        if self._sequences:
            self._feed(self._computed(self.rows), self._reach())
        return generated

    def drop(self, handle: int) -> None:
        """Forget a passage; the last rows move into its place."""
        sequence = next(sequence for sequence in self._sequences if sequence.handle == handle)
        rows = self.rows
        self._sequences.remove(sequence)
        for hole in sorted(sequence.rows, reverse=True):
            rows -= 1
            if hole != rows:
                self._cache.move(rows, hole)
                self._slots.move(rows, hole)
                owner = next(other for other in self._sequences if rows in other.rows)
                owner.rows[owner.rows.index(rows)] = hole
                self._slots.join(owner.rows, [weight for _, weight in owner.passage.prompts])
        self._slots.end(rows)

    def clear(self) -> None:
        """Forget all passages."""
        self._sequences.clear()
        self._asked.clear()
        self._slots.end(0)

    def moved(self) -> None:
        """Be told that the weights lie elsewhere now, with nothing under way on them."""
        self._graphs.clear()

    def release(self) -> None:
        """Forget all passages, and give back the memory they took."""
        self.clear()
        self._graphs.clear()
        self._cache.release()
        self._slots = Slots.none(self._llama.config.hidden_size, self.device, self._llama.dtype)

    def _ask(self) -> None:
        """Ask the device for a step of everything, and for its tokens when they are there."""
        for sequence in self._sequences:
            sequence.fed = min(sequence.fed + 1, sequence.passage.most)
        rows, reach = self._computed(self.rows), self._reach()
        members, widest = self._slots.members.shape[1], self._widest()

        def work() -> None:
            self._sample(rows)
            self._feed(rows, reach)

        self._graphs.run((rows, reach, members, widest), work)
        self._asked.append((*_sent(self._slots.token[:rows]), self._owners()))

    def _came(self) -> list[GeneratedToken]:
        """The tokens of the oldest step asked for, of those passages that had not ended."""
        tokens, event, owners = self._asked.popleft()
        if event is not None:
            event.synchronize()
        sequences = {sequence.handle: sequence for sequence in self._sequences}
        generated: list[GeneratedToken] = []
        for row, token in enumerate(tokens.tolist()):
            sequence = sequences.get(owners.get(row, 0))
            if sequence is None:
                continue
            over = token == self._audio.count
            sequence.tokens += not over
            ended = over or sequence.tokens == sequence.passage.most
            generated.append(GeneratedToken(sequence.handle, None if over else token, ended))
        for one in generated:
            if one.ended:
                self.drop(one.handle)
        return generated

    def _sample(self, rows: int) -> None:
        head = self._llama.speech_head
        logits = [head(self._slots.hidden[block]) for block, _ in self._blocks(rows)]
        self._slots.sample(torch.cat(logits).float(), self._widest())

    def _feed(self, rows: int, reach: int) -> None:
        """Feed each row its last token."""
        ids = self._audio.first + self._slots.token[:rows].clamp(max=self._audio.count - 1)
        for block, busy in self._blocks(rows):
            span = self._cache.next(block.start, self._slots.position[block], reach, busy)
            self._slots.advance(block, self._llama(ids[block, None], span)[:, 0])

    def _read(self, prompts: list[tuple[int, ...]], first: int) -> None:
        """Read prompts into the rows from `first` on."""
        device = self.device
        together = 1 if device.type == "cpu" else TOGETHER
        for start in range(0, len(prompts), together):
            part = prompts[start : start + together]
            lengths = [len(ids) for ids in part]
            ids = torch.zeros((len(part), max(lengths)), dtype=torch.int64)
            for row, prompt in enumerate(part):
                ids[row, : len(prompt)] = torch.tensor(prompt)
            span = self._cache.prompts(first + start, lengths)
            states = self._llama(ids.to(device), span)
            last = torch.tensor(lengths, device=device)
            rows = slice(first + start, first + start + len(part))
            self._slots.hidden[rows] = states[torch.arange(len(part), device=device), last - 1]
            self._slots.position[rows] = last

    def _begun(self, passage: Passage) -> int:
        """A passage whose prompts were read to the first rows not in use; its handle."""
        count, slots = len(passage.prompts), self._slots
        rows = list(range(self.rows, self.rows + count))
        at = slice(rows[0], rows[-1] + 1)
        random = torch.Generator().manual_seed(passage.seed)
        uniforms = torch.rand(passage.most, 2, generator=random)
        slots.uniforms[at, : passage.most] = uniforms.to(slots.uniforms.device)
        slots.count[at], slots.least[at], slots.most[at] = 0, passage.least, passage.most
        slots.over[at], slots.recent[at] = False, -1
        sampling = passage.sampling
        slots.temperature[at], slots.top_p[at] = sampling.temperature, sampling.top_p
        slots.top_k[at], slots.again[at] = sampling.top_k, sampling.repetition_aware
        slots.join(rows, [weight for _, weight in passage.prompts])
        self._handles += 1
        start = max(len(ids) for ids, _ in passage.prompts)
        self._sequences.append(_Sequence(self._handles, passage, rows, start))
        return self._handles

    def _owners(self) -> dict[int, int]:
        """Whose token stands where: leading row -> handle."""
        return {sequence.rows[0]: sequence.handle for sequence in self._sequences}

    def _reach(self) -> int:
        """Positions that attention has to look at, the last tokens' own included."""
        return whole_blocks(
            max(sequence.start + max(sequence.fed, sequence.tokens) for sequence in self._sequences)
        )

    def _widest(self) -> int:
        return max(sequence.passage.sampling.top_k for sequence in self._sequences)

    def _computed(self, rows: int) -> int:
        """So many rows and the idle ones computed with them."""
        if self.device.type != "cpu":
            return 1 << (rows - 1).bit_length()
        return -(-rows // self._llama.block) * self._llama.block if self._llama.padded else rows

    def _blocks(self, rows: int) -> list[tuple[slice, int | None]]:
        """The rows that are computed together, and how many of them are in use if not all."""
        if self.device.type != "cpu":
            return [(slice(0, rows), None)]
        size = self._llama.block
        blocks = [slice(start, min(start + size, rows)) for start in range(0, rows, size)]
        used = self.rows
        return [
            (block, None if block.stop <= used else max(0, used - block.start)) for block in blocks
        ]

    def _wanted(self, passages: Sequence[Passage]) -> tuple[int, int]:
        """Rows and positions there must be with these passages as well."""
        rows = self.rows + sum(len(passage.prompts) for passage in passages)
        longest = max(len(ids) + one.most for one in passages for ids, _ in one.prompts)
        return self._computed(rows), longest

    def _reserve(self, passages: Sequence[Passage]) -> None:
        if not self._sequences and self.growth(passages):
            self.release()  # nothing is there that would have to be copied
        rows, length = self._wanted(passages)
        before = (self._cache.rows, self._cache.length)
        self._cache.reserve(rows, length)
        replaced = self._slots.reserve(
            self._cache.rows,
            max(passage.most for passage in passages),
            max(len(passage.prompts) for passage in passages),
        )
        if replaced or before != (self._cache.rows, self._cache.length):
            self._graphs.clear()


def _sent(token: Tensor) -> tuple[Tensor, torch.cuda.Event | None]:
    """A copy of tokens that comes to the CPU in its own time, and what tells when it has."""
    if not token.is_cuda:
        return token.clone(), None
    here = torch.empty(token.shape, dtype=token.dtype, pin_memory=True)
    here.copy_(token, non_blocking=True)
    event = torch.cuda.Event()
    event.record()
    return here, event
