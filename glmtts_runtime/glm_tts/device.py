"""A name, or none -> the device to compute on and the precision of the language model there."""

from __future__ import annotations

from pathlib import Path

import torch

from ...messages import Message
from ...mistakes import InputError, Place, nearest
from .kernels.probe import fastest

MEASURED = "machine.json"
"""Name of the file that remembers what a CPU does fastest."""
PRECISIONS = {
    "float32": torch.float32,
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
    "int8": torch.int8,
}


def device(name: str | None = None) -> torch.device:
    """The device called so, or the best there is: CUDA, then Apple's MPS, then the CPU.

    Raises InputError for one that is not there.
    """
    if name is None or name == "auto":
        return torch.device(available()[0])
    try:
        chosen = torch.device(name)
    except RuntimeError as error:
        raise InputError.at(
            Place("device"), Message('"{}" is no device.', name), _known()
        ) from error
    count = torch.cuda.device_count() if chosen.type == "cuda" else 1
    if chosen.type not in available() or (chosen.index or 0) >= count:
        raise InputError.at(Place("device"), Message('"{}" is not there.', name), _known())
    return chosen


def available() -> tuple[str, ...]:
    """Kinds of devices there are, the fastest first."""
    kinds = [("cuda", torch.cuda.is_available()), ("mps", torch.backends.mps.is_available())]
    return (*(kind for kind, there in kinds if there), "cpu")


def precision(
    on: torch.device, name: str | None = None, remembered: Path | None = None
) -> torch.dtype:
    """The precision called so, or else bfloat16 on CUDA, what decodes fastest on a CPU, float32
    elsewhere. Raises InputError.

    remembered: a file in which what a CPU does fastest is kept, so that it is tried once.
    """
    if name is None or name == "auto":
        if on.type == "cpu":
            return fastest(remembered)
        return torch.bfloat16 if on.type == "cuda" else torch.float32
    if name not in PRECISIONS:
        raise InputError.at(
            Place("precision"), Message('"{}" is none.', name), nearest(name, PRECISIONS)
        )
    return PRECISIONS[name]


def _known() -> str:
    return Message("Known here: auto, {}.", ", ".join(available()))
