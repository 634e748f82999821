"""What a CPU multiplies fastest: tried in a few milliseconds, remembered for the machine."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from .... import atomic, machine
from . import packed, quantized

SHAPE = (3072, 1024)
"""Of the matrices tried: as of a layer, and too large for the cache a core has to itself."""
COUNTS = (1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 24, 33, 64)
"""Rows at once that are tried against the first of them alone."""
FASTER = 1.1
"""What fewer bits have to gain before they are taken."""

Multiply = Callable[[Tensor], Tensor]

_log = logging.getLogger(__name__)


def fastest(remembered: Path | None = None) -> torch.dtype:
    """The precision a CPU decodes fastest in, among those whose sums are the same whatever else is
    in the batch: bfloat16 where it is multiplied by the CPU itself, else eight bits if they gain,
    else float32.

    remembered: a file of what was found, so that a machine is tried once and stays with it; a
    changed torch, instruction set or number of threads is another machine.
    """
    if packed.supported():
        return torch.bfloat16
    if not quantized.has_kernel(torch.device("cpu")):
        return torch.float32
    known = _read(remembered)
    if (key := _machine()) not in known:
        known[key] = _gain()
        _log.info("int8 decodes %.1f times as fast as float32 on this CPU", known[key])
        if remembered is not None:
            atomic.write_text(remembered, json.dumps(known, indent=1) + "\n")
    return torch.int8 if known[key] >= FASTER else torch.float32


def alike(multiply: Multiply, width: int, most: int = COUNTS[-1]) -> bool:
    """Whether a row's product is the same to the bit with any number of rows, up to `most`.

    width: of a row.
    """
    rows = torch.randn(most, width, generator=torch.Generator().manual_seed(0))
    alone = [multiply(rows[at : at + 1]) for at in range(2)]
    for count in COUNTS:
        if count <= most:
            together = multiply(rows[:count])
            if any(not torch.equal(together[at], alone[at][0]) for at in range(min(count, 2))):
                return False
    return True


def _gain() -> float:
    """How many times as fast a lone line is decoded with weights of eight bits, its neighbours idle
    or not; 0 where their sums depend on how many rows there are.
    """
    random = torch.Generator().manual_seed(0)
    layers = [torch.nn.Linear(SHAPE[1], SHAPE[0], bias=False, device="meta") for _ in range(3)]
    for layer in layers:
        layer.weight = torch.nn.Parameter(torch.randn(SHAPE, generator=random), requires_grad=False)
    eight = [quantized.QuantizedLinear(layer) for layer in layers]
    if not alike(eight[0], SHAPE[1], quantized.FEW):
        return 0.0
    rows = torch.randn(8, SHAPE[1], generator=random)
    wide, narrow = [], []
    for _ in range(4):  # in turn, so that what else the machine does falls on both
        wide.append(_seconds(lambda: [F.linear(rows, layer.weight) for layer in layers]))
        narrow.append(_seconds(lambda: [layer(rows[:1]) for layer in eight]))
    return round(min(wide[1:]) / min(narrow[1:]), 2)


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _machine() -> str:
    """What a measurement is of."""
    parts = (
        machine.processor(),
        torch.backends.cpu.get_cpu_capability(),
        f"torch {torch.__version__}",
        f"{torch.get_num_threads()} threads",
    )
    return ", ".join(parts)


def _read(remembered: Path | None) -> dict[str, float]:
    """What was measured before; nothing of a file that cannot be read."""
    if remembered is None or not remembered.is_file():
        return {}
    try:
        values = json.loads(remembered.read_text(encoding="utf-8"))
        return {str(key): float(value) for key, value in values.items()}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        _log.warning("%s is damaged (%s) and made anew", remembered, error)
        return {}
