"""A filterbank -> a speaker embedding, by the CAM++ encoder (arXiv 2303.00332) in ONNX."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ....mistakes import InputError, Place
from ..spec import MEL_BINS, SPEAKER_DIM

REMEDY = "Get it with `glmtts checkpoint download`: it is published apart from the other weights."


class SpeakerEncoder:
    """CAM++ on the CPU: a recording takes it a few milliseconds."""

    def __init__(self, path: Path) -> None:
        """Raises InputError for a file that is no such encoder."""
        place = Place(str(path))
        try:
            self._session = _session(path)
        except _errors() as error:
            first = str(error).partition("\n")[0].rstrip(".")
            raise InputError.at(place, f"cannot be read: {first}.", REMEDY) from error
        (taken,) = self._session.get_inputs()
        self._input: str = taken.name
        if len(taken.shape) != 3 or taken.shape[2] not in (MEL_BINS, None):
            what = f"takes {taken.shape}, not a filterbank of {MEL_BINS} bands."
            raise InputError.at(place, what, REMEDY)

    def __call__(self, bank: Tensor) -> Tensor:
        """bank: [T, 80], mean-subtracted; returns [192]."""
        (found,) = self._session.run(None, {self._input: bank[None].cpu().numpy()})
        embedding = torch.from_numpy(found).flatten()
        assert embedding.shape == (SPEAKER_DIM,), "CAM++ gives 192 numbers"
        return embedding


def _session(path: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(
        str(path), sess_options=options, providers=["CPUExecutionProvider"]
    )


def _errors() -> tuple[type[BaseException], ...]:
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    names = ("Fail", "InvalidProtobuf", "InvalidGraph", "InvalidArgument", "NoSuchFile")
    more = ("NotImplemented", "NoModel", "ModelLoaded", "RuntimeException")
    return tuple(getattr(state, name) for name in (*names, *more) if hasattr(state, name))
