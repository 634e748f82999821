"""This CPU -> the kernel that convolves fastest on it without being wrong, found once.

Bytes are multiplied signed or not. Signed weights are much faster where the CPU has an instruction
for them (VNNI, dot products of ARM); where it has not, pairs of products overflow sixteen bits. A
few milliseconds of trying tell both. Floats win on CPUs that are poor at bytes.
"""

from __future__ import annotations

import hashlib
import platform
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from ... import atomic
from .onnx_graph import FLOAT, Graph, Node

Kernel: TypeAlias = Literal["signed", "unsigned", "float"]
KERNELS: tuple[Kernel, ...] = get_args(Kernel)

ROWS, CHANNELS, OUT = 1200, 896, 128
"""A convolution of Kokoro's, and about a twentieth of a second of speech"""
TRIES = 5
MARGIN = 1.15
"""How much faster than the first of KERNELS one must be to be chosen before it"""

_ENCODED = {np.dtype("u1"): 2, np.dtype("i1"): 3, np.dtype("f4"): FLOAT}


def kernel(cache: Path, *, clock: Callable[[], float] = time.perf_counter) -> Kernel:
    """The kernel of this machine, remembered in the folder `cache`."""
    kept = cache / f"kernel-{_machine()}.txt"
    try:
        found = kept.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        found = ""
    for known in KERNELS:
        if found == known:
            return known
    chosen = chosen_of(measured(clock))
    atomic.write_text(kept, chosen + "\n")
    return chosen


def chosen_of(seconds: dict[Kernel, float]) -> Kernel:
    """The first that no other beats by MARGIN. seconds: of those that are right"""
    fastest = min(seconds.values())
    return next(kernel for kernel, spent in seconds.items() if spent <= fastest * MARGIN)


def measured(clock: Callable[[], float] = time.perf_counter) -> dict[Kernel, float]:
    """Seconds a product takes with each kernel that gives the right one."""
    generator = np.random.default_rng(1)
    rows = generator.integers(0, 256, (1, ROWS, CHANNELS), dtype=np.uint8)
    weights = generator.integers(0, 256, (CHANNELS, OUT), dtype=np.uint8)
    rows[:, 0], weights[:, 0] = 255, 255  # the largest sums there are
    exact = rows.astype(np.float64) @ (weights.astype(np.float64) - 128)
    found: dict[Kernel, float] = {}
    for name in KERNELS:
        given, told = _product(name, rows, weights)
        result, seconds = _timed(given, told, clock)
        if np.allclose(result, exact, rtol=1e-4, atol=0.5):
            found[name] = seconds
    return found


def _product(
    kernel: Kernel, rows: npt.NDArray[np.uint8], weights: npt.NDArray[np.uint8]
) -> tuple[Graph, dict[str, Any]]:
    """A graph of one product, and what it is given."""
    centred = weights.astype(np.int16) - 128
    if kernel == "float":
        tensors: dict[str, Any] = {"weights": centred.astype(np.float32)}
        node = Node("MatMul", ("rows", "weights"), ("sums",))
        return _graph(node, tensors, np.dtype("f4")), {"rows": rows.astype(np.float32)}
    signed = kernel == "signed"
    tensors = {
        "weights": centred.astype(np.int8) if signed else weights,
        "one": np.array(1, np.float32),
        "none": np.array(0, np.uint8),
        "middle": np.array(0, np.int8) if signed else np.array(128, np.uint8),
    }
    inputs = ("rows", "weights", "one", "one", "none", "middle")
    node = Node("MatMulIntegerToFloat", inputs, ("sums",), domain="com.microsoft")
    return _graph(node, tensors, np.dtype("u1")), {"rows": rows}


def _graph(node: Node, tensors: dict[str, Any], given: np.dtype[Any]) -> Graph:
    graph = Graph([node], tensors, {}, {}, {"": 20, "com.microsoft": 1}, rest=b"\x08\x09")
    graph.add_input("rows", (1, ROWS, CHANNELS), _ENCODED[given])
    graph.add_output("sums")
    return graph


def _timed(
    graph: Graph, given: dict[str, Any], clock: Callable[[], float]
) -> tuple[npt.NDArray[np.float32], float]:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        graph.bytes(), options, providers=["CPUExecutionProvider"]
    )
    result = session.run(None, given)[0]
    best = np.inf
    for _ in range(TRIES):
        start = clock()
        session.run(None, given)
        best = min(best, clock() - start)
    return result, best


def _machine() -> str:
    """A name for the CPU and the library that multiplies."""
    import onnxruntime

    told = (platform.machine(), platform.processor(), _cpu(), onnxruntime.__version__)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


def _cpu() -> str:
    """The model and abilities of the CPU where the system tells them."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.node()
    return "\n".join(
        dict.fromkeys(line for line in lines if line.startswith(("model name", "flags")))
    )
