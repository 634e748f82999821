"""Sentences -> for each polyphonic character the probabilities of its readings (g2pM, in numpy).

One bidirectional LSTM and two linear layers (Park and Lee, "g2pM", Interspeech 2020), with the
published weights of its package. Recurrence runs over many sentences at once, sorted by length so
that no padding is computed.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = "npt.NDArray[np.float32]"

WINDOW = 64
"""Characters the network reads at once; longer sentences are cut, best after punctuation."""
_OVERLAP = 8
_BATCH = 128
_ENDS = "。！？!?；;…\n", "，,、：:）)”—"


@dataclass(frozen=True, slots=True)
class Network:
    """Weights, ready for inference. V characters, H = 32 hidden, R readings."""

    index: dict[str, int]
    """Character -> row of the input tables."""
    classes: tuple[str, ...]
    """[R] numbered pinyin"""
    candidates: dict[str, npt.NDArray[np.int64]]
    """Polyphonic character -> its readings' indices into `classes`."""
    inputs: tuple[Floats, Floats]
    """[V, 4H] what each character adds to the gates, forward and backward"""
    recurrent: Floats
    """[2, H, 4H], forward and backward; of both, what goes into a sigmoid is halved"""
    hidden: tuple[Floats, Floats]
    """[2H, H] and [H]"""
    output: tuple[Floats, Floats]
    """[H, R] and [R]"""

    def states(self, sentences: Sequence[Sequence[str]]) -> list[Floats]:
        """[T, 2H] LSTM states of each sentence's characters. A sentence holds up to WINDOW."""
        unknown, first, last = self.index["<UNK>"], self.index["시"], self.index["끝"]
        get = self.index.get
        ids = [[first, *(get(char, unknown) for char in s), last] for s in sentences]
        order = sorted(range(len(ids)), key=lambda i: -len(ids[i]))
        found: list[Floats] = [np.zeros((0, 0), np.float32)] * len(ids)
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            lengths = [len(ids[i]) for i in batch]
            forward = _padded([ids[i] for i in batch], lengths[0])
            backward = _padded([ids[i][::-1] for i in batch], lengths[0])
            gates = np.stack([self.inputs[0][forward], self.inputs[1][backward]], axis=1)
            ahead, behind = _recur(gates, self.recurrent, lengths).swapaxes(0, 1)
            for row, (i, length) in enumerate(zip(batch, lengths, strict=True)):
                found[i] = np.concatenate(
                    [ahead[1 : length - 1, row], behind[length - 2 : 0 : -1, row]], axis=1
                )
        return found

    def logits(self, states: Floats) -> Floats:
        """[N, 2H] -> [N, R]"""
        hidden = np.maximum(states @ self.hidden[0] + self.hidden[1], 0)
        scores: Floats = hidden @ self.output[0] + self.output[1]
        return scores


@functools.cache
def published() -> Network:
    """The weights of g2pM 0.1.2.5, from data/g2p.npz."""
    path = Path(__file__).parents[2] / "data" / "g2p.npz"
    with np.load(path, allow_pickle=False) as archive:
        w: dict[str, Any] = {name: archive[name] for name in archive.files}
    inputs, recurrent = [], []
    for end in ("", "_reverse"):
        bias = w[f"lstm_bias_ih_l0{end}"] + w[f"lstm_bias_hh_l0{end}"]
        inputs.append(w["embedding_weight"] @ w[f"lstm_weight_ih_l0{end}"].T + bias)
        recurrent.append(w[f"lstm_weight_hh_l0{end}"].T)
    for gates in (*inputs, *recurrent):  # sigmoid(x) = (1 + tanh(x / 2)) / 2
        size = gates.shape[1] // 4
        gates[:, : 2 * size] *= 0.5
        gates[:, 3 * size :] *= 0.5
    candidates = {}
    for line in w["polyphones"].tolist():
        char, *indices = line.split(" ")
        candidates[char] = np.array([int(i) for i in indices])
    return Network(
        index={char: i for i, char in enumerate(w["characters"].tolist())},
        classes=tuple(w["classes"].tolist()),
        candidates=candidates,
        inputs=(inputs[0], inputs[1]),
        recurrent=np.stack(recurrent),
        hidden=(np.ascontiguousarray(w["logit_layer_0_weight"].T), w["logit_layer_0_bias"]),
        output=(np.ascontiguousarray(w["logit_layer_2_weight"].T), w["logit_layer_2_bias"]),
    )


def windows(text: str) -> list[tuple[int, int, int]]:
    """(start, end, first new) of the pieces of at most WINDOW characters that cover `text`.

    A piece cut in the middle of a sentence begins with a little of what was before it.
    """
    if len(text) <= WINDOW:
        return [(0, len(text), 0)]
    found, start, fresh = [], 0, 0
    while fresh < len(text):
        end = min(start + WINDOW, len(text))
        clean = end == len(text)
        if not clean:
            for ends in _ENDS:
                cut = max(text.rfind(char, fresh, end) for char in ends)
                if cut >= fresh:
                    end, clean = cut + 1, True
                    break
        found.append((start, end, fresh))
        fresh = end
        start = end if clean else max(end - _OVERLAP, 0)
    return found


def _padded(rows: list[list[int]], width: int) -> npt.NDArray[np.int64]:
    """[T, B]"""
    table = np.zeros((width, len(rows)), np.int64)
    for column, row in enumerate(rows):
        table[: len(row), column] = row
    return table


def _recur(inputs: Floats, recurrent: Floats, lengths: list[int]) -> Floats:
    """[T, 2, B, 4H] gate inputs of both directions -> [T, 2, B, H].

    Lengths fall, so the rows still running come first.
    """
    steps, _, batch, width = inputs.shape
    size = width // 4
    states = np.zeros((steps, 2, batch, size), np.float32)
    h = np.zeros((2, batch, size), np.float32)
    c = np.zeros((2, batch, size), np.float32)
    running = batch
    for step in range(steps):
        while lengths[running - 1] <= step:
            running -= 1
        h, c = h[:, :running], c[:, :running]
        gates = np.matmul(h, recurrent)
        gates += inputs[step, :, :running]
        np.tanh(gates, out=gates)  # one call for four gates
        i, f = gates[..., :size], gates[..., size : 2 * size]
        g, o = gates[..., 2 * size : 3 * size], gates[..., 3 * size :]
        c = 0.5 * ((f + 1) * c + (i + 1) * g)
        h = 0.5 * (o + 1) * np.tanh(c)
        states[step, :, :running] = h
    return states
