"""Symbols and a style -> sound and how long each symbol takes, by onnxruntime on the CPU."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ...audio.wave import Samples
from ...messages import Message
from ...mistakes import InputError, Place
from .prepared import TOKENS
from .speakers import Styles
from .symbols import EDGE
from .weights import INSTALL

RATE = 24_000
"""Hz"""
FRAME = 600
"""Samples of a frame, in which the model counts how long a symbol takes"""


@dataclass(frozen=True, slots=True, eq=False)
class Spoken:
    """What one pass sounds like."""

    samples: Samples
    """[T] at RATE"""
    frames: npt.NDArray[np.int64]
    """[n + 2]: of each symbol and of the edges; their sum is T / FRAME"""


class StoppedError(RuntimeError):
    """Somebody wanted a pass to stop."""


class Stop:
    """Ends passes in the middle, from any thread and for good."""

    def __init__(self) -> None:
        self._running: set[Any] = set()
        self._set = False
        self._lock = threading.Lock()

    def set(self) -> None:
        """End what is running."""
        with self._lock:
            self._set = True
            for options in self._running:
                options.terminate = True

    @contextmanager
    def over(self, options: Any) -> Iterator[None]:
        """Have the run with these RunOptions end when this is set. Raises StoppedError then."""
        with self._lock:
            if self._set:
                raise StoppedError
            self._running.add(options)
        try:
            yield
        except Exception as error:
            if self._set:
                raise StoppedError from error
            raise
        finally:
            with self._lock:
                self._running.discard(options)


class Network:
    """One session. Any number of threads may speak with it at once; none of them changes a bit of
    what another hears, and neither does the number of cores.
    """

    def __init__(self, file: Path, *, threads: int) -> None:
        """Load a prepared graph. threads: of one pass. Raises InputError."""
        import onnxruntime
        from onnxruntime.capi import onnxruntime_pybind11_state as state

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        # Waiting threads sleep: those of other lines have work for the core.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.enable_mem_pattern = False  # every line has another length
        options.log_severity_level = 3
        try:
            self._session: Any = onnxruntime.InferenceSession(
                str(file), options, providers=["CPUExecutionProvider"]
            )
        except (
            state.Fail,
            state.InvalidGraph,
            state.InvalidProtobuf,
            state.NotImplemented,
        ) as error:
            what = Message("onnxruntime cannot load it ({}).", str(error).partition(chr(10))[0])
            raise InputError.at(Place(str(file)), what, INSTALL) from error
        names = {given.name for given in self._session.get_inputs()}
        self._tokens = next(name for name in TOKENS if name in names)

    def __call__(
        self, numbers: Sequence[int], style: Styles, speed: float, stop: Stop | None = None
    ) -> Spoken:
        """Say 1 to 510 symbols. style: [256]; speed: 1.1 is 10 % faster.

        stop: ends the pass in the middle, with StoppedError.
        """
        given = {
            self._tokens: np.array([[EDGE, *numbers, EDGE]], np.int64),
            "style": style.reshape(1, -1),
            "speed": np.array([speed], np.float32),
        }
        samples, *_, frames = self._run(given, stop or Stop())
        return Spoken(samples.ravel(), frames.ravel().astype(np.int64))

    def _run(self, given: dict[str, Any], stop: Stop) -> list[Any]:
        import onnxruntime

        options = onnxruntime.RunOptions()
        # What a long line needed is given back instead of being kept for the next.
        options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        with stop.over(options):
            result: list[Any] = self._session.run(None, given, options)
            return result
