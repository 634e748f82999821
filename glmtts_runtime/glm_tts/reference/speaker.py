"""A filterbank -> a speaker embedding, by the CAM++ encoder (arXiv 2303.00332) in ONNX."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ....messages import Message
from ....mistakes import InputError, Place
from ..spec import MEL_BINS, SPEAKER_DIM

REMEDY = "Get it with `glmtts checkpoint download`: it is published apart from the other weights."


class SpeakerEncoder:
    """CAM++ on the CPU: a recording takes it a few milliseconds."""

    def __init__(self, path: Path) -> None:
        """Raises InputError for a file that is no such encoder."""
        self._place = Place(str(path))
        try:
            self._session = _session(path)
            (taken,) = self._session.get_inputs()
        except _errors() as error:
            raise self._unusable(f"cannot be read: {_first_line(error)}.") from error
        self._input: str = taken.name
        if len(taken.shape) != 3 or taken.shape[2] not in (MEL_BINS, None):
            raise self._unusable(f"takes {taken.shape}, not a filterbank of {MEL_BINS} bands.")

    def __call__(self, bank: Tensor) -> Tensor:
        """bank: [T, 80], mean-subtracted; returns [192]. Raises InputError as the file may."""
        try:
            (found,) = self._session.run(None, {self._input: bank[None].cpu().numpy()})
            embedding = torch.from_numpy(found).flatten()
        except _errors() as error:
            raise self._unusable(f"cannot be run: {_first_line(error)}.") from error
        if embedding.shape != (SPEAKER_DIM,):
            what = Message(
                "gives {} numbers, not the {} of a speaker.", embedding.numel(), SPEAKER_DIM
            )
            raise self._unusable(what)
        return embedding

    def _unusable(self, what: str) -> InputError:
        return InputError.at(self._place, what, REMEDY)


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0].rstrip(".")


def _session(path: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(
        str(path),
        sess_options=options,
        providers=["CPUExecutionProvider"],
        enable_fallback=0,  # there is nothing to fall back to, and it prints
    )


def _errors() -> tuple[type[BaseException], ...]:
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    names = ("Fail", "InvalidProtobuf", "InvalidGraph", "InvalidArgument", "NoSuchFile")
    more = ("NotImplemented", "NoModel", "ModelLoaded", "RuntimeException")
    known = (getattr(state, name) for name in (*names, *more) if hasattr(state, name))
    # And what Python says to names that are no UTF-8, and to another number or kind of outputs.
    return (*known, ValueError, TypeError)
