"""A name, or none -> the device to compute on and the precision of the language model there."""

from __future__ import annotations

import torch

from ...messages import Message
from ...mistakes import InputError, Place, nearest
from .kernels.packed import supported

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


def precision(on: torch.device, name: str | None = None) -> torch.dtype:
    """The precision called so, or else bfloat16 on CUDA and on CPUs that multiply it themselves,
    float32 elsewhere. Raises InputError.
    """
    if name is None or name == "auto":
        native = on.type == "cuda" or (on.type == "cpu" and supported())
        return torch.bfloat16 if native else torch.float32
    if name not in PRECISIONS:
        raise InputError.at(
            Place("precision"), Message('"{}" is none.', name), nearest(name, PRECISIONS)
        )
    return PRECISIONS[name]


def _known() -> str:
    return Message("Known here: auto, {}.", ", ".join(available()))
